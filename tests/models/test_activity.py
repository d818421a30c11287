"""The indexes by which log entries are found."""

import pytest
from django.db import connection

from provisioning.models import Activity

TABLE = Activity._meta.db_table


@pytest.mark.both_databases
@pytest.mark.django_db
@pytest.mark.parametrize(
    "columns",
    [
        ["identity"],
        ["label_lower"],
        ["target_id"],
        ["change_id"],
        ["status", "occurred_at", "id"],
        ["job_id", "status", "occurred_at", "id"],
        ["job_id", "action", "occurred_at", "id"],
        ["job_id", "code", "occurred_at", "id"],
    ],
)
def test_entries_are_found_by_an_index(columns: list[str]) -> None:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, TABLE)

    assert columns in [each["columns"] for each in found.values() if each["index"]]


@pytest.mark.postgres
@pytest.mark.django_db
@pytest.mark.parametrize("column", ["identity", "label_lower"])
def test_beginnings_are_found_by_index_whatever_the_collation(column: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = %s", [TABLE])
        definitions = [row[0] for row in cursor.fetchall()]

    assert any(f"({column} varchar_pattern_ops)" in each for each in definitions)
