"""The SCIM calls on the organization's groups."""

import pytest
import requests

from tests.sandbox.api import Scim

BO, CY = "5348866090871200001", "534886609087120002"


def added(scim: Scim, name: str, *members: str) -> str:
    body = {"displayName": name, "members": [{"type": "user", "value": key} for key in members]}
    answer = scim.post("Groups", json=body)
    assert answer.status_code == 201, answer.text
    key: str = answer.json()["id"]
    return key


def keys(answer: requests.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [member["value"] for member in answer.json()["members"]]


def test_a_group_has_the_documented_shape(scim: Scim) -> None:
    key = added(scim, "Engineering", BO)

    group = scim.get(f"Groups/{key}").json()
    assert list(group) == ["id", "displayName", "members", "meta"]
    assert group["members"] == [{"type": "user", "value": BO}]
    assert group["meta"]["location"] == f"{scim.base}/Groups/{key}"


def test_groups_are_found_by_name_on_pages(scim: Scim) -> None:
    for name in ("Engineering", "Engine room", "Sales"):
        added(scim, name)

    def found(query: str) -> list[str]:
        return [group["displayName"] for group in scim.get(f"Groups?{query}").json()["resources"]]

    assert found('filter=displayName eq "Engineering"') == ["Engineering"]
    assert found('filter=displayName co "ine"&sortBy=displayName&sortOrder=descending') == [
        "Engineering",
        "Engine room",
    ]
    assert found('filter=displayName sw "E"&count=1&startIndex=2') == ["Engineering"]


def test_a_put_replaces_the_members_and_a_patch_adds_and_takes_out(scim: Scim) -> None:
    key = added(scim, "Engineering", BO)

    assert keys(scim.put(f"Groups/{key}", json={"displayName": "E", "members": [{"value": CY}]})) == [CY]
    assert keys(scim.patch(f"Groups/{key}", json={"members": [{"value": BO}]})) == [CY, BO]
    assert keys(scim.patch(f"Groups/{key}", json={"members": [{"value": CY, "operation": "delete"}]})) == [BO]
    assert keys(scim.patch(f"Groups/{key}", json={"displayName": "F"})) == [BO]


def test_a_group_can_be_a_member_and_who_leaves_is_none(scim: Scim) -> None:
    inner = added(scim, "Inner")
    body = {"displayName": "Outer", "members": [{"type": "group", "value": inner}, {"value": BO}]}
    key = scim.post("Groups", json=body).json()["id"]

    scim.delete(f"Groups/{inner}")

    assert keys(scim.get(f"Groups/{key}")) == [BO]
    scim.delete(f"Users/{BO}")
    assert keys(scim.get(f"Groups/{key}")) == []


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"displayName": None}, "displayName.required"),
        ({"displayName": " "}, "displayName.required"),
        ({"displayName": "x" * 129}, "displayName.too.long"),
        ({"members": [{"value": "1"}]}, "members.not.found"),
        ({"members": [{"value": str(n)} for n in range(101)]}, "members.too.many"),
        ({"members": [{"type": "robot", "value": BO}]}, "members.type.invalid"),
        ({"members": BO}, "members.invalid"),
    ],
)
def test_a_group_that_breaks_a_rule_is_refused(scim: Scim, wrong: dict[str, object], code: str) -> None:
    answer = scim.post("Groups", json={"displayName": "Engineering", **wrong})

    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_a_name_that_is_taken_is_a_conflict(scim: Scim) -> None:
    added(scim, "Engineering")
    key = added(scim, "Sales")

    assert scim.post("Groups", json={"displayName": "ENGINEERING"}).status_code == 409
    assert scim.patch(f"Groups/{key}", json={"displayName": "Engineering"}).status_code == 409


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_a_group_that_is_not_there_is_not_authorized(scim: Scim, method: str) -> None:
    answer = scim.request(method, "Groups/1", json={"displayName": "x"})

    assert (answer.status_code, answer.json()) == (401, {"code": "not.authorized", "uri": "/v1/Groups/1"})


def test_a_deleted_group_is_gone(scim: Scim) -> None:
    key = added(scim, "Engineering")

    assert scim.delete(f"Groups/{key}").status_code == 200
    assert scim.get(f"Groups/{key}").status_code == 401
