"""Statements that are worded once: for the few of every portion, Django's wording costs more than the answer."""

import json
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import BooleanField, Expression, F, Field, Lookup, QuerySet
from django.db.models.sql import UpdateQuery


class Given(Expression):
    """Stands in a statement for a value that each run gives: text or a number, else of the `kind` of its field."""

    def __init__(self, name: str, kind: "Field[Any, Any] | None" = None, *, is_list: bool = False) -> None:
        super().__init__(output_field=kind)
        self.name, self.kind, self.is_list = name, kind, is_list

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]

    def value(self, given: dict[str, Any], connection: Any) -> Any:
        found = given[self.name]
        if self.is_list:
            return json.dumps(list(found)) if connection.vendor == "sqlite" else list(found)
        return self.kind.get_db_prep_value(found, connection) if self.kind else found


class _Among(Lookup):
    """One parameter, however many values: so the text stays the same, and so does the database's plan."""

    output_field = BooleanField()

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        values = "IN (SELECT value FROM json_each({}))" if connection.vendor == "sqlite" else "= ANY({})"
        return f"{left} {values.format(right)}", [*left_params, *right_params]


def among(field: str, name: str) -> Any:
    """The condition that a field is one of the values given under this name."""
    return _Among(F(field), Given(name, is_list=True))


class Prepared:
    """A query with `Given` values: `values_list` of plain columns, or whole objects.

    `make` is called at the first run on a connection, when all models are loaded.
    """

    def __init__(self, make: Callable[[], QuerySet[Any, Any]]) -> None:
        self._make = make
        self._compilers: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()  # by connection, so by thread

    def rows(self, **given: Any) -> list[Any]:
        """The rows as tuples, by the converters of their fields, as the queryset itself would give them."""
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            compiler = self._execute(cursor, given)
            return list(compiler.results_iter([cursor.fetchall()], tuple_expected=True))

    def objects(self, **given: Any) -> list[Any]:
        """The rows as objects of the model."""
        rows = self.rows(**given)
        if not rows:
            return []
        model = self._compilers[connections[DEFAULT_DB_ALIAS]].query.model
        names = [field.attname for field in model._meta.concrete_fields]
        return [model.from_db(DEFAULT_DB_ALIAS, names, row) for row in rows]

    def _execute(self, cursor: Any, given: dict[str, Any]) -> Any:
        connection = connections[DEFAULT_DB_ALIAS]
        compiler = self._compilers.get(connection)
        if compiler is None:
            compiler = self._compilers[connection] = self._query().get_compiler(connection=connection)
            compiler.worded = compiler.as_sql()
        text, params = compiler.worded
        cursor.execute(text, [each.value(given, connection) if isinstance(each, Given) else each for each in params])
        return compiler

    def _query(self) -> Any:
        return self._make().query


class PreparedUpdate(Prepared):
    """The same for an update of the queryset's rows; `values` by field, as `QuerySet.update` has them."""

    def __init__(self, make: Callable[[], QuerySet[Any, Any]], **values: Any) -> None:
        super().__init__(make)
        self._values = values

    def run(self, **given: Any) -> int:
        """How many rows it matched."""
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            self._execute(cursor, given)
            return int(cursor.rowcount)

    def _query(self) -> Any:
        query = super()._query().chain(UpdateQuery)
        query.add_update_values(self._values)
        return query
