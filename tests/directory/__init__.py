"""Sources of the directory."""
