"""Follow live: what a poll of the provisioning logs is answered."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from provisioning.jobs.keyset import key_of
from provisioning.models import Activity, Cycle
from tests.factories import make_activity, make_application, make_cycle, make_job
from tests.views.reading import rows, words

pytestmark = pytest.mark.both_databases
LIST = {"HX-Request": "true", "HX-Target": "list"}
NOW = timezone.now()


@pytest.fixture
def cycle(db: None) -> Cycle:
    return make_cycle(make_job(make_application("Citrix GoToMeeting"), {"username": "a"}, is_on=True))


@pytest.fixture
def shown(cycle: Cycle) -> Activity:
    """The newest entry when the page was drawn."""
    return make_activity(cycle, source_label="Old One", occurred_at=NOW - timedelta(minutes=5))


def poll(shown: Activity | str, **more: str) -> dict[str, str]:
    return {**LIST, "X-After": shown if isinstance(shown, str) else key_of(shown), **more}


def test_it_is_off_until_it_is_asked_for_and_says_how_to_end(signed_in: Client, shown: Activity) -> None:
    page = signed_in.get("/logs/").content.decode()
    assert 'href="?follow=1"' in page
    assert "every 3s" not in page

    page = signed_in.get("/logs/?follow=1").content.decode()
    assert "Stop following" in page
    assert f"""hx-headers='{{"X-After": "{key_of(shown)}"}}'""" in page
    assert 'name="follow" value="1" form="filters"' in page


@pytest.mark.parametrize("query", ["sort=date", "older=2026-01-01T00:00:00%2B00:00~5"])
def test_other_orders_and_older_pages_are_not_followed(signed_in: Client, shown: Activity, query: str) -> None:
    assert "every 3s" not in signed_in.get(f"/logs/?follow=1&{query}").content.decode()


def test_while_nothing_is_new_a_poll_gets_no_content(signed_in: Client, shown: Activity) -> None:
    assert signed_in.get("/logs/?follow=1", headers=poll(shown)).status_code == 204


def test_what_is_new_is_drawn_and_told_without_a_step_in_the_history(
    signed_in: Client, cycle: Cycle, shown: Activity
) -> None:
    make_activity(cycle, source_label="New One")

    answer = signed_in.get("/logs/?follow=1", headers=poll(shown))

    assert [row.split()[1] for row in rows(answer)] == ["New", "Old"]
    assert words(answer).startswith("1 new entry . 2 entries")
    assert "HX-Push-Url" not in answer


def test_what_the_filters_leave_out_is_not_new(signed_in: Client, cycle: Cycle, shown: Activity) -> None:
    make_activity(cycle, source_label="New One")

    assert signed_in.get("/logs/?follow=1&q=old", headers=poll(shown)).status_code == 204
    make_activity(cycle, source_label="Old Two", label_lower="old two")
    assert signed_in.get("/logs/?follow=1&q=old", headers=poll(shown)).status_code == 200


def test_while_somebody_is_at_the_rows_a_button_tells_how_many_wait(
    signed_in: Client, cycle: Cycle, shown: Activity
) -> None:
    for number in range(3):
        make_activity(cycle, source_label=f"New {number}")

    answer = signed_in.get("/logs/?follow=1", headers=poll(shown, **{"X-Held": "1"}))

    assert words(answer) == "3 new entries"
    assert (answer["HX-Retarget"], answer["HX-Reswap"]) == ("#news", "innerHTML")


def test_a_key_that_somebody_made_up_is_no_poll(signed_in: Client, shown: Activity) -> None:
    assert len(rows(signed_in.get("/logs/?follow=1", headers=poll("yesterday")))) == 1


def test_a_log_without_entries_is_followed_from_now_on(signed_in: Client, cycle: Cycle) -> None:
    assert "every 3s" in signed_in.get("/logs/?follow=1").content.decode()
