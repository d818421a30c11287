"""The number of failures beside Provisioning logs, on every page of an application."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from provisioning.choices import Status
from provisioning.models import Cycle
from tests.factories import make_activity, make_application, make_cycle, make_job
from tests.views.reading import words

COUNTED = "Provisioning logs , 2 failures"
PAGES = (
    "",
    "provisioning/",
    "mappings/",
    "mappings/users/",
    "mappings/users/new/",
    "scoping/",
    "scoping/users/new/",
    "users/",
    "users/add/",
    "cycles/",
    "logs/",
    "on-demand/",
    "previews/",
    "held/",
    "reconcile/",
    "restart/",
)


@pytest.fixture
def cycle() -> Cycle:
    """Two entries failed today, one did the day before yesterday, and one of another application."""
    cycle = make_cycle(make_job(make_application("Citrix GoToMeeting"), credentials={}))
    for values in ({}, {}, {"occurred_at": timezone.now() - timedelta(hours=25)}, {"status": Status.SUCCESS}):
        make_activity(cycle, **{"status": Status.FAILURE, **values})
    make_activity(make_cycle(make_job()), status=Status.FAILURE)
    return cycle


@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_an_application_counts_its_failures_of_one_day(
    signed_in: Client, cycle: Cycle, page: str
) -> None:
    response = signed_in.get(cycle.job.application.get_absolute_url() + page)

    assert response.status_code == 200
    assert COUNTED in words(response)


def test_the_page_of_a_cycle_does_too(signed_in: Client, cycle: Cycle) -> None:
    here = cycle.job.application.get_absolute_url()

    assert COUNTED in words(signed_in.get(f"{here}cycles/{cycle.cycle_id}/"))


def test_pages_of_the_portal_count_nothing(signed_in: Client, cycle: Cycle) -> None:
    assert "failures" not in words(signed_in.get("/users/"))


@pytest.mark.parametrize("page", ["", "users/", "cycles/", "logs/"])
def test_a_part_of_a_page_asks_for_no_number(signed_in: Client, cycle: Cycle, page: str) -> None:
    here = cycle.job.application.get_absolute_url()
    address = here + (page or "status/")

    with CaptureQueriesContext(connection) as part:
        signed_in.get(address, headers={"HX-Request": "true", "HX-Target": "list"})
    with CaptureQueriesContext(connection) as whole:
        signed_in.get(here + page)

    assert counts(whole) - counts(part) == 1


def counts(queries: CaptureQueriesContext) -> int:
    """Queries that count failures up to a limit; the logs have some of their own."""
    return sum("LIMIT 10001" in each["sql"] for each in queries)
