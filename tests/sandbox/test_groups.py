"""The Admin API's calls on the account's groups."""

from collections.abc import Iterator

import pytest

from tests.goto_service import GotoService
from tests.sandbox.api import AdminApi, codes, signed_in

BO, CY = "5348866090871200001", "534886609087120002"
ANN = {"email": "ann.ek@contoso.example", "firstName": "Ann", "lastName": "Ek"}


@pytest.fixture
def helpdesk(service: GotoService) -> Iterator[AdminApi]:
    with signed_in(service, service.helpdesk, service.helpdesk_password) as api:
        yield api


def added(admin: AdminApi, name: str) -> str:
    answer = admin.post("groups", json={"name": name})
    assert answer.status_code == 200, answer.text
    key: str = answer.json()
    return key


def test_a_create_answers_with_the_key_alone(admin: AdminApi) -> None:
    key = added(admin, "Defenders")

    assert isinstance(key, str)
    assert admin.get(f"groups/{key}").json() == {
        "key": key,
        "name": "Defenders",
        "keyPath": [key],
        "namePath": ["Defenders"],
        "memberCount": 0,
        "totalMemberCount": 0,
    }


def test_groups_are_listed_by_name_in_the_usual_envelope(admin: AdminApi) -> None:
    for name in ("Red", "Blue", "Green"):
        added(admin, name)

    page = admin.get("groups?pageSize=2&offset=1").json()

    assert [group["name"] for group in page["results"]] == ["Green", "Red"]
    assert (page["fromIndex"], page["toIndex"], page["total"]) == (1, 3, 3)


@pytest.mark.parametrize("condition", ['name%20eq%20"Red"', '(name="Red")', '(name="(?i)rED")'])
def test_a_filter_finds_by_name(admin: AdminApi, condition: str) -> None:
    added(admin, "Red")
    added(admin, "Blue")

    assert [group["name"] for group in admin.get(f"groups?filter={condition}").json()["results"]] == ["Red"]
    assert admin.get('groups?filter=email%20eq%20"x"').status_code == 400


def test_a_user_is_in_one_group_at_most(admin: AdminApi) -> None:
    red, blue = added(admin, "Red"), added(admin, "Blue")

    admin.put(f"groups/{red}/users/{BO}")
    assert admin.put(f"groups/{blue}/users/{BO}").status_code == 200

    assert "userKeys" not in admin.get(f"groups/{red}").json()
    assert admin.get(f"groups/{blue}").json()["userKeys"] == [BO]
    user = admin.get(f"users/{BO}").json()
    assert (user["groupKey"], user["groupName"], user["groupKeyPath"]) == (blue, "Blue", [blue])


def test_a_user_leaves_its_group(admin: AdminApi) -> None:
    key = added(admin, "Red")
    admin.put(f"groups/{key}/users/{BO}")

    assert admin.delete(f"users/{BO}/groups").status_code == 204
    assert "groupKey" not in admin.get(f"users/{BO}").json()


def test_a_group_can_be_given_with_a_create_and_an_update(admin: AdminApi) -> None:
    key = added(admin, "Red")
    ann = admin.add(ANN["email"], groupKey=key)
    admin.put(f"users/{CY}", json={"groupKey": key})

    assert admin.get(f"groups/{key}").json()["userKeys"] == [ann, CY]
    assert codes(admin.put(f"users/{CY}", json={"groupKey": "1"})) == ["group.not.found"]
    assert admin.put(f"users/{CY}", json={"managedGroupKeys": [key]}).status_code == 200


def test_a_deleted_group_leaves_its_people(admin: AdminApi) -> None:
    key = added(admin, "Red")
    admin.put(f"groups/{key}/users/{BO}")

    assert admin.delete(f"groups/{key}").status_code == 204
    assert admin.get(f"users/{BO}").status_code == 200
    assert codes(admin.get(f"groups/{key}")) == ["group.not.found"]


def test_a_group_is_renamed_without_its_key(admin: AdminApi) -> None:
    key = added(admin, "Red")

    assert codes(admin.put(f"groups/{key}", json={"name": "Blue", "key": key})) == ["group.key.not.allowed"]
    assert admin.put(f"groups/{key}", json={"name": "Blue"}).status_code == 200
    assert admin.get(f"groups/{key}").json()["name"] == "Blue"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "group.name.required"),
        ({"name": " "}, 400, "group.name.required"),
        ({"name": "x" * 129}, 400, "group.name.too.long"),
        ({"name": "RED"}, 409, "group.name.conflict"),
    ],
)
def test_a_wrong_name_is_refused(admin: AdminApi, body: dict[str, str], status: int, code: str) -> None:
    added(admin, "Red")
    other = added(admin, "Blue")

    for answer in (admin.post("groups", json=body), admin.put(f"groups/{other}", json=body)):
        assert (answer.status_code, codes(answer)) == (status, [code])


def test_an_unknown_group_or_user_is_not_found(admin: AdminApi) -> None:
    key = added(admin, "Red")

    assert codes(admin.put(f"groups/1/users/{BO}")) == ["group.not.found"]
    assert codes(admin.put(f"groups/{key}/users/1")) == ["user.not.found"]
    assert codes(admin.delete("groups/1")) == ["group.not.found"]


@pytest.mark.parametrize(
    ("role", "statuses"),
    [("MANAGE_GROUPS", [200, 200, 200]), ("MANAGE_USERS", [200, 403, 200]), ("RUN_REPORTS", [403] * 3)],
)
def test_groups_want_their_own_right(
    service: GotoService, admin: AdminApi, helpdesk: AdminApi, role: str, statuses: list[int]
) -> None:
    key = added(admin, "Red")
    service.edit(service.account(service.helpdesk)["key"], adminRoles=[role])

    answers = [
        helpdesk.get("groups"),
        helpdesk.post("groups", json={"name": "Blue"}),
        helpdesk.put(f"groups/{key}/users/{BO}"),
    ]

    assert [answer.status_code for answer in answers] == statuses


def test_sets_of_roles_are_listed_and_not_changed(admin: AdminApi) -> None:
    page = admin.get("rolesets?pageSize=1").json()

    desk = {"id": "2493304650871200011", "name": "Help desk", "adminRoles": ["MANAGE_USERS", "RUN_REPORTS"]}
    assert page == {"results": [desk], "fromIndex": 0, "toIndex": 1, "total": 2}
    assert admin.post("rolesets", json={"name": "Mine"}).status_code == 405
