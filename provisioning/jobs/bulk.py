"""Many rows in one statement, without an object for each: recording is most of what a cycle costs the portal."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models

PLAIN = (models.CharField, models.IntegerField, models.BooleanField, models.ForeignKey)
"""Kinds of fields whose values go to the database as they are."""


class Table:
    """Inserts rows given as one value a column, in the order of `columns`.

    Rows that `conflict` with others take their place, except in these columns, the ones to `keep`, and what is not
    among `columns`.
    """

    def __init__(
        self,
        model: type[models.Model],
        columns: Sequence[str],
        conflict: Sequence[str] = (),
        keep: Sequence[str] = (),
    ) -> None:
        fields = [_field(model, name) for name in columns]
        self._table = model._meta.db_table
        self._names = tuple(field.column for field in fields)
        self._conflict = tuple(_field(model, name).column for name in conflict)
        self._kept = (*self._conflict, *(_field(model, name).column for name in keep))
        self._prepared = [(place, field) for place, field in enumerate(fields) if not isinstance(field, PLAIN)]

    def write(self, rows: Sequence[Sequence[Any]], *returning: str) -> list[tuple[Any, ...]]:
        """The values of the `returning` columns of each row. All in one statement: some hundred rows at most."""
        if not rows:
            return []
        values: list[Any] = []
        connection = connections[DEFAULT_DB_ALIAS]
        moments: dict[Any, Any] = {}  # most rows of one statement have the same
        for row in rows:
            prepared = list(row)
            for place, field in self._prepared:
                value = prepared[place]
                if value is not None and isinstance(field, models.DateTimeField):
                    if value not in moments:
                        moments[value] = field.get_db_prep_value(value, connection)
                    prepared[place] = moments[value]
                else:
                    prepared[place] = field.get_db_prep_value(value, connection)
            values += prepared
        text = _insertion(self._table, self._names, len(rows)) + self._ending(returning)
        with connection.cursor() as cursor:
            cursor.execute(text, values)
            return list(cursor.fetchall()) if returning else []

    def _ending(self, returning: Sequence[str]) -> str:
        text = ""
        if self._conflict:
            changes = ", ".join(f'"{name}" = EXCLUDED."{name}"' for name in self._names if name not in self._kept)
            text = f" ON CONFLICT ({_quoted(self._conflict)}) DO UPDATE SET {changes}"
        return f"{text} RETURNING {_quoted(returning)}" if returning else text


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
