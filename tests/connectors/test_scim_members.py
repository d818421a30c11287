"""How members are added to groups and taken out: in which form, and without losing anybody."""

from collections.abc import Mapping
from typing import Any

import pytest

from provisioning.errors import Rejected, SettingsInvalid, TargetObjectMissing
from tests.connectors.scim_samples import Answer, scim
from tests.wire.answers import Asked, Reply

MICROSOFT = {"patch.style": "microsoft"}


def members_sent(profile: Mapping[str, Any], *, remove: bool = False) -> list[dict[str, Any]]:
    known: dict[str, Answer] = {
        "GET /Groups/9": (200, {"id": "9"}),
        "GET /Users/1": (200, {"id": "1", "userName": "bo"}),
    }
    target, transport = scim({"PATCH /Groups/9": (204, None), **known}, profile)
    (target.remove_members if remove else target.add_members)("9", ["1", "2"])
    return [each for asked in transport.asked if asked.method == "PATCH" for each in asked.json["Operations"]]


@pytest.mark.parametrize(
    ("profile", "value"),
    [
        ({}, [{"value": "1"}, {"value": "2"}]),
        ({"id_type": "number"}, [{"value": 1}, {"value": 2}]),
        ({"members.type": "User"}, [{"value": "1", "type": "User"}, {"value": "2", "type": "User"}]),
        ({"members.wrap": True}, {"members": [{"value": "1"}, {"value": "2"}]}),
        ({"members.display": True}, [{"value": "1", "display": "bo"}, {"value": "2"}]),
        (
            {"members.ref": True},
            [{"value": each, "$ref": f"https://scim.contoso.example/scim/v2/Users/{each}"} for each in "12"],
        ),
    ],
)
def test_members_are_added_in_one_operation(profile: Mapping[str, Any], value: Any) -> None:
    assert members_sent(profile) == [{"op": "add", "path": "members", "value": value}]


@pytest.mark.parametrize(("profile", "most"), [({"max_body": 180}, 0), ({}, 180), ({"members.wrap": True}, 200)])
@pytest.mark.parametrize("remove", [False, True])
def test_what_is_too_large_for_one_request_goes_in_several(
    profile: Mapping[str, Any], most: int, *, remove: bool
) -> None:
    """Known from the profile, or told by 413."""
    sizes: list[int] = []

    def patch(asked: Asked) -> Reply:
        if most and len(asked.text) > most:
            return 413, None
        sizes.append(len(asked.text))
        return 204, None

    target, transport = scim({"PATCH /Groups/9": patch, "GET /Groups/9": (200, {"id": "9"})}, profile)

    (target.remove_members if remove else target.add_members)("9", [str(number) for number in range(16)])

    sent = [each for each in transport.asked if each.method == "PATCH"]
    assert max(sizes) <= (most or profile["max_body"])
    assert len(sizes) > 1
    assert bool(most) is (len(sent) > len(sizes))
    assert sum(text.count('"value": "') + text.count("value eq") for text in _taken(sent, most)) == 16


def _taken(sent: list[Asked], most: int) -> list[str]:
    return [each.text for each in sent if not most or len(each.text) <= most]


def test_one_member_that_is_too_large_is_told() -> None:
    target, _ = scim({"PATCH /Groups/9": (413, None), "GET /Groups/9": (200, {"id": "9"})})

    with pytest.raises(Rejected, match="too large"):
        target.add_members("9", ["1", "2"])


def test_members_are_taken_out_by_a_path_each_or_by_a_list() -> None:
    assert members_sent({}, remove=True) == [
        {"op": "remove", "path": 'members[value eq "1"]'},
        {"op": "remove", "path": 'members[value eq "2"]'},
    ]
    assert members_sent(MICROSOFT, remove=True) == [
        {"op": "Remove", "path": "members", "value": [{"value": "1"}, {"value": "2"}]}
    ]


def test_a_group_that_is_gone_and_a_member_that_is_gone_are_told_apart() -> None:
    with pytest.raises(TargetObjectMissing):
        scim({})[0].add_members("9", ["1"])

    with pytest.raises(Rejected, match="one of the members is not"):
        scim({"GET /Groups/9": (200, {"id": "9"})})[0].add_members("9", ["1"])


def group_of(held: list[str], *, empties: bool = False, strict: bool = False) -> dict[str, Answer]:
    """A group that takes members out by values: it may empty itself, or refuse everything about who is not in it."""

    def patch(asked: Asked) -> Reply:
        for each in asked.json["Operations"]:
            values = [one["value"] for one in each.get("value", ())] or [each["path"].partition('"')[2].rstrip('"]')]
            if each["op"].lower() == "add":
                held.extend(values)
                continue
            if strict and not {*values} <= {*held}:
                return 400, {"scimType": "noTarget"}
            held[:] = [] if empties else [one for one in held if one not in values]
        return 204, None

    def get(_: Asked) -> Reply:
        return 200, {"id": "9", "members": [{"value": each} for each in held]}

    return {"PATCH /Groups/9": patch, "GET /Groups/9": get}


def test_r39_a_group_that_the_wrong_form_emptied_is_filled_again_and_told() -> None:
    held = ["1", "2", "3"]
    target, _ = scim(group_of(held, empties=True), MICROSOFT)

    with pytest.raises(SettingsInvalid, match=r"took out 2 members more.*put back"):
        target.remove_members("9", ["1"])
    assert held == ["2", "3"]


def test_a_list_is_watched_once_and_then_trusted() -> None:
    held = ["1", "2", "3"]
    target, transport = scim(group_of(held), MICROSOFT)

    target.remove_members("9", ["1"])
    target.remove_members("9", ["2"])

    assert held == ["3"]
    assert [each.method for each in transport.asked] == ["GET", "PATCH", "GET", "PATCH"]


def test_who_is_no_member_any_more_keeps_nobody_in() -> None:
    held = ["1", "2"]
    target, _ = scim(group_of(held, strict=True))

    target.remove_members("9", ["1", "7"])
    target.remove_members("9", ["1", "7"])

    assert held == ["2"]


@pytest.mark.parametrize("no_path", [(501, None), (400, {"scimType": "invalidPath"}), (204, None)])
def test_where_a_path_for_each_is_refused_or_does_nothing_a_list_is_tried(no_path: Reply) -> None:
    held = ["1", "2", "3"]
    usual = group_of(held)
    patch = usual["PATCH /Groups/9"]
    assert callable(patch)
    target, transport = scim(
        {**usual, "PATCH /Groups/9": lambda asked: no_path if "[value" in asked.text else patch(asked)}
    )

    target.remove_members("9", ["1"])
    target.remove_members("9", ["2"])

    assert held == ["3"]
    assert [each.method for each in transport.asked[-2:]] == ["GET", "PATCH"]
