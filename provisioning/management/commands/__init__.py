"""The commands: each file is one, by its name."""
