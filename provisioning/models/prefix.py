"""Texts that begin with another, found through an ordinary index on both databases: the lookup `beginning`, and
`Folded`, which heeds neither upper nor lower case and is what lists are sorted by."""

import uuid
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, Func, Model, Q, QuerySet
from django.db.models.functions import Lower
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


class Folded(Lower):
    """A column in lower case, ordered by code points on both databases, so that one index serves search and sorting."""

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, list[Any] | tuple[Any, ...]]:
        sql, values = self.as_sql(compiler, connection, **context)
        return f'{sql} COLLATE "C"', values


class Compared(Func):
    """A column for whose beginning SQLite uses no index: it takes one however many rows begin so, and then sorts them
    all. PostgreSQL, which knows how many those are, is told nothing.
    """

    arity = 1
    template = "%(expressions)s"

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, template="+%(expressions)s", **context)


def begins(column: str, text: str) -> Q:
    """Whether the column begins with the text, in upper or lower case.

    Databases of one locale or another (SQLite always) only know the case of ASCII letters: there "Åsa" is found by the
    ways in which its first letter may be stored.
    """
    ways = {text.lower(), _plainly_lower(text), _plainly_lower(text[:1].upper() + text[1:])}
    found = Q()
    for way in sorted(ways):
        found |= Q(Beginning(Folded(column), way))
    return found


def beginning_so(model: type[Model], columns: Sequence[str], text: str) -> QuerySet[Any, Any]:
    """Keys of a directory's objects of which a column begins with the text, or whose object id it is.

    A look-up for each column, joined: asked for all at once in an order, a database would read that order's index from
    its beginning.
    """
    directory = apps.get_model("provisioning", "Directory").objects.values("pk")[:1]  # one value: indexes begin with it
    objects = model._default_manager.filter(directory=directory)
    first, *rest = [objects.filter(begins(column, text)).order_by().values("pk") for column in columns]
    with suppress(ValueError):  # no object id: it can only be a name
        rest.append(model._default_manager.filter(object_id=uuid.UUID(text)).order_by().values("pk"))
    return first.union(*rest)


def _plainly_lower(text: str) -> str:
    return "".join(letter.lower() if letter.isascii() else letter for letter in text)
