"""Users and groups of an application: the list, Edit assignment, Remove assignment."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal.accounts.models import AuditEntry
from provisioning.choices import Scope, Status
from provisioning.forms.assignments import DEFAULT_ACCESS
from provisioning.models import Assignment, EnterpriseApplication
from tests.factories import make_application, make_assignment, make_group, make_job, make_state, make_user
from tests.views.reading import rows, toasts, words

HTMX = {"HX-Request": "true"}


@pytest.fixture
def application(db: None) -> EnterpriseApplication:
    return make_application("Citrix GoToMeeting")


def url_of(application: EnterpriseApplication, deed: str = "") -> str:
    return f"/applications/{application.application_id}/users/{deed}"


def role_of(application: EnterpriseApplication, value: str) -> str:
    return str(application.roles.get(value=value).role_id)


def assigned(application: EnterpriseApplication) -> set[tuple[str, str]]:
    present = Assignment.objects.present().filter(application=application)
    return {(str(row.user or row.group), str(row.role or "Default Access")) for row in present}


def test_a_new_application_has_nobody_and_offers_to_add(signed_in: Client, application: EnterpriseApplication) -> None:
    assert "No application assignments found" in words(signed_in.get(url_of(application)))


def test_a_row_tells_name_type_role_and_what_became_of_the_person(
    signed_in: Client, application: EnterpriseApplication
) -> None:
    ann = make_user(display_name="Ann Berg", user_principal_name="ann@contoso.example")
    make_assignment(application, ann, "OpenVoice")
    make_state(application.job, ann)

    assert rows(signed_in.get(url_of(application))) == [
        "AB Ann Berg ann@contoso.example User OpenVoice Provisioned",
    ]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ({"status": Status.FAILURE, "code": "InvalidValue"}, "Failed InvalidValue"),
        ({"disabled": True}, "Disabled"),
        ({"managed": False}, "Out of scope"),
        (
            {"target_id": "", "status": Status.SKIPPED, "code": "NotActiveInSource"},
            "Skipped Not active in the directory",
        ),
        ({"target_id": "", "status": ""}, "Not yet"),
    ],
)
def test_what_became_of_a_person_is_said_in_words(
    signed_in: Client, application: EnterpriseApplication, state: dict[str, Any], expected: str
) -> None:
    ann = make_user()
    make_assignment(application, ann, "OpenVoice")
    make_state(application.job, ann, **state)

    assert rows(signed_in.get(url_of(application)))[0].endswith(f"OpenVoice {expected}")


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (None, "Default Access Not provisioned Default Access is not provisioned"),
        ("SUPER_USER", "GoTo Super Admin Not provisioned No row of the attribute mapping sends this role"),
    ],
)
def test_whoever_has_nothing_that_is_provisioned_is_not_provisioned(
    signed_in: Client, application: EnterpriseApplication, role: str | None, expected: str
) -> None:
    make_assignment(application, make_user(), role)

    assert rows(signed_in.get(url_of(application)))[0].endswith(expected)


def test_a_group_tells_how_many_members_it_has_and_how_many_are_provisioned(
    signed_in: Client, application: EnterpriseApplication
) -> None:
    ann, bo, gone = make_user(), make_user(), make_user(deleted_at=timezone.now())
    make_assignment(application, make_group("Hosts", [ann, bo, gone, make_group("Inner")]), "OpenVoice")
    make_state(application.job, ann)
    make_state(application.job, bo, disabled=True)

    assert rows(signed_in.get(url_of(application))) == ["Hosts 3 direct members Group OpenVoice 1 of 3"]


def test_the_deleted_are_not_listed(signed_in: Client, application: EnterpriseApplication) -> None:
    make_assignment(application, make_user(deleted_at=timezone.now()), "OpenVoice")
    make_assignment(application, make_group(deleted_at=timezone.now()), "OpenVoice")

    assert rows(signed_in.get(url_of(application))) == []


def test_search_filters_and_sorting(signed_in: Client, application: EnterpriseApplication) -> None:
    make_assignment(application, make_user(display_name="Ann Berg"), "OpenVoice")
    make_assignment(application, make_user(display_name="Bo Ek"), "GoToMeeting")
    make_assignment(application, make_group("Bergen office"))

    def found(**query: Any) -> list[str]:
        page = signed_in.get(url_of(application), query)
        return [row.split()[1] if row[1] != "e" else "Bergen" for row in rows(page)]

    assert found() == ["Ann", "Bergen", "Bo"]
    assert found(q="BERG") == ["Ann", "Bergen"]
    assert found(type="Group") == ["Bergen"]
    assert found(type="User", sort="-name") == ["Bo", "Ann"]
    assert found(role=DEFAULT_ACCESS) == ["Bergen"]
    assert found(role=[role_of(application, "OpenVoice"), DEFAULT_ACCESS]) == ["Ann", "Bergen"]
    assert found(type="User", sort="role") == ["Bo", "Ann"]
    assert found(type="printer", role="none", sort="size", q="\0", page="x") == ["Ann", "Bergen", "Bo"]


def test_no_hit_offers_to_clear_the_filters(signed_in: Client, application: EnterpriseApplication) -> None:
    make_assignment(application, make_user())

    assert "No assignment matches Clear filters" in words(signed_in.get(url_of(application), {"q": "nobody"}))


def test_htmx_gets_the_list_alone(signed_in: Client, application: EnterpriseApplication) -> None:
    part = signed_in.get(url_of(application), {"q": "x", "type": ""}, headers=HTMX)

    assert part.headers["HX-Push-Url"] == url_of(application) + "?q=x"
    assert "<main" not in part.content.decode()


def test_sync_all_is_said_because_assignments_then_mean_less(
    signed_in: Client, application: EnterpriseApplication
) -> None:
    make_job(application, scope=Scope.ALL)

    assert "Everybody in the directory is in scope" in words(signed_in.get(url_of(application)))


@pytest.mark.parametrize("number", [1, 3])
def test_needs_the_same_queries_for_any_number_of_rows(
    signed_in: Client,
    application: EnterpriseApplication,
    django_assert_num_queries: DjangoAssertNumQueries,
    number: int,
) -> None:
    for _ in range(number):
        person = make_user()
        make_assignment(application, person, "OpenVoice")
        make_state(application.job, person)
        make_assignment(application, make_group(members=[person]))

    with django_assert_num_queries(13):
        signed_in.get(url_of(application))


def test_edit_shows_whom_it_is_about_with_their_common_role_chosen(
    signed_in: Client, application: EnterpriseApplication
) -> None:
    keys = [make_assignment(application, make_user(display_name=name), "OpenVoice").pk for name in ("Ann", "Bo")]

    page = signed_in.get(url_of(application, "edit/"), {"id": keys})

    assert "2 selected Ann OpenVoice Bo OpenVoice Select a role" in words(page)
    pane = page.content.decode().partition('id="edit-assignment"')[2]
    assert role_of(application, "OpenVoice") in pane.partition(" checked")[0][-300:]


def test_edit_chooses_nothing_where_roles_differ(signed_in: Client, application: EnterpriseApplication) -> None:
    keys = [make_assignment(application, make_user(), role).pk for role in ("OpenVoice", None)]

    page = signed_in.get(url_of(application, "edit/"), {"id": keys})

    assert " checked" not in page.content.decode().partition('id="edit-assignment"')[2].partition("</form>")[0]


def test_edit_gives_another_role_instead(signed_in: Client, application: EnterpriseApplication) -> None:
    key = make_assignment(application, make_user(display_name="Ann"), "OpenVoice").pk

    answer = signed_in.post(url_of(application, "edit/"), {"id": key, "role": role_of(application, "GoToMeeting")})

    assert (answer.status_code, answer.url) == (303, url_of(application))
    assert assigned(application) == {("Ann", "GoToMeeting")}
    assert toasts(answer)[0].startswith("1 assignment was changed\n")
    entry = AuditEntry.objects.get()
    assert (entry.activity, entry.old, entry.new) == (
        "Edit assignment",
        [{"User or group": "Ann", "Role": "OpenVoice"}],
        [{"User or group": "Ann", "Role": "GoToMeeting"}],
    )


def test_edit_to_a_role_somebody_has_beside_leaves_one(signed_in: Client, application: EnterpriseApplication) -> None:
    ann = make_user(display_name="Ann")
    key = make_assignment(application, ann, "OpenVoice").pk
    make_assignment(application, ann, "GoToMeeting")

    signed_in.post(url_of(application, "edit/"), {"id": key, "role": role_of(application, "GoToMeeting")})

    assert assigned(application) == {("Ann", "GoToMeeting")}


def test_edit_to_the_same_role_changes_nothing_and_is_said(
    signed_in: Client, application: EnterpriseApplication
) -> None:
    row = make_assignment(application, make_user(), "OpenVoice")

    answer = signed_in.post(url_of(application, "edit/"), {"id": row.pk, "role": role_of(application, "OpenVoice")})

    assert toasts(answer) == ["Nothing was changed\nThey have this role already."]
    assert Assignment.objects.get().change == row.change


def test_edit_without_a_role_asks_for_one(signed_in: Client, application: EnterpriseApplication) -> None:
    key = make_assignment(application, make_user(display_name="Ann"), "OpenVoice").pk

    answer = signed_in.post(url_of(application, "edit/"), {"id": key})

    assert answer.status_code == 422
    assert "One of the roles must be chosen." in words(answer)
    assert assigned(application) == {("Ann", "OpenVoice")}


def test_remove_asks_first(signed_in: Client, application: EnterpriseApplication) -> None:
    key = make_assignment(application, make_user(display_name="Ann"), "OpenVoice").pk

    page = signed_in.get(url_of(application, "remove/"), {"id": key})

    assert "Whoever is not assigned in another way loses access" in words(page)
    assert "1 selected Ann OpenVoice" in words(page)
    assert assigned(application) == {("Ann", "OpenVoice")}


def test_remove_marks_the_row_with_a_change_number_and_keeps_it(
    signed_in: Client, application: EnterpriseApplication
) -> None:
    row = make_assignment(application, make_user(display_name="Ann"), "OpenVoice")

    answer = signed_in.post(url_of(application, "remove/"), {"id": row.pk})

    row.refresh_from_db()
    application.directory.refresh_from_db()
    assert (answer.status_code, answer.url) == (303, url_of(application))
    assert (row.removed, row.change) == (True, application.directory.head)
    assert toasts(answer)[0].startswith("1 assignment was removed\n")
    assert AuditEntry.objects.get().old == [{"User or group": "Ann", "Role": "OpenVoice"}]


def test_the_second_of_two_clicks_on_remove_is_told(signed_in: Client, application: EnterpriseApplication) -> None:
    key = make_assignment(application, make_user(), "OpenVoice").pk
    signed_in.post(url_of(application, "remove/"), {"id": key})

    answer = signed_in.post(url_of(application, "remove/"), {"id": key})

    assert answer.status_code == 303
    assert toasts(answer)[-1] == "Nothing was changed\nThese assignments are not there any more."


@pytest.mark.parametrize("deed", ["edit/", "remove/"])
@pytest.mark.parametrize("key", ["", "0", "nobody", "9" * 40, "-1", "٣"])
def test_without_a_row_of_this_application_nothing_happens(
    signed_in: Client, application: EnterpriseApplication, deed: str, key: str
) -> None:
    make_assignment(make_application("Other"), make_user(), "OpenVoice")

    asked = signed_in.get(url_of(application, deed), {"id": key})
    sent = signed_in.post(url_of(application, deed), {"id": key, "role": DEFAULT_ACCESS})

    assert (asked.status_code, sent.status_code) == (303, 303)
    assert "Nothing is selected\nTick the rows you mean first." in toasts(asked)


def test_rows_of_another_application_are_out_of_reach(signed_in: Client, application: EnterpriseApplication) -> None:
    other = make_application("Other")
    key = make_assignment(other, make_user(display_name="Ann"), "OpenVoice").pk

    for deed in ("edit/", "remove/"):
        answer = signed_in.post(url_of(application, deed), {"id": key, "role": DEFAULT_ACCESS})
        assert toasts(answer)[-1] == "Nothing was changed\nThese assignments are not there any more."

    assert assigned(other) == {("Ann", "OpenVoice")}
    assert assigned(application) == set()


def test_an_unknown_application_is_not_found(signed_in: Client) -> None:
    for deed in ("", "edit/", "remove/"):
        assert signed_in.get(f"/applications/{uuid.uuid4()}/users/{deed}").status_code == 404
