"""The page of a person: attributes, groups, and what became of them in each application."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from provisioning.choices import Status
from provisioning.models import User
from tests.factories import make_application, make_assignment, make_group, make_job, make_state, make_user
from tests.views.reading import rows, words


def url_of(user: User, deed: str = "") -> str:
    return f"/users/{user.object_id}/{deed}"


def test_the_page_tells_the_attributes(signed_in: Client) -> None:
    boss = make_user(display_name="Cleo Boss")
    user = make_user(display_name="Ann Berg", country="Sweden", manager=boss)

    page = words(signed_in.get(url_of(user)))

    assert "Ann Berg" in page
    assert "Manager Cleo Boss" in page
    assert "Country Sweden" in page
    assert "Account enabled Yes" in page
    assert str(user.object_id) in page


def test_the_page_tells_how_somebody_is_assigned_and_what_became_of_it(signed_in: Client) -> None:
    user = make_user(display_name="Ann Berg")
    group = make_group("Hosts", [user])
    job = make_job(make_application("Meetings"), {"username": "a"}, is_on=True)
    make_assignment(job.application, user, "OpenVoice")
    make_assignment(job.application, group, "GoToMeeting")
    make_state(job, user)

    page = signed_in.get(url_of(user))

    assert rows(page) == [
        "Me Meetings Directly Hosts OpenVoice GoToMeeting Provisioned Log entries Provision on demand"
    ]
    assert f"/applications/{job.application.application_id}/logs/?q={user.object_id}" in page.content.decode()


@pytest.mark.parametrize(
    ("role", "job", "expected"),
    [
        ("OpenVoice", {}, "Not yet The application is not set up"),
        ("OpenVoice", {"credentials": {"username": "a"}}, "Not yet Provisioning is off"),
        ("OpenVoice", {"credentials": {"username": "a"}, "is_on": True}, "Not yet With the next cycle"),
        (
            "OpenVoice",
            {"credentials": {"username": "a"}, "is_on": True, "quarantine": "EncounteredQuarantineException"},
            "Not yet The application is in quarantine",
        ),
        (None, {"credentials": {"username": "a"}, "is_on": True}, "Not provisioned Default Access is not provisioned"),
        ("SUPER_USER", {}, "Not provisioned No row of the attribute mapping sends this role"),
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
    make_state(make_application("Meetings").job, user, managed=False, disabled=True)

    assert rows(signed_in.get(url_of(user))) == ["Me Meetings Not assigned – Disabled Log entries Provision on demand"]


def test_what_was_taken_from_a_disabled_account_is_told(signed_in: Client) -> None:
    user = make_user()
    taken = {"adminRoles": ["RUN_REPORTS", "SUPER_USER"], "licenseKeys": ["77"]}
    make_state(make_application("Meetings").job, user, managed=False, disabled=True, taken=taken)

    (row,) = rows(signed_in.get(url_of(user)))

    assert "Disabled Taken away: adminRoles: RUN_REPORTS, SUPER_USER; licenseKeys: 77" in row


def test_groups_that_entitle_nobody_do_not_count_as_a_way(signed_in: Client) -> None:
    user = make_user()
    make_assignment(make_application(), make_group("List", [user], security_enabled=False), "OpenVoice")

    page = words(signed_in.get(url_of(user)))

    assert "Not assigned to any application" in page
    assert "Groups List" in page


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_needs_the_same_queries_for_any_number_of_applications(
    signed_in: Client, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    user = make_user()
    for _ in range(number):
        job = make_job(make_application(), {"username": "a"})
        make_assignment(job.application, user, "OpenVoice")
        make_assignment(job.application, make_group(members=[user]), "GoToMeeting")
        make_state(job, user, status=Status.FAILURE)

    with django_assert_num_queries(9):
        signed_in.get(url_of(user))


def test_whoever_is_gone_for_good_or_was_never_there_is_not_found(signed_in: Client) -> None:
    gone = make_user(deleted_at=timezone.now(), purged_at=timezone.now())

    assert signed_in.get(url_of(gone)).status_code == 404
    assert signed_in.get(f"/users/{uuid.uuid4()}/edit/").status_code == 404
    assert signed_in.post(f"/users/{uuid.uuid4()}/delete/").status_code == 404
