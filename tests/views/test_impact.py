"""What saving the page Provisioning would lead to, told while it is edited."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.accounts.models import AuditEntry
from provisioning.models import ProvisioningJob
from tests.factories import make_application, make_job, make_state, make_user
from tests.html_forms import fields_of
from tests.views.reading import words

pytestmark = pytest.mark.django_db
Told = Callable[..., str]


@pytest.fixture
def job() -> ProvisioningJob:
    """Set up and On; its next cycle is in ten minutes."""
    soon = timezone.now() + timedelta(minutes=10)
    credentials = {"username": "admin@contoso.example", "password": "Kept-secret-1"}
    return make_job(make_application("Meetings"), credentials, is_on=True, next_start_at=soon, scope="all")


@pytest.fixture
def told(signed_in: Client, job: ProvisioningJob) -> Told:
    """Edit the form and read what would follow."""
    address = f"/applications/{job.application.application_id}/provisioning/"

    def post(**edits: Any) -> str:
        fields = fields_of(signed_in.get(address).content.decode(), "edit", **edits)
        return words(signed_in.post(f"{address}impact/", fields, headers={"HX-Request": "true"}))

    return post


def test_nothing_edited_leads_to_nothing(told: Told) -> None:
    assert told().startswith("Nothing is changed yet.")


def test_each_edit_is_told_with_the_value_before(told: Told) -> None:
    said = told(guard_number="25")

    assert "Accidental deletion threshold Before: 500 → After: 25 No new initial cycle. It starts" in said


def test_a_new_password_is_told_without_its_value(told: Told) -> None:
    said = told(credentials_password="Other-secret-2")

    assert "Other-secret-2" not in said
    assert "Kept-secret-1" not in said


def test_a_narrower_scope_names_who_would_be_disabled(told: Told, job: ProvisioningJob) -> None:
    make_state(job, make_user(display_name="Bo Bell"), was_in_scope=True)
    make_state(job, make_user(display_name="Ada Ay"), was_in_scope=True, disabled=True)

    said = told(scope="assigned")

    assert "1 person leaves the scope Bo Bell Each has an account now, which the next cycle disables." in said
    assert "The next cycle looks at everybody again." in said


def test_switching_off_says_that_the_cycle_stops(told: Told) -> None:
    assert "A running cycle stops at the next object" in told(is_on="off")


def test_clearing_the_state_says_that_everybody_is_matched_anew(told: Told) -> None:
    assert "Everybody is matched anew by the matching attributes." in told(clear_state="on")


def test_a_mistake_leads_to_nothing_but_a_correction(told: Told) -> None:
    assert "Something in the form needs a correction first" in told(guard_number="0")


def test_it_saves_nothing(told: Told, job: ProvisioningJob) -> None:
    told(guard_number="25")

    job.refresh_from_db()
    assert job.guard_number == 500
    assert not AuditEntry.objects.exists()
