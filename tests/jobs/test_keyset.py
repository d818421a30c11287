"""Pages by key."""

from datetime import timedelta

import pytest
from django.utils import timezone

from provisioning.jobs.keyset import key_of, neighbours, page_of
from provisioning.models import Activity, Cycle
from tests.factories import make_activity, make_cycle, make_job

NOW = timezone.now()
ALL = Activity.objects.all()


@pytest.fixture
def cycle(db: None) -> Cycle:
    return make_cycle(make_job())


@pytest.fixture
def entries(cycle: Cycle) -> list[Activity]:
    """Seven, newest first; three of them of the same moment."""
    ages = (0, 1, 2, 2, 2, 3, 4)
    rows = [make_activity(cycle, occurred_at=NOW - timedelta(minutes=age)) for age in reversed(ages)]
    return rows[::-1]


def test_all_pages_together_are_the_list_once(entries: list[Activity]) -> None:
    page = page_of(ALL, {}, size=2)
    walked = list(page.rows)
    while page.older:
        page = page_of(ALL, {"older": page.older}, size=2)
        walked += page.rows

    assert walked == entries


def test_the_way_back_shows_the_same_pages(entries: list[Activity]) -> None:
    first = page_of(ALL, {}, size=3)
    second = page_of(ALL, {"older": first.older}, size=3)
    third = page_of(ALL, {"older": second.older}, size=3)

    assert page_of(ALL, {"newer": third.newer}, size=3).rows == second.rows
    assert page_of(ALL, {"newer": second.newer}, size=3).rows == first.rows
    assert page_of(ALL, {"newer": second.newer}, size=3).newer == ""


def test_a_list_that_fits_has_no_other_pages(entries: list[Activity]) -> None:
    page = page_of(ALL, {}, size=7)

    assert (len(page.rows), page.newer, page.older) == (7, "", "")


def test_an_empty_list_has_no_pages(db: None) -> None:
    page = page_of(ALL, {})

    assert (page.rows, page.newer, page.older) == ([], "", "")


def test_new_entries_do_not_move_an_older_page(cycle: Cycle, entries: list[Activity]) -> None:
    key = page_of(ALL, {}, size=2).older
    before = page_of(ALL, {"older": key}, size=2).rows
    make_activity(cycle, occurred_at=NOW + timedelta(minutes=1))

    assert page_of(ALL, {"older": key}, size=2).rows == before


def test_nothing_newer_is_the_newest_page(entries: list[Activity]) -> None:
    assert page_of(ALL, {"newer": key_of(entries[0])}, size=2).rows == entries[:2]


@pytest.mark.parametrize(
    "key", ["x", "~", "2026-01-01", "2026-01-01T00:00:00~x", "0001-01-01T00:00:00+14:00~1", f"2026-01-01~{2**70}"]
)
def test_a_key_that_was_not_made_here_begins_with_the_newest(entries: list[Activity], key: str) -> None:
    assert page_of(ALL, {"older": key}, size=2).rows == entries[:2]


def test_neighbours_are_the_next_newer_and_older_entries(entries: list[Activity]) -> None:
    assert neighbours(ALL, entries[3]) == (entries[2], entries[4])
    assert neighbours(ALL, entries[0]) == (None, entries[1])
    assert neighbours(ALL, entries[-1]) == (entries[-2], None)
