"""Add Assignment: the picker, the role, the button Assign."""

import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.accounts.models import AuditEntry
from provisioning.forms.add_assignment import MAX_PICKED, pick_of
from provisioning.forms.assignments import DEFAULT_ACCESS
from provisioning.models import Assignment, EnterpriseApplication
from tests.factories import make_application, make_assignment, make_group, make_job, make_user
from tests.views.reading import toasts, words

HTMX = {"HX-Request": "true"}
NOBODY = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
def application(db: None) -> EnterpriseApplication:
    return make_application("Citrix GoToMeeting")


def url_of(application: EnterpriseApplication) -> str:
    return f"/applications/{application.application_id}/users/add/"


def role_of(application: EnterpriseApplication, value: str = "GoToMeeting") -> str:
    return str(application.roles.get(value=value).role_id)


def assign(client: Client, application: EnterpriseApplication, *picks: str, **more: Any) -> Any:
    return client.post(url_of(application), {"do": "assign", "pick": picks, "role": role_of(application), **more})


def assigned(application: EnterpriseApplication) -> set[tuple[str, str]]:
    present = Assignment.objects.present().filter(application=application)
    return {(str(row.user or row.group), str(row.role or "Default Access")) for row in present}


def test_nothing_is_preselected_and_default_access_comes_last(
    signed_in: Client, application: EnterpriseApplication
) -> None:
    make_user()

    page = signed_in.get(url_of(application))

    assert " checked" not in page.content.decode().partition('id="add"')[2].partition("</form>")[0]
    roles = words(page).partition("Select a role * ")[2]
    assert roles.startswith("GoToMeeting Gets a GoToMeeting licence. GoToWebinar")
    assert "may run reports. Not provisioned: no row of the attribute mapping sends this role." in roles
    assert "Default Access Not provisioned: this application needs" in roles


def test_an_administrator_role_is_offered_without_a_warning_where_a_row_sends_it(
    signed_in: Client, application: EnterpriseApplication
) -> None:
    make_user()
    application.job.mappings.get().rows.create(target="adminRoles", source="appRoleAssignments")

    page = words(signed_in.get(url_of(application)))

    assert "may run reports. Default Access Not provisioned" in page


def test_a_search_keeps_the_role_and_complains_of_nothing(
    signed_in: Client, application: EnterpriseApplication
) -> None:
    page = signed_in.post(url_of(application), {"do": "search", "q": "x", "role": role_of(application, "OpenVoice")})

    assert re.search(f'value="{role_of(application, "OpenVoice")}"[^>]* checked', page.content.decode())
    assert "needs a correction" not in words(page)


def test_assigns_people_and_groups_with_the_role(signed_in: Client, application: EnterpriseApplication) -> None:
    ann, hosts = make_user(display_name="Ann"), make_group("Meeting Hosts")

    answer = assign(signed_in, application, pick_of(ann), pick_of(hosts))

    assert (answer.status_code, answer.url) == (303, f"/applications/{application.application_id}/users/")
    assert assigned(application) == {("Ann", "GoToMeeting"), ("Meeting Hosts", "GoToMeeting")}
    assert toasts(answer) == ["2 assignments were added\nNothing is provisioned until the application is set up."]


def test_an_assignment_takes_a_change_number_and_an_audit_entry(
    signed_in: Client, application: EnterpriseApplication
) -> None:
    ann = make_user(display_name="Ann")

    assign(signed_in, application, pick_of(ann))

    application.directory.refresh_from_db()
    assert Assignment.objects.get().change == application.directory.head
    entry = AuditEntry.objects.get()
    assert (entry.activity, entry.target, entry.new) == (
        "Add assignment",
        "Citrix GoToMeeting",
        {"Role": "GoToMeeting", "Users and groups": ["Ann"]},
    )


def test_default_access_can_be_chosen(signed_in: Client, application: EnterpriseApplication) -> None:
    assign(signed_in, application, pick_of(make_user(display_name="Ann")), role=DEFAULT_ACCESS)

    assert assigned(application) == {("Ann", "Default Access")}


def test_assigning_the_same_again_changes_nothing_and_is_said(
    signed_in: Client, application: EnterpriseApplication
) -> None:
    ann = make_user(display_name="Ann")
    before = make_assignment(application, ann, "GoToMeeting").change

    answer = assign(signed_in, application, pick_of(ann))

    assert Assignment.objects.get().change == before
    assert toasts(answer) == ["Nothing to assign\n1 had this role already."]
    assert not AuditEntry.objects.exists()


def test_whoever_has_the_role_is_told_beside_those_who_got_it(
    signed_in: Client, application: EnterpriseApplication
) -> None:
    ann, bo = make_user(display_name="Ann"), make_user(display_name="Bo")
    make_assignment(application, ann, "GoToMeeting")
    make_job(application, {"username": "a"})

    answer = assign(signed_in, application, pick_of(ann), pick_of(bo))

    expected = "1 assignment was added\n1 had this role already. It takes effect when provisioning is started."
    assert toasts(answer) == [expected]


def test_a_role_that_was_removed_from_somebody_comes_back(
    signed_in: Client, application: EnterpriseApplication
) -> None:
    ann = make_user(display_name="Ann")
    row = make_assignment(application, ann, "GoToMeeting")
    Assignment.objects.filter(pk=row.pk).update(removed=True)

    assign(signed_in, application, pick_of(ann))

    assert assigned(application) == {("Ann", "GoToMeeting")}


def test_without_a_person_or_a_role_each_is_asked_for(signed_in: Client, application: EnterpriseApplication) -> None:
    answer = signed_in.post(url_of(application), {"do": "assign"})

    assert answer.status_code == 422
    assert "Users and groups: Select at least one user or group." in words(answer)
    assert "Select a role: One of the roles must be chosen." in words(answer)


def test_a_missing_role_keeps_the_selection(signed_in: Client, application: EnterpriseApplication) -> None:
    ann = make_user(display_name="Ann")

    answer = assign(signed_in, application, pick_of(ann), role="")

    assert answer.status_code == 422
    assert "Selected (1) Reset Ann" in words(answer)
    assert not Assignment.objects.exists()


@pytest.mark.parametrize("pick", [f"user:{NOBODY}", f"group:{NOBODY}", "user:7", "printer:1", "\0", "x" * 999])
def test_foreign_ids_are_told_and_nobody_is_assigned(
    signed_in: Client, application: EnterpriseApplication, pick: str
) -> None:
    ann = make_user(display_name="Ann")

    answer = assign(signed_in, application, pick_of(ann), pick)

    assert answer.status_code == 422
    assert "1 of them is not in the directory any more. It was taken out of the selection." in words(answer)
    assert "Selected (1) Reset Ann" in words(answer)
    assert not Assignment.objects.exists()


def test_the_deleted_and_groups_that_give_no_access_are_not_assigned(
    signed_in: Client, application: EnterpriseApplication
) -> None:
    gone, mailing_list = make_user(deleted_at=timezone.now()), make_group(security_enabled=False)

    assert assign(signed_in, application, pick_of(gone)).status_code == 422
    assert assign(signed_in, application, pick_of(mailing_list)).status_code == 422


def test_the_role_of_another_application_is_refused(signed_in: Client, application: EnterpriseApplication) -> None:
    answer = assign(signed_in, application, pick_of(make_user()), role=role_of(make_application("Other")))

    assert answer.status_code == 422
    assert "This role is not one of the application's." in words(answer)


def test_a_disabled_role_is_not_offered(signed_in: Client, application: EnterpriseApplication) -> None:
    application.roles.filter(value="OpenVoice").update(enabled=False)

    assert "OpenVoice" not in words(signed_in.get(url_of(application)))
    assert (
        assign(signed_in, application, pick_of(make_user()), role=role_of(application, "OpenVoice")).status_code == 422
    )


def test_too_many_at_once_are_refused(signed_in: Client, application: EnterpriseApplication) -> None:
    answer = assign(signed_in, application, *(f"user:{uuid.uuid4()}" for _ in range(MAX_PICKED + 1)))

    assert answer.status_code == 422
    assert "Select at most 500 at once." in words(answer)


def test_an_unknown_application_is_not_found(signed_in: Client) -> None:
    assert signed_in.get(f"/applications/{uuid.uuid4()}/users/add/").status_code == 404
