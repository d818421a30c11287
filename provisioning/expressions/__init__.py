"""The language of mappings and scoping filters."""
