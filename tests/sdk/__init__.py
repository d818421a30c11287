"""Microsoft's own SDK against the portal: programs that run in an environment of their own, .venv-graph."""
