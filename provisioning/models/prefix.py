"""The lookup `beginning`: texts that begin with another, found through an ordinary index on both databases."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField
from django.db.models.lookups import StartsWith
from django.db.models.sql.compiler import SQLCompiler

BEGINNING = "beginning"
"""The lookup's name: `identity__beginning="bo"`."""
HIGHEST = chr(0x10FFFF)


class Beginning(StartsWith):
    """As `startswith`: LIKE with a fixed beginning, which PostgreSQL serves from an index with varchar_pattern_ops.

    SQLite's LIKE ignores case and so never uses an index that heeds it; there the same is asked as a range, which is
    right because SQLite compares texts by their code points.
    """

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        column, values = self.process_lhs(compiler, connection)
        text = str(self.rhs)
        return f"({column} >= %s AND {column} < %s)", [*values, text, *values, text + HIGHEST]


CharField.register_lookup(Beginning, BEGINNING)
