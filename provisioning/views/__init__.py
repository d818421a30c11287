"""The pages: one file per page, top to bottom: load, check, act, answer."""
