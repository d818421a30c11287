"""The database is asked as often for thirty people, with managers and groups in groups, as for one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from provisioning.jobs import change
from provisioning.models import User
from tests.factories import make_group, make_user
from tests.jobs.workers import begun, claimed, loaded, worker
from tests.jobs.world import RowWorld

pytestmark = pytest.mark.both_databases
OPENING, LOADING, CLOSING = 50, 29, 53
"""Each level of nesting adds one to the first two."""


@pytest.fixture(params=[1, 30])
def people(request: pytest.FixtureRequest, rows: RowWorld, no_beat: None) -> list[User]:
    """So many with accounts, a manager, and roles through a group below an assigned one; all of them changed."""
    rows.save(nested_groups=True)
    users = rows.people(request.param, manager=make_user())
    rows.group("Outer", [make_group("Inner", users)])
    rows.cycle()
    for each in users:
        each.surname = "Changed"
    change.save(users[0].directory, *users)
    return users


def test_beginning_an_incremental_cycle(rows: RowWorld, people: list[User]) -> None:
    with CaptureQueriesContext(connection) as queries:
        cycle = begun(rows)

    assert (cycle.total, len(queries)) == (len(people), OPENING)


def test_loading(rows: RowWorld, people: list[User]) -> None:
    store = worker(begun(rows))
    lease = claimed(store)

    with CaptureQueriesContext(connection) as queries:
        found = loaded(store, lease)

    assert (len(found), len(queries)) == (len(people), LOADING)
    assert all("Outer" in each.source.via and each.source.references for each in found)


def test_a_whole_slice(rows: RowWorld, people: list[User]) -> None:
    cycle = begun(rows)
    store = worker(cycle)
    lease = claimed(store)
    found = loaded(store, lease)

    with CaptureQueriesContext(connection) as queries:
        store.record(lease, [], found[-1].source.key, True)
        store.advance()

    assert len(queries) == CLOSING
