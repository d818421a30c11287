"""The page of a person: applications and what happens there, properties, groups, manager and direct reports."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from provisioning.choices import Action, Kind, Staging, Status
from provisioning.models import StagedRemoval, User
from tests.factories import make_application, make_assignment, make_group, make_job, make_state, make_user, make_users
from tests.views.reading import rows, words


def url_of(user: User, tab: str = "") -> str:
    return f"/users/{user.object_id}/" + (f"?tab={tab}" if tab else "")


# --- applications


def test_the_page_tells_how_somebody_is_assigned_and_what_becomes_of_it(signed_in: Client) -> None:
    user = make_user(display_name="Ann Berg")
    group = make_group("Hosts", [user])
    job = make_job(make_application("Meetings"), {"username": "a"}, is_on=True, watermark=10**6)
    make_assignment(job.application, user, "OpenVoice")
    make_assignment(job.application, group, "GoToMeeting")
    make_state(job, user)

    page = signed_in.get(url_of(user))

    [row] = rows(page)
    assert row.startswith("Me Meetings Directly: OpenVoice Hosts : GoToMeeting Provisioned It is active and assigned,")
    assert "Account account-" in row
    assert "created by the portal Last outcome Success" in row
    assert row.endswith("Log entries Provision on demand Overview")
    assert f"/applications/{job.application.application_id}/logs/?q={user.object_id}" in page.content.decode()


@pytest.mark.parametrize(
    ("role", "job", "expected"),
    [
        ("OpenVoice", {}, "Not yet No cycle has looked at it yet. It is active and assigned directly. The application"),
        ("OpenVoice", {"credentials": {"username": "a"}}, "Provisioning is off: nothing happens until it is started."),
        ("OpenVoice", {"credentials": {"username": "a"}, "is_on": True}, "The next cycle is due now."),
        (
            "OpenVoice",
            {"credentials": {"username": "a"}, "is_on": True, "quarantine": "EncounteredQuarantineException"},
            "The application is in quarantine. Next try:",
        ),
        (None, {"credentials": {"username": "a"}, "is_on": True}, "No account Default Access is not provisioned."),
        ("SUPER_USER", {}, "No account No row of the attribute mapping sends the role GoTo Super Admin."),
    ],
)
def test_the_page_says_why_there_is_no_account(
    signed_in: Client, role: str | None, job: dict[str, Any], expected: str
) -> None:
    user = make_user()
    application = make_job(make_application("Meetings"), **job).application
    make_assignment(application, user, role)

    assert expected in rows(signed_in.get(url_of(user)))[0]


def test_an_account_that_outlived_its_assignment_is_still_told(signed_in: Client) -> None:
    user = make_user()
    taken = {"adminRoles": ["RUN_REPORTS", "SUPER_USER"], "licenseKeys": ["77"]}
    make_state(make_application("Meetings").job, user, managed=False, disabled=True, taken=taken)

    [row] = rows(signed_in.get(url_of(user)))

    assert row.startswith("Me Meetings Not assigned Disabled It is not assigned to the application.")
    assert "disabled; taken away: adminRoles: RUN_REPORTS, SUPER_USER; licenseKeys: 77" in row


def test_a_way_that_does_not_count_is_shown_as_such(signed_in: Client) -> None:
    user = make_user()
    make_assignment(make_application(), make_group("List", [user], security_enabled=False), "OpenVoice")

    [row] = rows(signed_in.get(url_of(user)))

    assert "List : OpenVoice Does not count" in row
    assert "List is not security enabled, so it gives nobody access." in row


def test_the_path_through_nested_groups_is_shown(signed_in: Client) -> None:
    user = make_user()
    job = make_job(make_application(), {"username": "a"}, is_on=True, nested_groups=True)
    make_assignment(job.application, make_group("Outer", [make_group("Inner", [user])]), "OpenVoice")

    assert "Outer : OpenVoice by way of Inner" in rows(signed_in.get(url_of(user)))[0]


def test_somebody_nobody_assigned_is_told_so(signed_in: Client) -> None:
    assert "Not assigned to any application" in words(signed_in.get(url_of(make_user())))


def test_held_removals_lead_to_their_page(signed_in: Client) -> None:
    user = make_user()
    state = make_state(make_application().job, user)
    StagedRemoval.objects.create(
        job=state.job, state=state, object_type="User", source_key=user.pk, kind=Kind.ACCOUNT,
        action=Action.DISABLE, code="x", status=Staging.HELD, staged_at=timezone.now(),
    )  # fmt: skip

    page = signed_in.get(url_of(user))

    assert "Waits for approval" in rows(page)[0]
    assert f"/applications/{state.job.application.application_id}/held/" in page.content.decode()


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("tab", ["applications", "properties", "groups", "reports"])
def test_each_part_needs_the_same_queries_for_any_number_of_rows(
    signed_in: Client, django_assert_num_queries: DjangoAssertNumQueries, number: int, tab: str
) -> None:
    user = make_user()
    make_users(number, manager=user)
    for _ in range(number):
        job = make_job(make_application(), {"username": "a"})
        make_assignment(job.application, user, "OpenVoice")
        make_assignment(job.application, make_group(members=[make_group(members=[user])]), "GoToMeeting")
        make_state(job, user, status=Status.FAILURE)
    queries = {"applications": 17, "properties": 5, "groups": 7, "reports": 5}

    with django_assert_num_queries(queries[tab]):
        signed_in.get(url_of(user, tab))


# --- the other parts


def test_properties_tell_every_attribute(signed_in: Client) -> None:
    boss = make_user(display_name="Cleo Boss")
    extensions = {"costCenter": "42", "teams": ["a", "b"]}
    user = make_user(display_name="Ann Berg", country="Sweden", manager=boss, extensions=extensions)

    page = words(signed_in.get(url_of(user, "properties")))

    assert "Ann Berg" in page
    assert "Manager Cleo Boss" in page
    assert "Country Sweden" in page
    assert "Account enabled Yes" in page
    assert "Extension attributes costCenter 42 teams a, b" in page
    assert str(user.object_id) in page


def test_a_deleted_manager_is_marked_and_one_gone_for_good_is_left_out(signed_in: Client) -> None:
    boss = make_user(display_name="Cleo Boss", deleted_at=timezone.now())
    user = make_user(manager=boss)
    assert "Cleo Boss Deleted" in words(signed_in.get(url_of(user, "reports")))

    boss.purged_at = timezone.now()
    boss.save()
    assert "Cleo Boss" not in words(signed_in.get(url_of(user, "reports")))


def test_groups_are_direct_or_through_others(signed_in: Client) -> None:
    user = make_user()
    inner = make_group("Inner", [user])
    weak = make_group("List", [user], security_enabled=False)
    make_group("Outer", [inner])
    make_group("Weak outer", [weak])
    make_group("Old", [user], deleted_at=timezone.now())

    assert rows(signed_in.get(url_of(user, "groups"))) == [
        "Inner Directly Yes –",
        "List Directly No, not security enabled –",
        "Outer via Inner Where members of nested groups count –",
        "Weak outer via List No, not security enabled –",
    ]
    assert "In no group" in words(signed_in.get(url_of(make_user(), "groups")))


def test_direct_reports_are_listed_in_pages(signed_in: Client) -> None:
    boss = make_user()
    make_users(51, manager=boss)
    make_user(manager=boss, deleted_at=timezone.now())

    first = signed_in.get(url_of(boss, "reports"))

    assert len(rows(first)) == 50
    assert len(rows(signed_in.get(url_of(boss) + first.context["older"]))) == 1
    assert "Nobody has this user as manager." in words(signed_in.get(url_of(make_user(), "reports")))


def test_an_unknown_part_is_the_first(signed_in: Client) -> None:
    assert signed_in.get(url_of(make_user(), "shoes")).context["tab"] == "applications"


def test_whoever_is_gone_for_good_or_was_never_there_is_not_found(signed_in: Client) -> None:
    gone = make_user(deleted_at=timezone.now(), purged_at=timezone.now())

    assert signed_in.get(url_of(gone)).status_code == 404
    assert signed_in.get(f"/users/{uuid.uuid4()}/edit/").status_code == 404
    assert signed_in.post(f"/users/{uuid.uuid4()}/delete/").status_code == 404
