"""Imports of the directory: a source is read into staged records, judged whole, and applied in chunks.

`asking` makes one due, `run` is a task's share of it: `reading`, then `judging`, then `applying` step by step. Where
the records come from concerns `reading` alone. Whoever has records of another origin, a file for instance, makes an
Import of the kind `file`, gives them to `staging.stage` a portion at a time, and ends with `staging.complete`; what
follows is the same: it is judged, held for a person or applied, and goes on after a crash. `clearing` is an import of
nothing.
"""
