"""Whole journeys through a running portal."""
