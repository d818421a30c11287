"""Faults against the whole: real processes, real HTTP, a real database. Run by `make chaos`."""
