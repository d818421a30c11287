"""The cycle engine: the one way a record goes, without Django and without rows."""
