"""Properties of an application."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from portal.accounts.models import AuditEntry
from provisioning.models import EnterpriseApplication, ProvisioningJob
from tests.factories import make_application, make_job
from tests.html_forms import fields_of
from tests.views.reading import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def job() -> ProvisioningJob:
    return make_job(make_application("Meetings"))


def address(job: ProvisioningJob) -> str:
    return f"/applications/{job.application.application_id}/properties/"


def save(client: Client, job: ProvisioningJob, **edits: Any) -> HttpResponse:
    page = client.get(address(job)).content.decode()
    return client.post(address(job), fields_of(page, "edit", **edits))


def test_the_page_tells_ids_and_where_provisioning_stands(signed_in: Client, job: ProvisioningJob) -> None:
    page = words(signed_in.get(address(job)))

    for id_ in (job.application.application_id, job.application.object_id, job.job_id):
        assert str(id_) in page
    assert "Provisioning Status Off · Edit provisioning" in page


def test_name_and_notes_are_saved_with_their_audit_entry(signed_in: Client, job: ProvisioningJob) -> None:
    answer = save(signed_in, job, name="Conferences", notes="Ask the help desk.\r\nNot on Fridays.")

    assert answer.status_code == 303
    application = EnterpriseApplication.objects.get()
    assert (application.display_name, application.notes) == ("Conferences", "Ask the help desk.\nNot on Fridays.")
    entry = AuditEntry.objects.get()
    assert (entry.old["display_name"], entry.new["display_name"]) == ("Meetings", "Conferences")


def test_nothing_edited_is_no_entry_in_the_audit_trail(signed_in: Client, job: ProvisioningJob) -> None:
    assert save(signed_in, job).status_code == 303
    assert not AuditEntry.objects.exists()


def test_notes_of_several_lines_that_were_not_edited_are_no_change(signed_in: Client, job: ProvisioningJob) -> None:
    EnterpriseApplication.objects.update(notes="One\nTwo")

    save(signed_in, job, notes="One\r\nTwo")

    assert not AuditEntry.objects.exists()


def test_a_name_that_another_application_has_is_refused(signed_in: Client, job: ProvisioningJob) -> None:
    make_application("Taken")

    answer = save(signed_in, job, name="taken")

    assert answer.status_code == 422
    assert "Another application has this name." in words(answer)
    assert EnterpriseApplication.objects.filter(display_name="Meetings").exists()


def test_other_capital_letters_in_the_own_name_are_fine(signed_in: Client, job: ProvisioningJob) -> None:
    assert save(signed_in, job, name="MEETINGS").status_code == 303


def test_who_saves_over_somebody_else_is_asked(signed_in: Client, job: ProvisioningJob) -> None:
    page = signed_in.get(address(job)).content.decode()
    EnterpriseApplication.objects.update(notes="Theirs")

    answer = signed_in.post(address(job), fields_of(page, "edit", notes="Mine"))

    assert answer.status_code == 409
    assert "Notes Theirs Mine" in words(answer)
    assert EnterpriseApplication.objects.get().notes == "Theirs"


def test_what_others_saved_in_the_other_field_stays(signed_in: Client, job: ProvisioningJob) -> None:
    page = signed_in.get(address(job)).content.decode()
    EnterpriseApplication.objects.update(notes="Theirs")

    answer = signed_in.post(address(job), fields_of(page, "edit", name="Mine"))

    assert answer.status_code in (303, 409)
    assert EnterpriseApplication.objects.get().notes == "Theirs"
