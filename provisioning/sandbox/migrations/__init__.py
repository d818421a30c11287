"""Changes of the stand-in's tables."""
