"""Where the assignments of an application come from, and that they are read-only here when it is the source."""

import pytest
from django.test import Client
from django.utils import timezone

from portal.accounts.models import AuditEntry
from provisioning.choices import CycleStatus
from provisioning.jobs.imports import ending
from provisioning.models import Assignment, EnterpriseApplication
from tests.directory.memory_source import new_id
from tests.factories import make_application, make_assignment, make_cycle, make_directory, make_user
from tests.views.reading import toasts, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def application() -> EnterpriseApplication:
    make_directory(source="graph", locked="locked")
    return make_application()


def page(application: EnterpriseApplication, name: str = "") -> str:
    return f"/applications/{application.application_id}/users/{name}"


def follow(client: Client, application: EnterpriseApplication, principal: str) -> None:
    client.post(page(application, "origin/"), {"origin": "source", "principal": principal})
    application.refresh_from_db()


def test_a_service_principal_is_followed_with_an_audit_entry(
    signed_in: Client, application: EnterpriseApplication
) -> None:
    principal = new_id()

    follow(signed_in, application, principal)

    assert (application.assignments_from, str(application.source_principal)) == ("source", principal)
    assert AuditEntry.objects.get().new == {"From": "source", "Service principal": principal}
    text = words(signed_in.get(page(application)))
    assert "Assignments come from the directory's source" in text
    assert principal in text


@pytest.mark.parametrize(
    ("principal", "words_of_error"),
    [("", "Enter the object ID of the service principal."), ("Sales", "Enter an object ID such as")],
)
def test_it_must_be_an_object_id(
    signed_in: Client, application: EnterpriseApplication, principal: str, words_of_error: str
) -> None:
    answer = signed_in.post(page(application, "origin/"), {"origin": "source", "principal": principal})

    assert answer.status_code == 422
    assert words_of_error in words(answer)


def test_two_applications_can_not_follow_the_same_one(signed_in: Client, application: EnterpriseApplication) -> None:
    principal = new_id()
    follow(signed_in, application, principal)

    answer = signed_in.post(page(make_application(), "origin/"), {"origin": "source", "principal": principal})

    assert "Another application takes its assignments from this service principal." in words(answer)


def test_nothing_is_edited_here_meanwhile(signed_in: Client, application: EnterpriseApplication) -> None:
    assignment = make_assignment(application, make_user())
    follow(signed_in, application, new_id())

    for name in ("add/", "edit/", "remove/"):
        answer = signed_in.post(page(application, name), {"id": assignment.pk, "do": "assign"})
        assert "come from the directory's source" in toasts(answer)[-1]

    assert Assignment.objects.present().count() == 1


def test_back_here_they_stay_and_are_edited_again(signed_in: Client, application: EnterpriseApplication) -> None:
    assignment = make_assignment(application, make_user())
    follow(signed_in, application, new_id())

    signed_in.post(page(application, "origin/"), {"origin": "here", "principal": ""})
    signed_in.post(page(application, "remove/"), {"id": assignment.pk})

    application.refresh_from_db()
    assert (application.assignments_from, application.source_principal) == ("here", None)
    assert not Assignment.objects.present().exists()


def test_a_cycle_after_an_import_that_failed_says_source_incomplete(
    signed_in: Client, application: EnterpriseApplication
) -> None:
    directory = application.directory
    told = {"text": "The secret has expired.", "values": {}}
    directory.imports.create(kind="changes", status="failed", asked_at=timezone.now(), error_message=told)
    cycle = make_cycle(
        application.job, status=CycleStatus.COMPLETED, source_message=ending.incomplete(application.directory)
    )

    for url in (application.get_absolute_url(), f"{application.get_absolute_url()}cycles/{cycle.cycle_id}/"):
        text = words(signed_in.get(url))
        assert "Source incomplete" in text
        assert "The secret has expired." in text
