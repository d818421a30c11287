"""A stand-in for the GoTo service: a program of its own that the portal reaches over HTTP only."""
