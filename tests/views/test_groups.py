"""Groups: the list, and the page of a group with its members."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal.accounts.models import AuditEntry
from provisioning.models import Directory, Group, Membership
from tests.factories import make_application, make_assignment, make_group, make_user, make_users
from tests.views.reading import rows, toasts, words

HTMX = {"HX-Request": "true"}


def url_of(group: Group) -> str:
    return f"/groups/{group.object_id}/"


def names(group: Group) -> list[str]:
    present = group.memberships.filter(removed=False)
    return sorted(str(row.user or row.member_group) for row in present)


# --- the list ------------------------------------------------------------------------------------
def test_the_list_counts_direct_members_and_applications(signed_in: Client) -> None:
    gone = make_user(deleted_at=timezone.now())
    hosts = make_group("Hosts", [make_user(), gone, make_group("Inner")], description="Who hosts")
    first = make_application()
    make_assignment(first, hosts, "OpenVoice")
    make_assignment(first, hosts, "GoToMeeting")
    make_group("Mailing list", security_enabled=False)
    make_group("Old", deleted_at=timezone.now())

    assert rows(signed_in.get("/groups/")) == [
        "Hosts 2 1 Yes Who hosts",
        "Inner 0 0 Yes –",
        "Mailing list 0 0 No, not security enabled –",
    ]


def test_search_and_sorting(signed_in: Client) -> None:
    make_group("Sales North")
    make_group("Sales South")
    make_group("Legal")

    def found(**query: Any) -> list[str]:
        return [row.split(" 0")[0] for row in rows(signed_in.get("/groups/", query))]

    assert found(q="sales", sort="-name") == ["Sales South", "Sales North"]
    assert found(q="\0", sort="size") == ["Legal", "Sales North", "Sales South"]
    assert "No group matches Clear the search" in words(signed_in.get("/groups/", {"q": "x"}))


def test_htmx_gets_the_list_alone(signed_in: Client) -> None:
    part = signed_in.get("/groups/", {"q": ""}, headers=HTMX)

    assert part.headers["HX-Push-Url"] == "/groups/"
    assert "<main" not in part.content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_needs_the_same_queries_for_any_number_of_rows(
    signed_in: Client, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    application = make_application()
    for _ in range(number):
        make_assignment(application, make_group(members=[make_user()]))

    with django_assert_num_queries(8):
        signed_in.get("/groups/")


# --- the page of a group -------------------------------------------------------------------------
def test_the_page_tells_members_and_applications(signed_in: Client) -> None:
    ann = make_user(display_name="Ann Berg", user_principal_name="ann@contoso.example", department="Sales")
    group = make_group("Hosts", [make_group("Inner"), ann])
    make_assignment(make_application("Meetings"), group, "OpenVoice")

    page = signed_in.get(url_of(group))

    assert "Assigned to Meetings OpenVoice" in words(page)
    assert rows(page) == [
        "AB Ann Berg ann@contoso.example User Enabled Sales",
        "Inner A group inside the group: its members get nothing through this one. Group – –",
    ]


def test_members_are_paged_and_searched(signed_in: Client) -> None:
    group = make_group("All", [*make_users(51), make_user(display_name="Zoë Lind")])

    assert len(rows(signed_in.get(url_of(group)))) == 50
    assert len(rows(signed_in.get(url_of(group), {"page": 2}))) == 2
    assert len(rows(signed_in.get(url_of(group), {"q": "zo"}, headers=HTMX))) == 1
    assert "No member matches" in words(signed_in.get(url_of(group), {"q": "nobody"}))


def test_an_empty_group_says_so(signed_in: Client) -> None:
    assert "Nobody is in this group" in words(signed_in.get(url_of(make_group())))


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_needs_the_same_queries_for_any_number_of_members(
    signed_in: Client, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    group = make_group(members=make_users(number))
    for _ in range(number):
        make_assignment(make_application(), group)

    with django_assert_num_queries(7):
        signed_in.get(url_of(group))


@pytest.mark.parametrize("form", ["ANN@contoso.example", " ann@contoso.example ", "{id}"])
def test_adds_a_member_by_name_or_id(signed_in: Client, form: str) -> None:
    ann, group = make_user(display_name="Ann", user_principal_name="ann@contoso.example"), make_group("Hosts")

    answer = signed_in.post(url_of(group), {"do": "add", "member": form.format(id=ann.object_id)})

    assert (answer.status_code, answer.url) == (303, url_of(group))
    assert toasts(answer) == ["Ann was added to Hosts\nApplications follow with their next cycle."]
    assert Membership.objects.get().change == Directory.objects.the_one().head
    assert AuditEntry.objects.get().new == {"member": "ann@contoso.example"}


def test_adding_a_member_again_changes_nothing_and_is_said(signed_in: Client) -> None:
    ann = make_user(display_name="Ann")
    group = make_group("Hosts", [ann])
    before = Membership.objects.get().change

    answer = signed_in.post(url_of(group), {"do": "add", "member": ann.user_principal_name})

    assert toasts(answer) == ["Ann is a member of Hosts already"]
    assert Membership.objects.get().change == before


@pytest.mark.parametrize("member", ["", "nobody@contoso.example", "\0", "x" * 257, str(uuid.UUID(int=7))])
def test_somebody_who_is_not_in_the_directory_is_refused_at_the_field(signed_in: Client, member: str) -> None:
    group = make_group("Hosts")

    answer = signed_in.post(url_of(group), {"do": "add", "member": member})

    assert answer.status_code == 422
    assert 'id="id_member_error"' in answer.content.decode()
    assert names(group) == []


def test_a_deleted_user_does_not_become_a_member(signed_in: Client) -> None:
    gone, group = make_user(deleted_at=timezone.now()), make_group("Hosts")

    assert signed_in.post(url_of(group), {"do": "add", "member": gone.user_principal_name}).status_code == 422


def test_removes_the_ticked_members_and_keeps_their_rows(signed_in: Client) -> None:
    ann, bo = make_user(display_name="Ann"), make_user(display_name="Bo", user_principal_name="bo@contoso.example")
    group = make_group("Hosts", [ann, bo])

    answer = signed_in.post(url_of(group), {"do": "remove", "id": bo.memberships.get().pk})

    assert toasts(answer) == ["1 member was removed\nApplications follow with their next cycle."]
    assert names(group) == ["Ann"]
    assert bo.memberships.get().change == Directory.objects.the_one().head
    assert AuditEntry.objects.get().old == {"members": ["bo@contoso.example"]}


@pytest.mark.parametrize("key", ["", "0", "nobody", "9" * 40])
def test_without_a_member_of_this_group_nobody_is_removed(signed_in: Client, key: str) -> None:
    group = make_group("Hosts", [make_user(display_name="Ann")])

    answer = signed_in.post(url_of(group), {"do": "remove", "id": key})

    assert toasts(answer) == ["Nobody was removed\nTick the members you mean first."]
    assert names(group) == ["Ann"]


def test_members_of_another_group_are_out_of_reach(signed_in: Client) -> None:
    other, group = make_group("Other", [make_user(display_name="Ann")]), make_group("Hosts")

    signed_in.post(url_of(group), {"do": "remove", "id": other.memberships.get().pk})

    assert names(other) == ["Ann"]


def test_a_deleted_or_unknown_group_is_not_found(signed_in: Client) -> None:
    assert signed_in.get(url_of(make_group(deleted_at=timezone.now()))).status_code == 404
    assert signed_in.get(f"/groups/{uuid.uuid4()}/").status_code == 404
