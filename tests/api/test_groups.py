"""Groups and their members, as Graph tells them."""

import uuid

import pytest
from pytest_django import DjangoAssertNumQueries

from provisioning.jobs import change
from tests.api.face import Face
from tests.factories import make_group, make_user, make_users

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_a_group_is_told_as_graph_tells_it(face: Face) -> None:
    group = make_group("Sales", description="All of them", mail_nickname="sales")

    body = face.get(f"/groups/{group.object_id}").json()

    names = ("displayName", "description", "mail", "mailNickname", "mailEnabled")
    assert [body[name] for name in names] == ["Sales", "All of them", None, "sales", False]
    assert (body["id"], body["securityEnabled"], body["groupTypes"]) == (str(group.object_id), True, [])


def test_groups_are_listed_filtered_and_counted(face: Face) -> None:
    make_group("Sales")
    make_group("Mail only", security_enabled=False)
    change.delete(make_group("Gone"))

    body = face.get("/groups?$filter=securityEnabled eq true&$count=true").json()

    assert ([each["displayName"] for each in body["value"]], body["@odata.count"]) == (["Sales"], 1)
    assert face.get("/groups/$count").content == b"2"


@pytest.mark.parametrize("identifier", [str(uuid.UUID(int=0)), "Sales"])
def test_no_group_is_not_found(face: Face, identifier: str) -> None:
    response = face.get(f"/groups/{identifier}/members")

    assert (response.status_code, response.json()["error"]["code"]) == (404, "Request_ResourceNotFound")


def test_members_are_users_and_groups_that_are_there(face: Face) -> None:
    people, inner = make_users(4), make_group("Inner")
    group = make_group("Sales", [*people, inner])
    change.remove_members(group, [people[0]])
    change.delete(people[1])

    found = face.values(f"/groups/{group.object_id}/members?$select=id,displayName&$top=2")

    assert [(each["@odata.type"], each["id"]) for each in found] == [
        ("#microsoft.graph.user", str(people[2].object_id)),
        ("#microsoft.graph.user", str(people[3].object_id)),
        ("#microsoft.graph.group", str(inner.object_id)),
    ]


def test_members_can_be_asked_for_by_type(face: Face) -> None:
    bo, inner = make_user(), make_group("Inner")
    group = make_group("Sales", [bo, inner])

    for type_, each in (("user", bo), ("group", inner)):
        found = face.values(f"/groups/{group.object_id}/members/microsoft.graph.{type_}")
        assert [one["id"] for one in found] == [str(each.object_id)]


def test_many_members_cost_as_many_queries_as_few(
    face: Face, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    group = make_group("Sales", make_users(30))

    with django_assert_max_num_queries(4):
        assert len(face.get(f"/groups/{group.object_id}/members").json()["value"]) == 30
