"""Groups: the list, the recycle bin, and the page of a group with its parts."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from provisioning.models import Group
from tests.factories import make_application, make_assignment, make_group, make_job, make_state, make_user, make_users
from tests.views.reading import rows, words

HTMX = {"HX-Request": "true"}


def url_of(group: Group, tab: str = "") -> str:
    return f"/groups/{group.object_id}/" + (f"?tab={tab}" if tab else "")


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


def test_search_filters_and_sorting(signed_in: Client) -> None:
    north = make_group("Sales North")
    make_group("sales South", security_enabled=False)
    make_group("Legal")
    make_assignment(make_application(), north)

    def found(**query: Any) -> list[str]:
        return [" ".join(row.split()[:2]).removesuffix(" 0") for row in rows(signed_in.get("/groups/", query))]

    assert found(q="SALES", sort="-name") == ["sales South", "Sales North"]
    assert found(q=str(north.object_id)) == ["Sales North"]
    assert found(access="no") == ["sales South"]
    assert found(assigned="yes") == ["Sales North"]
    assert found(assigned="no") == ["Legal", "sales South"]
    assert found(q="\0", sort="size", older="?") == ["Legal", "Sales North", "sales South"]
    assert "No group matches Clear filters" in words(signed_in.get("/groups/", {"q": "x"}))


def test_pages_go_on_by_key(signed_in: Client) -> None:
    for number in range(51):
        make_group(f"Group {number:02}")
    first = signed_in.get("/groups/")

    assert len(rows(first)) == 50
    assert [row.split(" 0")[0] for row in rows(signed_in.get(f"/groups/{first.context['older']}"))] == ["Group 50"]


def test_an_empty_list_offers_to_add_a_group(signed_in: Client) -> None:
    assert "There is no group in the directory yet New group" in words(signed_in.get("/groups/"))


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

    with django_assert_num_queries(9):
        signed_in.get("/groups/")


def test_deleted_groups_are_listed_latest_first(signed_in: Client) -> None:
    make_group("Ants", deleted_at=timezone.now() - timezone.timedelta(days=1), description="small")
    make_group("Bees", deleted_at=timezone.now())
    make_group("Cats")

    assert [row.split()[0] for row in rows(signed_in.get("/groups/deleted/"))] == ["Bees", "Ants"]
    assert [row.split()[0] for row in rows(signed_in.get("/groups/deleted/", {"q": "an"}, headers=HTMX))] == ["Ants"]
    assert "No deleted group matches" in words(signed_in.get("/groups/deleted/", {"q": "x"}))


def test_an_empty_recycle_bin_says_so(signed_in: Client) -> None:
    assert "The recycle bin is empty" in words(signed_in.get("/groups/deleted/"))


# --- the page of a group -------------------------------------------------------------------------
def test_the_page_tells_members(signed_in: Client) -> None:
    ann = make_user(display_name="Ann Berg", user_principal_name="ann@contoso.example", department="Sales")
    group = make_group("Hosts", [make_group("Inner"), ann])

    assert rows(signed_in.get(url_of(group))) == [
        "AB Ann Berg ann@contoso.example User Enabled Sales",
        "Inner Its members get something through this group only where nested groups count. Group – –",
    ]


def test_members_are_paged_and_searched(signed_in: Client) -> None:
    group = make_group("All", [*make_users(51), make_user(display_name="Zoë Lind")])

    assert len(rows(signed_in.get(url_of(group)))) == 50
    assert len(rows(signed_in.get(url_of(group), {"page": 2}))) == 2
    assert len(rows(signed_in.get(url_of(group), {"q": "zo"}, headers=HTMX))) == 1
    assert "No member matches" in words(signed_in.get(url_of(group), {"q": "nobody"}))


def test_an_empty_group_says_so(signed_in: Client) -> None:
    assert "Nobody is in this group Add members" in words(signed_in.get(url_of(make_group())))


def test_applications_tell_what_members_get_and_what_becomes_of_the_group(signed_in: Client) -> None:
    ann, bo = make_user(), make_user()
    group = make_group("Hosts", [ann, bo])
    job = make_job(make_application("Meetings"), {"username": "a"}, is_on=True)
    make_assignment(job.application, group, "OpenVoice")
    make_state(job, ann)

    [row] = rows(signed_in.get(url_of(group, "applications")))

    assert row.startswith("Me Meetings Directly: OpenVoice Not provisioned This application takes no groups.")
    assert "1 of 2 direct members have an account there." in row


def test_what_groups_above_hand_down_is_told(signed_in: Client) -> None:
    inner = make_group("Inner")
    job = make_job(make_application("Meetings"), {"username": "a"})
    make_assignment(job.application, make_group("Outer", [inner]), "OpenVoice")

    page = words(signed_in.get(url_of(inner, "applications")))

    assert "Not assigned to any application" in page
    assert "Through groups that it is in Meetings OpenVoice, Outer It is in Outer only through other groups" in page
    make_job(job.application, nested_groups=True)
    assert "Its members are provisioned, too." in words(signed_in.get(url_of(inner, "applications")))


def test_properties_and_the_groups_that_it_is_in(signed_in: Client) -> None:
    group = make_group("Inner", description="Small", security_enabled=False)
    make_group("Top", [make_group("Outer", [group])])

    page = words(signed_in.get(url_of(group, "properties")))
    assert "Description Small" in page
    assert "Security enabled No" in page
    assert "This group is not security enabled: it gives its members no access." in page
    assert rows(signed_in.get(url_of(group, "groups"))) == [
        "Outer Directly Yes –",
        "Top via Outer Where members of nested groups count –",
    ]
    assert "In no group" in words(signed_in.get(url_of(make_group(), "groups")))


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("tab", ["members", "applications", "properties", "groups"])
def test_the_page_needs_the_same_queries_for_any_number_of_rows(
    signed_in: Client, django_assert_num_queries: DjangoAssertNumQueries, number: int, tab: str
) -> None:
    group = make_group(members=make_users(number))
    for _ in range(number):
        make_assignment(make_application(), group, "OpenVoice")
        make_group(members=[group])
    queries = {"members": 6, "applications": 19, "properties": 4, "groups": 6}

    with django_assert_num_queries(queries[tab]):
        signed_in.get(url_of(group, tab))


def test_a_deleted_group_is_shown_with_what_can_be_done(signed_in: Client) -> None:
    page = words(signed_in.get(url_of(make_group(deleted_at=timezone.now()))))

    assert "This group is in the recycle bin" in page
    assert "Restore Delete permanently Refresh" in page


def test_one_gone_for_good_and_an_unknown_one_are_not_found(signed_in: Client) -> None:
    gone = make_group(deleted_at=timezone.now(), purged_at=timezone.now())

    assert signed_in.get(url_of(gone)).status_code == 404
    assert signed_in.get(f"/groups/{uuid.uuid4()}/").status_code == 404
