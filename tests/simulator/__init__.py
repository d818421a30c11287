"""Deterministic simulation of whole jobs: one seed decides every interleaving, change, crash and fault."""
