"""Users, as Graph tells them."""

import uuid
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from provisioning.jobs import change
from tests.api.face import Face
from tests.factories import change_user, make_group, make_user, make_users

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def names(body: dict[str, Any]) -> list[str]:
    return [each["displayName"] for each in body["value"]]


def test_a_user_is_told_with_what_graph_tells_unasked(face: Face) -> None:
    bo = make_user(display_name="Bo Ek", telephone_number="+46 8 1", mobile="", office="4B", job_title="Clerk")

    body = face.get(f"/users/{bo.object_id}").json()

    assert body.pop("@odata.context").endswith("/graph/v1.0/$metadata#users/$entity")
    assert body == {
        "businessPhones": ["+46 8 1"],
        "displayName": "Bo Ek",
        "givenName": "User",
        "id": str(bo.object_id),
        "jobTitle": "Clerk",
        "mail": bo.mail,
        "mobilePhone": None,
        "officeLocation": "4B",
        "preferredLanguage": "en-US",
        "surname": bo.surname,
        "userPrincipalName": bo.user_principal_name,
    }


def test_a_user_is_found_by_user_principal_name(face: Face) -> None:
    bo = make_user(user_principal_name="Bo.Ek@contoso.example")

    assert face.get("/users/bo.ek@contoso.example").json()["id"] == str(bo.object_id)


def test_select_tells_what_it_names_and_nothing_else(face: Face) -> None:
    bo = make_user(
        extensions={"extensionAttribute3": "blue", "extension_abc_size": "XL", "facsimileTelephoneNumber": "9"}
    )
    selected = "accountEnabled,department,onPremisesExtensionAttributes,extension_abc_size,faxNumber"

    body = face.get(f"/users/{bo.object_id}?$select={selected}").json()

    assert body.pop("@odata.context").endswith(f"#users({selected})/$entity")
    aside = body.pop("onPremisesExtensionAttributes")
    assert aside.pop("extensionAttribute3") == "blue"
    assert (len(aside), set(aside.values())) == (14, {None})
    assert body == {"accountEnabled": True, "department": None, "extension_abc_size": "XL", "faxNumber": "9"}


def test_every_property_can_be_selected(face: Face) -> None:
    bo = make_user()

    assert face.get(f"/users/{bo.object_id}?$select=*").status_code == 200


def test_an_unknown_property_is_refused_by_name(face: Face) -> None:
    response = face.get("/users?$select=displayName,shoeSize")

    assert (response.status_code, response.json()["error"]["code"]) == (400, "BadRequest")
    assert "shoeSize" in response.json()["error"]["message"]


@pytest.mark.parametrize("identifier", [str(uuid.UUID(int=0)), "nobody@contoso.example", "x"])
def test_nobody_is_not_found(face: Face, identifier: str) -> None:
    response = face.get(f"/users/{identifier}")

    assert (response.status_code, response.json()["error"]["code"]) == (404, "Request_ResourceNotFound")


def test_a_deleted_user_is_not_found(face: Face) -> None:
    bo = make_user()
    change.delete(bo)

    assert face.get(f"/users/{bo.object_id}").status_code == 404
    assert face.get("/users").json()["value"] == []


def test_pages_follow_each_other_without_gaps(face: Face) -> None:
    people = make_users(7)

    found = face.values("/users?$top=3&$select=id")

    assert [each["id"] for each in found] == [str(each.object_id) for each in people]


def test_a_page_that_is_just_full_is_the_last(face: Face) -> None:
    make_users(3)

    assert "@odata.nextLink" not in face.get("/users?$top=3").json()


@pytest.mark.parametrize("order", ["displayName", "displayName desc"])
def test_pages_are_sorted(face: Face, order: str) -> None:
    for name in "BCABA":
        make_user(display_name=name)

    found = [each["displayName"] for each in face.values(f"/users?$top=2&$orderby={order}")]

    assert found == sorted("BCABA", reverse="desc" in order)


@pytest.mark.parametrize("order", ["shoeSize", "displayName up", "displayName asc x", "accountEnabled", "id"])
def test_an_order_that_cannot_be_is_refused(face: Face, order: str) -> None:
    assert face.get(f"/users?$orderby={order}").status_code == 400


@pytest.mark.parametrize("top", ["0", "1000", "-1", "x", "", "1.5", "9" * 30])
def test_a_page_size_that_cannot_be_is_refused(face: Face, top: str) -> None:
    assert face.get(f"/users?$top={top}").status_code == 400


def test_a_skip_token_is_good_for_its_own_query_only(face: Face) -> None:
    make_users(3)
    link = face.get("/users?$top=1").json()["@odata.nextLink"]

    assert face.get(link.replace("/users", "/groups")).status_code == 400
    assert face.get(link + "&$orderby=displayName").status_code == 400
    assert face.get("/users?$skiptoken=nonsense").status_code == 400


def test_a_next_link_keeps_select_and_filter(face: Face) -> None:
    make_user(display_name="A", department="IT")
    make_user(display_name="B")
    make_user(display_name="C", department="IT")

    found = face.values("/users?$top=1&$select=displayName&$filter=department eq 'IT'")

    assert found == [{"displayName": "A"}, {"displayName": "C"}]


def test_a_count_goes_with_the_first_page(face: Face) -> None:
    make_users(3)

    first = face.get("/users?$top=2&$count=true", ConsistencyLevel="eventual").json()

    assert first["@odata.count"] == 3
    assert "@odata.count" not in face.get(first["@odata.nextLink"]).json()
    assert face.get("/users/$count").content == b"3"
    assert face.get("/users/$count?$filter=accountEnabled eq false").content == b"0"


def test_a_search_finds_beginnings_of_words(face: Face) -> None:
    make_user(display_name="Bo Ek")
    make_user(display_name="Ekaterina B")
    make_user(display_name="Peek A")

    assert sorted(names(face.get('/users?$search="displayName:ek"').json())) == ["Bo Ek", "Ekaterina B"]
    assert face.get("/users?$search=ek").status_code == 400


def test_a_manager_is_told_with_the_user_or_alone(face: Face) -> None:
    ann = make_user(display_name="Ann")
    bo = make_user(manager=ann)

    alone = face.get(f"/users/{bo.object_id}/manager").json()
    expanded = face.get(f"/users/{bo.object_id}?$select=id&$expand=manager($select=id)").json()
    listed = face.get("/users?$expand=manager($select=id)&$select=id").json()["value"]

    assert (alone["@odata.type"], alone["displayName"]) == ("#microsoft.graph.user", "Ann")
    manager = {"@odata.type": "#microsoft.graph.user", "id": str(ann.object_id)}
    assert expanded["manager"] == manager
    assert listed == [{"id": str(ann.object_id)}, {"id": str(bo.object_id), "manager": manager}]


def test_who_has_no_manager_has_none_to_tell(face: Face) -> None:
    ann = make_user()
    bo = make_user(manager=ann)
    change.delete(ann)

    assert face.get(f"/users/{bo.object_id}/manager").status_code == 404
    assert "manager" not in face.get(f"/users/{bo.object_id}?$expand=manager").json()


def test_another_expansion_is_refused(face: Face) -> None:
    assert face.get("/users?$expand=drive").status_code == 400


@pytest.mark.parametrize("cast", ["", "/microsoft.graph.group"])
def test_the_groups_of_a_user_are_listed(face: Face, cast: str) -> None:
    bo = make_user()
    make_group("In", [bo])
    left, gone = make_group("Left", [bo]), make_group("Gone", [bo])
    change.remove_members(left, [bo])
    change.delete(gone)

    body = face.get(f"/users/{bo.object_id}/memberOf{cast}").json()

    assert names(body) == ["In"]
    assert body["value"][0]["@odata.type"] == "#microsoft.graph.group"


def test_a_large_page_costs_as_many_queries_as_a_small_one(
    face: Face, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    ann = make_user()
    for each in make_users(30):
        change_user(each, manager=ann)

    with django_assert_max_num_queries(5):
        assert len(face.get("/users?$expand=manager&$count=true&$top=999").json()["value"]) == 31
