"""What is sent when something changes: PATCH in both styles, PUT where there is no PATCH, members in their chunks."""

from collections.abc import Mapping
from typing import Any

import pytest

from provisioning.choices import ObjectType
from provisioning.connectors.base import TargetAttribute
from provisioning.connectors.scim_schema import ENTERPRISE, MANAGER
from provisioning.errors import Rejected, SettingsInvalid
from tests.connectors.scim_samples import BO, Answer, scim
from tests.wire.answers import Asked, Reply

USER, GROUP = ObjectType.USER, ObjectType.GROUP
EMAIL, CITY = 'emails[type eq "work"].value', 'addresses[type eq "work"].locality'
ROLE = 'roles[primary eq "True"].value'
DEPARTMENT = f"{ENTERPRISE}:department"
CUSTOM = "urn:ietf:params:scim:schemas:extension:Contoso:2.0:User:level"
MICROSOFT = {"patch.style": "microsoft"}
PUT = {"update_method.user": "put", "update_method.group": "put"}


def operations(changes: Mapping[str, Any], profile: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """What a PATCH of these changes holds."""
    target, transport = scim({"PATCH /Users/7": (204, None)}, {"patch.verify": False, **(profile or {})})
    target.extend(USER, [TargetAttribute(name=CUSTOM)])
    target.update(USER, "7", changes)
    return [each for asked in transport.asked for each in asked.json["Operations"]]


# --- PATCH


def test_the_standards_form_has_a_path_for_each_change() -> None:
    changes = {"title": "Boss", "active": False, EMAIL: "b@x.se", ROLE: "w", DEPARTMENT: "Sales", CUSTOM: "3"}

    assert operations({**changes, MANAGER: "9", "name.givenName": ""}) == [
        {"op": "replace", "path": "title", "value": "Boss"},
        {"op": "replace", "path": "active", "value": False},
        {"op": "replace", "path": EMAIL, "value": "b@x.se"},
        {"op": "replace", "path": "roles[primary eq true].value", "value": "w"},
        {"op": "replace", "path": DEPARTMENT, "value": "Sales"},
        {"op": "replace", "path": CUSTOM, "value": "3"},
        {"op": "replace", "path": MANAGER, "value": {"value": "9"}},
        {"op": "remove", "path": "name.givenName"},
    ]


def test_microsofts_form_has_capitals_texts_and_lists() -> None:
    assert operations({"active": False, ROLE: "w", MANAGER: "9", EMAIL: ""}, MICROSOFT) == [
        {"op": "Replace", "path": "active", "value": "False"},
        {"op": "Replace", "path": ROLE, "value": "w"},
        {"op": "Add", "path": MANAGER, "value": [{"value": "9"}]},
        {"op": "Remove", "path": 'emails[type eq "work"]'},
    ]


@pytest.mark.parametrize(
    ("flag", "op"), [("?AzureAdScimPatch2017", "Replace"), ("?aadOptscim062020", "replace"), ("?x=y", "replace")]
)
def test_microsofts_flags_on_the_tenant_url_choose_the_style_and_are_not_sent(flag: str, op: str) -> None:
    url = f"https://scim.contoso.example/scim/v2/{flag}"
    target, transport = scim({"PATCH /Users/7": (204, None)}, tenant_url=url)

    target.update(USER, "7", {"title": "Boss"})

    assert transport.asked[0].json["Operations"][0]["op"] == op
    assert transport.asked[0].raw_query == ("x=y" if "x=y" in flag else "")


def test_a_profile_may_ask_for_one_operation_without_a_path() -> None:
    changes = {"title": "Boss", "name.givenName": "Bo", DEPARTMENT: "Sales", EMAIL: "b@x.se", "nickName": ""}

    without, *apart = operations(changes, {"patch.path_required": False})

    assert without == {
        "op": "replace",
        "value": {"title": "Boss", "name": {"givenName": "Bo"}, ENTERPRISE: {"department": "Sales"}},
    }
    assert [each["path"] for each in apart] == [EMAIL, "nickName"]
    merged = operations(changes, {"patch.path_required": False, **MICROSOFT})[0]["value"]
    assert merged == {"title": "Boss", "name.givenName": "Bo", DEPARTMENT: "Sales"}


def test_operations_are_split_as_the_application_takes_them() -> None:
    profile = {"patch.max_ops": 2, "patch.single_attr": ["userName", "active"]}
    target, transport = scim({"PATCH /Users/7": (204, None)}, profile)

    target.update(USER, "7", {"title": "a", "userName": "b", "active": True, "nickName": "c", "locale": "d"})

    sent = [[each["path"] for each in asked.json["Operations"]] for asked in transport.asked]
    assert sent == [["title", "nickName"], ["locale"], ["userName"], ["active"]]


def test_roles_with_their_parts_are_sent_as_they_are_and_compared_by_value() -> None:
    roles = ({"value": "w", "display": "Writer", "primary": False},)
    target, _ = scim({})

    assert operations({"roles": roles})[0]["value"] == list(roles)
    assert operations({"roles": ("w",)})[0]["value"] == [{"value": "w"}]
    assert target.translate(USER, {"roles": roles}, {})["roles"] == roles
    assert target.translate(USER, {"roles": roles}, {"roles": ("w",)})["roles"] == ("w",)


def test_an_entry_that_was_passed_over_without_a_word_is_noticed() -> None:
    target, transport = scim({"PATCH /Users/7": (204, None), "GET /Users/7": (200, BO)})
    target.update(USER, "7", {"title": "Boss", EMAIL: "b@x.se"})
    assert [each.method for each in transport.asked] == ["PATCH", "GET", "GET", "PATCH"]
    assert transport.asked[-1].json["Operations"] == [
        {"op": "add", "path": "emails", "value": [{"type": "work", "value": "b@x.se"}]}
    ]

    target, transport = scim({"PATCH /Users/7": (204, None)}, {"patch.verify": False})
    target.update(USER, "7", {EMAIL: "b@x.se"})
    assert [each.method for each in transport.asked] == ["PATCH"]


def refusing(resource: dict[str, Any], first: Reply) -> dict[str, Answer]:
    """The first PATCH gets this answer, later ones 204."""
    replies = [first]
    return {
        "PATCH /Users/7": lambda _: replies.pop() if replies else (204, None),
        "GET /Users/7": (200, resource),
    }


@pytest.mark.parametrize("first", [(400, {"scimType": "noTarget"}), (400, None), (200, BO)])
def test_an_entry_that_is_not_there_is_added_whole(first: Reply) -> None:
    resource = {**BO, "phoneNumbers": [{"type": "work", "value": "1"}]}
    target, transport = scim(refusing(resource, first))

    changes = {EMAIL: "b@x.se", CITY: "Lund", 'addresses[type eq "work"].country': "SE"}
    target.update(USER, "7", {**changes, 'phoneNumbers[type eq "work"].value': "2", 'emails[type eq "home"].value': ""})

    assert [each.method for each in transport.asked] == ["PATCH", "GET", "PATCH"]
    assert transport.asked[-1].json["Operations"] == [
        {"op": "replace", "path": 'phoneNumbers[type eq "work"].value', "value": "2"},
        {"op": "add", "path": "emails", "value": [{"type": "work", "value": "b@x.se"}]},
        {"op": "add", "path": "addresses", "value": [{"type": "work", "locality": "Lund", "country": "SE"}]},
    ]


def test_a_refusal_that_has_nothing_to_do_with_entries_stands() -> None:
    resource = {**BO, "emails": [{"type": "work", "value": "a@x.se"}]}
    target, transport = scim(refusing(resource, (400, {"detail": "no such domain"})))

    with pytest.raises(Rejected, match="no such domain"):
        target.update(USER, "7", {EMAIL: "b@x.se"})
    assert [each.method for each in transport.asked] == ["PATCH", "GET"]


# --- PUT


@pytest.mark.parametrize("status", [405, 501])
def test_without_patch_the_account_is_read_and_written_whole_from_then_on(status: int) -> None:
    resource = {**BO, "meta": {"version": 'W/"3"'}, "groups": [{"value": "1"}], "nickName": "B"}
    target, transport = scim(
        {"PATCH /Users/7": (status, None), "GET /Users/7": (200, resource), "PUT /Users/7": (200, BO)}
    )

    target.update(USER, "7", {"title": "Boss"})
    target.update(USER, "7", {"nickName": ""})

    assert [each.method for each in transport.asked] == ["PATCH", "GET", "PUT", "GET", "PUT"]
    written = transport.asked[2]
    assert written.json == {**BO, "nickName": "B", "title": "Boss", "schemas": []}
    assert written.headers["If-Match"] == 'W/"3"'
    assert "nickName" not in transport.asked[4].json


def test_versions_are_not_sent_where_the_profile_says_so() -> None:
    replies: dict[str, Answer] = {"GET /Users/7": (200, BO), "PUT /Users/7": (204, None)}
    target, transport = scim(replies, {**PUT, "etag": False})
    transport.headers = {"ETag": '"9"'}

    target.update(USER, "7", {"title": "Boss"})

    assert "If-Match" not in transport.asked[1].headers


def test_members_are_written_whole_only_where_they_are_told() -> None:
    group = {"id": "9", "displayName": "Sales", "members": [{"value": "1", "display": "Ann"}, {"value": "2"}]}

    def put(asked: Asked) -> Reply:
        group.update(asked.json)
        return 200, group

    replies: dict[str, Answer] = {"GET /Groups/9": lambda _: (200, group), "PUT /Groups/9": put}
    target, transport = scim(replies, PUT)

    target.add_members("9", ["2", "3"])
    target.remove_members("9", ["2", "7"])

    assert transport.asked[1].json["members"] == [{"value": "1", "display": "Ann"}, {"value": "2"}, {"value": "3"}]
    assert transport.asked[3].json["members"] == [{"value": "1", "display": "Ann"}, {"value": "3"}]
    deaf: dict[str, Answer] = {**replies, "PUT /Groups/9": lambda _: (200, group)}
    with pytest.raises(Rejected, match="and did not"):
        scim(deaf, PUT)[0].add_members("9", ["4"])
    with pytest.raises(SettingsInvalid, match="may not be whole"):
        scim(replies, {**PUT, "members.readable": False})[0].add_members("9", ["4"])


# --- values


def test_what_is_more_than_the_application_takes_is_left_out() -> None:
    target, _ = scim({}, {"multi_valued_max": {"phoneNumbers": 1}, "never_send": ["title"]})
    mobile, work = (f'phoneNumbers[type eq "{each}"].value' for each in ("mobile", "work"))

    assert target.translate(USER, {"title": "Boss", mobile: "1", work: "2", EMAIL: "x"}, {}) == {
        mobile: "1",
        EMAIL: "x",
    }


@pytest.mark.parametrize("value", ["yes", "0"])
def test_a_text_that_is_no_boolean_is_not_sent(value: str) -> None:
    with pytest.raises(Rejected, match="True or False"):
        scim({})[0].translate(USER, {"active": value}, {})
