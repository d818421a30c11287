"""Lines of CSV files to groups and members."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.choices import ObjectType
from provisioning.directory.base import Member, Team
from provisioning.directory.csvfile_columns import MEMBERS, What
from provisioning.directory.csvfile_writing import text_of
from tests.directory.csv_files import group, id_of, read, told, user, written

GROUPS = "objectId,displayName,description,securityEnabled\n"
HEAD = "groupId,group,memberId,member,memberType\n"


def test_groups_are_known_by_object_id_or_name(tmp_path: Path) -> None:
    path = written(tmp_path, f"{GROUPS}{id_of(1)},Sales new,x,no\n,GROUP 2,,\n,New,,yes\n,,,\n")

    reads = read(path, What.GROUPS, [group(1), group(2)])

    assert told(reads) == {}
    assert [each.is_new for each in reads] == [False, False, True]
    assert [each.record for each in reads] == [
        Team(id=id_of(1), attributes={"displayName": "Sales new", "description": "x", "securityEnabled": False}),
        Team(id=id_of(2), attributes={"displayName": "GROUP 2"}),
        Team(id=reads[2].record.id, attributes={"displayName": "New", "securityEnabled": True}),
    ]


def test_known_groups_can_be_left_alone_and_cells_can_empty(tmp_path: Path) -> None:
    path = written(tmp_path, f"{GROUPS},group 2,,\n")

    (left,) = read(path, What.GROUPS, [group(2)], update=False)
    assert (left.record, left.is_left) == (Team(id=id_of(2), attributes={}), True)
    (cleared,) = read(path, What.GROUPS, [group(2)], clear=True)
    assert cleared.record.attributes == {"displayName": "group 2", "description": ""}


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (",,no name,\n", {2: "displayName: The group has no name."}),
        (",Twin,,\n", {2: "displayName: 2 groups have this name."}),
        (f"{id_of(4)},Old,,\n", {2: "objectId: This group is deleted."}),
        (",New,,\n,NEW,,\n", {3: "displayName: Line 2 is about the same."}),
        (f"{id_of(1)},A,,\n,group 1,,\n", {3: "displayName: Line 2 is about the same."}),
        (",New,,perhaps\n", {2: "securityEnabled: “perhaps” is neither Yes nor No."}),
        (f",{'x' * 257},,\n", {2: "displayName: The value has 257 letters; at most 256 can be stored."}),
    ],
)
def test_a_group_says_what_is_wrong_with_it(tmp_path: Path, lines: str, said: dict[int, str]) -> None:
    known = [group(1), group(2, "twin"), group(3, "twin"), group(4, is_gone=True)]

    assert told(read(written(tmp_path, GROUPS + lines), What.GROUPS, known)) == said


# --- members -------------------------------------------------------------------------------------
KNOWN = (user(1), user(2), user(3, is_gone=True), group(11), group(12), group(13, "twin"), group(14, "twin"))


def members(path: Path, **options: Any) -> list[tuple[str, str, ObjectType] | None]:
    reads = read(path, What.MEMBERS, KNOWN, **options)
    assert told(reads) == {}
    return [
        (each.record.group, each.record.id, each.record.type) if isinstance(each.record, Member) else None
        for each in reads
    ]


def test_members_are_known_by_object_id_or_name(tmp_path: Path) -> None:
    lines = f"{id_of(11)},,{id_of(1)},,\n,Group 11,,U2@contoso.example,User\n,group 11,{id_of(12)},,\n"
    lines += f",group 12,,group 11,Group\n,group 12,,{id_of(2)},\n"

    assert members(written(tmp_path, HEAD + lines)) == [
        (id_of(11), id_of(1), ObjectType.USER),
        (id_of(11), id_of(2), ObjectType.USER),
        (id_of(11), id_of(12), ObjectType.GROUP),
        (id_of(12), id_of(11), ObjectType.GROUP),
        (id_of(12), id_of(2), ObjectType.USER),
    ]


def test_a_file_of_members_alone_goes_into_the_group_that_was_chosen(tmp_path: Path) -> None:
    path = written(
        tmp_path, "Member object ID or user principal name [memberObjectIdOrUpn] Required\nu1@contoso.example\n"
    )

    assert members(path, group=id_of(12)) == [(id_of(12), id_of(1), ObjectType.USER)]
    assert told(read(path, What.MEMBERS, KNOWN)) == {2: ": The group has no name."}


def test_a_member_told_twice_is_one(tmp_path: Path) -> None:
    path = written(tmp_path, f"{HEAD},group 11,,u1@contoso.example,\n{id_of(11)},,{id_of(1)},,\n")

    assert members(path) == [(id_of(11), id_of(1), ObjectType.USER), None]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (",,,u1@contoso.example,", "group: The group has no name."),
        (",Ghosts,,u1@contoso.example,", "group: There is no group “Ghosts” in the directory."),
        (",twin,,u1@contoso.example,", "group: 2 groups have this name."),
        (",group 11,,,", "member: The member is missing."),
        (",group 11,,ghost@contoso.example,", "member: “ghost@contoso.example” is not in the directory."),
        (f",group 11,{id_of(3)},,", f"memberId: “{id_of(3)}” is not in the directory."),
        (f"{id_of(99)},,,u1@contoso.example,", f"groupId: There is no group “{id_of(99)}” in the directory."),
        (",group 11,,group 11,Group", "member: A group cannot be a member of itself."),
        (",group 11,,u1@contoso.example,Robot", "memberType: “robot” is no type of a member."),
        (",group 11,x,,", "memberId: “x” is no object ID."),
    ],
)
def test_a_membership_says_what_is_wrong_with_it(tmp_path: Path, line: str, said: str) -> None:
    assert told(read(written(tmp_path, f"{HEAD}{line}\n"), What.MEMBERS, KNOWN)) == {2: said}


@given(st.lists(st.tuples(st.sampled_from([11, 12]), st.sampled_from([1, 2, 13])), unique=True))
def test_memberships_are_read_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[int, int]]
) -> None:
    types = {1: "User", 2: "User", 13: "Group"}
    rows = [[id_of(holder), "name", id_of(member), "label", types[member]] for holder, member in pairs]
    assert all(len(row) == len(MEMBERS) for row in rows)
    path = written(tmp_path_factory.mktemp("csv"), "".join(text_of(What.MEMBERS, rows)))

    assert members(path) == [(id_of(holder), id_of(member), ObjectType(types[member])) for holder, member in pairs]
