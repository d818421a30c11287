"""The lookup `beginning`."""

import pytest
from django.db import connection

from provisioning.models import Activity
from provisioning.models.prefix import BEGINNING
from tests.factories import make_activity, make_cycle, make_job


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("an", {"an", "an_x", "an%y", "anna", "an\U0001f600"}),
        ("an%", {"an%y"}),
        ("an_", {"an_x"}),
        ("ann", {"anna"}),
        ("an\\", set()),
        ("å", {"åsa"}),
        ("*", set()),
    ],
)
def test_it_finds_texts_that_begin_so_and_no_others(db: None, text: str, found: set[str]) -> None:
    cycle = make_cycle(make_job())
    for identity in ("an", "an_x", "an%y", "anna", "an\U0001f600", "åsa", "ao", "bann", "am"):
        make_activity(cycle, identity=identity)

    rows = Activity.objects.filter(**{f"identity__{BEGINNING}": text})

    assert set(rows.values_list("identity", flat=True)) == found


def test_an_index_serves_it_on_sqlite(db: None) -> None:
    rows = Activity.objects.filter(**{f"identity__{BEGINNING}": "an"}).order_by()
    sql, values = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", values)
        plan = " ".join(row[3] for row in cursor.fetchall())

    assert "USING INDEX activity_by_identity (identity>? AND identity<?)" in plan
