"""The bridge: the engine's ports over rows. It returns what is to be queued; `tasks` queues it."""
