"""The site: what would exist even if the domain were another."""
