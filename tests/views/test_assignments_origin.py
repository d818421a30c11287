"""Where the assignments of an application come from, and that they are read-only here when it is the source."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from portal.accounts.models import AuditEntry
from provisioning.choices import CycleStatus
from provisioning.directory.base import SourceApplication
from provisioning.errors import PermissionMissing
from provisioning.jobs.imports import ending, principals
from provisioning.models import Assignment, Directory, EnterpriseApplication
from provisioning.texts import say
from tests.directory.memory_source import new_id
from tests.factories import make_application, make_assignment, make_cycle, make_directory, make_user
from tests.html_forms import fields_of
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


# --- finding the service principal
@pytest.fixture
def principal(monkeypatch: pytest.MonkeyPatch) -> SourceApplication:
    """The one that the source knows."""
    known = SourceApplication(id=new_id(), app_id=new_id(), label="Citrix <GoTo>")
    monkeypatch.setattr(principals, "find_applications", lambda directory, text: ([known], None))
    return known


def find(client: Client, application: EnterpriseApplication, text: str = "goto") -> HttpResponse:
    return client.post(page(application, "origin/"), {"do": "find", "q": text})


def test_who_is_found_by_name_is_chosen_and_saved_with_the_form(
    signed_in: Client, application: EnterpriseApplication, principal: SourceApplication
) -> None:
    text = words(find(signed_in, application))
    assert "Citrix <GoTo>" in text
    assert principal.app_id in text

    fields = fields_of(
        signed_in.post(page(application, "origin/"), {"choose": principal.id}).content.decode(), "origin"
    )
    application.refresh_from_db()

    assert (fields["origin"], fields["principal"]) == ("source", principal.id)
    assert application.source_principal is None, "nothing is saved before Save"


def test_one_that_another_application_follows_is_not_offered(
    signed_in: Client, application: EnterpriseApplication, principal: SourceApplication
) -> None:
    follow(signed_in, make_application("Our other GoTo"), principal.id)

    answer = find(signed_in, application)

    assert "Our other GoTo takes its assignments from there" in words(answer)
    assert f'value="{principal.id}"' not in answer.content.decode()


def test_a_missing_permission_is_told_and_the_id_can_be_entered(
    signed_in: Client, application: EnterpriseApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = PermissionMissing(say("Grant it Application.Read.All"))
    monkeypatch.setattr(principals, "find_applications", lambda directory, text: ([], error))

    text = words(find(signed_in, application))

    assert "A permission is missing" in text
    assert "Grant it Application.Read.All" in text
    assert "The object ID can be entered all the same." in text


@pytest.mark.parametrize(("text", "is_own"), [("", False), ("goto", True)])
def test_nothing_is_asked_without_a_text_or_without_a_source(
    signed_in: Client, application: EnterpriseApplication, monkeypatch: pytest.MonkeyPatch, text: str, is_own: bool
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(principals, "find_applications", lambda directory, text: (asked.append(text), None))
    if is_own:
        Directory.objects.update(source="own")

    assert find(signed_in, application, text).status_code == 200
    assert asked == []


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
