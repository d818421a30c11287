"""Synchronization Details: the part of the page Provisioning that follows a cycle."""

from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from provisioning.choices import CycleKind, CycleStatus, Mode, QuarantineReason
from provisioning.models import ProvisioningJob
from provisioning.texts import Message
from tests.factories import make_cycle, make_job, make_state, make_user

pytestmark = pytest.mark.django_db
SAVED = {"username": "admin@contoso.example", "password": "Kept-secret-1"}
HTMX = {"HX-Request": "true"}


@pytest.fixture
def job() -> ProvisioningJob:
    """Set up, and Off."""
    return make_job(credentials=SAVED)


def address(job: ProvisioningJob, page: str = "") -> str:
    return f"/applications/{job.application.application_id}/provisioning/{page}"


def details(client: Client, job: ProvisioningJob, seen: str = "") -> HttpResponse:
    return client.get(address(job, "details/"), {"seen": seen}, headers=HTMX)


def test_a_running_cycle_is_shown_live(signed_in: Client) -> None:
    job = make_job(credentials=SAVED, is_on=True, next_start_at=timezone.now() + timedelta(minutes=9))
    make_cycle(job, total=50, looked_at=31, created=20)

    html = details(signed_in, job).content.decode()

    for words in ("Initial cycle running", "31 of 50 objects", "62%", 'value="62"', "20 created", "every 2s"):
        assert words in html


def test_a_cycle_that_is_about_to_start_is_watched_closely(signed_in: Client) -> None:
    job = make_job(credentials=SAVED, is_on=True, next_start_at=timezone.now())

    html = details(signed_in, job).content.decode()

    assert "A cycle is about to start" in html
    assert "every 2s" in html


def test_a_completed_cycle_tells_its_numbers_and_the_next_one(signed_in: Client) -> None:
    job = make_job(credentials=SAVED, is_on=True, next_start_at=timezone.now() + timedelta(minutes=9))
    make_cycle(job, status=CycleStatus.COMPLETED, kind=CycleKind.INCREMENTAL, updated=3)
    make_state(job, make_user())

    html = details(signed_in, job).content.decode()

    for words in ("Incremental cycle completed", "3 updated", "1 user is managed.", "every 15s"):
        assert words in html


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"is_on": False}, "Initial cycle not run"),
        ({"is_on": True, "quarantine": QuarantineReason.EXCEPTION}, "Quarantined"),
        ({"mode": Mode.MANUAL}, "Not set up yet"),
    ],
)
def test_a_job_that_does_nothing_says_why(signed_in: Client, values: dict[str, Any], words: str) -> None:
    job = make_job(credentials=SAVED, quarantine_message=Message("GoTo is gone.").as_json(), **values)

    assert words in details(signed_in, job).content.decode()


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (CycleStatus.STOPPED, "Initial cycle stopped"),
        (CycleStatus.SUPERSEDED, "Initial cycle superseded"),
        (CycleStatus.INTERRUPTED, "progress--err"),
    ],
)
def test_a_cycle_that_stands_still_says_so(signed_in: Client, job: ProvisioningJob, status: str, words: str) -> None:
    make_cycle(job, status=status, total=50, looked_at=31)

    assert words in details(signed_in, job).content.decode()


def test_nothing_new_is_answered_with_nothing(signed_in: Client, job: ProvisioningJob) -> None:
    seen = details(signed_in, job).context["seen"]

    assert details(signed_in, job, seen).status_code == 204


def test_a_change_of_state_is_spoken_once(signed_in: Client) -> None:
    job = make_job(credentials=SAVED, is_on=True, next_start_at=timezone.now() + timedelta(minutes=9))
    cycle = make_cycle(job, total=50, looked_at=31)
    first = details(signed_in, job, "other.").content.decode()
    seen = details(signed_in, job).context["seen"]
    cycle.looked_at = 32
    cycle.save()

    later = details(signed_in, job, seen).content.decode()

    assert 'id="said"' in first
    assert "32 of 50 objects" in later
    assert 'id="said"' not in later


def test_details_opened_as_a_page_lead_to_the_page(signed_in: Client, job: ProvisioningJob) -> None:
    assert signed_in.get(address(job, "details/"))["Location"] == address(job)
