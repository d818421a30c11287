"""Deleting an application: the question, how far it is, and calling it off."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django_q.models import OrmQ

from provisioning.choices import Deletion, Status
from provisioning.models import EnterpriseApplication, ObjectStateRow, ProvisioningJob
from tests.factories import make_application, make_job, make_state, make_user
from tests.views.reading import toasts, words

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def job() -> ProvisioningJob:
    """Set up and On, with one account that can be used and one that is disabled."""
    found = make_job(make_application("Meetings"), {"username": "admin"}, is_on=True)
    make_state(found, make_user(), was_in_scope=True)
    make_state(found, make_user(), was_in_scope=True, disabled=True)
    found.mappings.update(enabled=True, update_objects=True)
    return found


def page(job: ProvisioningJob, name: str = "delete") -> str:
    return f"/applications/{job.application.application_id}/{name}/"


def stored() -> EnterpriseApplication:
    return EnterpriseApplication.objects.get()


def test_the_question_says_what_goes_and_what_stays(signed_in: Client, job: ProvisioningJob) -> None:
    asked = words(signed_in.get(page(job)))

    assert "1 person has an account that can be used. 1 account is disabled." in asked
    assert "whoever can use it now can go on using it" in asked
    assert "Nothing of this can be undone." in asked


@pytest.mark.parametrize("typed", ["", "meetings", "Meeting"])
def test_another_name_deletes_nothing(signed_in: Client, job: ProvisioningJob, typed: str) -> None:
    answer = signed_in.post(page(job), {"accounts": "leave", "typed": typed})

    assert answer.status_code == 422
    assert stored().deletion == Deletion.NONE


def test_leaving_the_accounts_switches_off_and_queues_the_deletion(
    signed_in: Client, job: ProvisioningJob, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = signed_in.post(page(job), {"accounts": "leave", "typed": "Meetings"})

    assert answer.status_code == 303
    assert stored().deletion == Deletion.EMPTYING
    job.refresh_from_db()
    assert not job.is_on
    assert [each.task["func"].__name__ for each in OrmQ.objects.all()] == ["delete_application"]


def test_disabling_first_makes_a_cycle_due_over_everybody(signed_in: Client, job: ProvisioningJob) -> None:
    ProvisioningJob.objects.update(watermark=7)

    signed_in.post(page(job), {"accounts": "disable", "typed": "Meetings"})

    job.refresh_from_db()
    assert (stored().deletion, job.is_on, job.watermark) == (Deletion.DISABLING, True, None)
    assert "This application is going to be deleted" in words(signed_in.get(job.application.get_absolute_url()))


def test_in_quarantine_disabling_is_refused_and_says_why(signed_in: Client, job: ProvisioningJob) -> None:
    ProvisioningJob.objects.update(quarantine="EncounteredQuarantineException")

    answer = signed_in.post(page(job), {"accounts": "disable", "typed": "Meetings"})

    assert answer.status_code == 422
    assert "Provisioning is in quarantine" in words(answer)
    assert stored().deletion == Deletion.NONE


def test_it_can_be_called_off_while_accounts_are_disabled(signed_in: Client, job: ProvisioningJob) -> None:
    signed_in.post(page(job), {"accounts": "disable", "typed": "Meetings"})

    answer = signed_in.post(page(job, "deletion/call-off"))

    assert stored().deletion == Deletion.NONE
    assert "The application is kept" in toasts(answer)[0]


def test_its_pages_are_closed_once_it_is_being_emptied(signed_in: Client, job: ProvisioningJob) -> None:
    signed_in.post(page(job), {"accounts": "leave", "typed": "Meetings"})

    assert signed_in.get(page(job, "provisioning"))["Location"] == page(job, "deletion")
    assert "Meetings is being deleted, as" in words(signed_in.get(page(job, "deletion")))
    assert page(job, "deletion") in signed_in.get("/applications/").content.decode()


def test_an_application_without_accounts_asks_for_its_name_alone(signed_in: Client) -> None:
    job = make_job(make_application("New"))

    asked = words(signed_in.get(page(job)))

    assert "It has no accounts in the application that the portal knows of" in asked
    assert "Disable them first" not in asked


def test_accounts_that_failed_are_told_with_the_way_to_delete_anyway(signed_in: Client, job: ProvisioningJob) -> None:
    signed_in.post(page(job), {"accounts": "disable", "typed": "Meetings"})
    ObjectStateRow.objects.filter(disabled=False).update(status=Status.FAILURE)

    signed_in.post(page(job, "deletion/anyway"))

    assert stored().deletion == Deletion.EMPTYING
