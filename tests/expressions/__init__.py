"""Tests of the language of mappings and filters: no database, no network."""
