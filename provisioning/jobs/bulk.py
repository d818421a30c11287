"""Many rows in one statement, without an object for each: recording is most of what a cycle costs the portal."""

import json
import uuid
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from itertools import chain
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models

PLAIN = (models.CharField, models.IntegerField, models.BooleanField, models.ForeignKey)
"""Kinds of fields whose values go to the database as they are."""


class Table:
    """Inserts rows given as one value a column, in the order of `columns`.

    Rows that `conflict` with others take their place, except in these columns, the ones to `keep`, and what is not
    among `columns`. Columns that `grow` keep the larger number.
    """

    def __init__(
        self,
        model: type[models.Model],
        columns: Sequence[str],
        conflict: Sequence[str] = (),
        keep: Sequence[str] = (),
        grow: Sequence[str] = (),
    ) -> None:
        fields = [_field(model, name) for name in columns]
        self._table = model._meta.db_table
        self._names = tuple(field.column for field in fields)
        self._conflict = tuple(_field(model, name).column for name in conflict)
        self._kept = (*self._conflict, *(_field(model, name).column for name in keep))
        self._growing = tuple(_field(model, name).column for name in grow)
        self._fields = fields
        self._prepared = [(place, field) for place, field in enumerate(fields) if not isinstance(field, PLAIN)]

    def write(self, rows: Sequence[Sequence[Any]], *returning: str) -> list[tuple[Any, ...]]:
        """The values of the `returning` columns of each row. All in one statement: some hundred rows at most."""
        if not rows:
            return []
        connection = connections[DEFAULT_DB_ALIAS]
        prepared = self._in_their_kinds(rows, connection)
        with connection.cursor() as cursor:
            if connection.vendor != "postgresql":
                text = _insertion(self._table, self._names, len(rows)) + self._ending(returning)
                cursor.execute(text, list(chain.from_iterable(prepared)))
            elif self._conflict:
                text = self._merging(connection) + self._ending(returning)
                named = [dict(zip(self._names, row, strict=True)) for row in prepared]
                cursor.execute(text, [json.dumps(named, default=_as_json)])
            else:
                return self._copy(cursor, prepared, returning)
            return list(cursor.fetchall()) if returning else []

    def _merging(self, connection: Any) -> str:
        """One parameter for all rows: psycopg takes as long over a thousand as PostgreSQL over the rows. No value of a
        JSON column is None: it would be no JSON null here, but none at all."""
        kinds = ((field.column, field.db_type(connection).partition("(")[0]) for field in self._fields)
        given = ", ".join(f'"{name}" {kind}' for name, kind in kinds)
        names = _quoted(self._names)
        return f'INSERT INTO "{self._table}" ({names}) SELECT {names} FROM json_to_recordset(%s) AS given({given})'  # noqa: S608  every name is one of our own

    def _copy(self, cursor: Any, rows: list[list[Any]], returning: Sequence[str]) -> list[tuple[Any, ...]]:
        """PostgreSQL takes rows in half the time this way. It gives nothing back, so keys are drawn before."""
        names = self._names
        if returning:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [self._table, len(rows)]
            )
            names, rows = ("id", *names), [[key, *row] for (key,), row in zip(cursor.fetchall(), rows, strict=True)]
        with cursor.copy(f'COPY "{self._table}" ({_quoted(names)}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)
        places = [names.index(name) for name in returning]
        return [tuple(row[place] for place in places) for row in rows]

    def _in_their_kinds(self, rows: Sequence[Sequence[Any]], connection: Any) -> list[list[Any]]:
        moments: dict[Any, Any] = {}  # most rows of one statement have the same
        found = [list(row) for row in rows]
        for prepared in found:
            for place, field in self._prepared:
                value = prepared[place]
                if value is not None and isinstance(field, models.DateTimeField):
                    if value not in moments:
                        moments[value] = field.get_db_prep_value(value, connection)
                    prepared[place] = moments[value]
                else:
                    prepared[place] = field.get_db_prep_value(value, connection)
        return found

    def _ending(self, returning: Sequence[str]) -> str:
        text = ""
        if self._conflict:
            changes = ", ".join(self._change(name) for name in self._names if name not in self._kept)
            text = f" ON CONFLICT ({_quoted(self._conflict)}) DO UPDATE SET {changes}"
        return f"{text} RETURNING {_quoted(returning)}" if returning else text

    def _change(self, name: str) -> str:
        old, new = f'"{self._table}"."{name}"', f'EXCLUDED."{name}"'
        return f'"{name}" = ' + (f"CASE WHEN {new} > {old} THEN {new} ELSE {old} END" if name in self._growing else new)


class Tally(Table):
    """Counts: where a row is there already, the numbers of both are added up."""

    def _change(self, name: str) -> str:
        return f'"{name}" = "{self._table}"."{name}" + EXCLUDED."{name}"'


def _as_json(value: Any) -> Any:
    """What stands in psycopg's wrapper for JSON, or the text of a moment or a UUID. The rest no column takes."""
    if isinstance(value, (datetime, uuid.UUID)):
        return str(value)
    if hasattr(value, "obj"):
        return value.obj
    raise TypeError(f"{type(value).__name__} can't be written to a column.")


@cache
def _insertion(table: str, names: Sequence[str], number: int) -> str:
    row = f"({', '.join(['%s'] * len(names))})"
    rows = ", ".join([row] * number)
    return f'INSERT INTO "{table}" ({_quoted(names)}) VALUES {rows}'  # noqa: S608  every name is one of our own


def _quoted(names: Sequence[str]) -> str:
    """As both databases quote."""
    return ", ".join(f'"{name}"' for name in names)


def _field(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name)
