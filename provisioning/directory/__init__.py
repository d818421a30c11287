"""Sources: where the people of a directory come from."""
