"""Delta reads of groups and their members."""

import pytest

from provisioning.jobs import change
from tests.api.delta_reads import HARD, SELECTED, SMALL, SOFT, as_user, key, membership, read
from tests.api.face import Face
from tests.factories import make_group, make_user, make_users

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_groups_are_told_with_their_members(face: Face) -> None:
    people = make_users(3)
    inner = make_group("Inner")
    group = make_group("Sales", [*people, inner])
    empty = make_group("Empty")
    change.remove_members(group, people[:1])

    found, _link = read(face, SELECTED)

    assert {each["id"]: each["displayName"] for each in found} == {
        key(group): "Sales", key(inner): "Inner", key(empty): "Empty"
    }  # fmt: skip
    inside = {"@odata.type": "#microsoft.graph.group", "id": key(inner)}
    assert membership(found) == [(key(group), [as_user(people[1]), as_user(people[2]), inside])]


def test_the_members_of_a_large_group_come_over_several_pages(face: Face) -> None:
    people = make_users(5)
    group = make_group("Sales", people)

    found, _link = read(face, SELECTED, SMALL)

    told = membership(found)
    assert [len(members) for _id, members in told] == [2, 2, 1]
    assert [each for _id, members in told for each in members] == [as_user(each) for each in people]
    assert {id_ for id_, _members in told} == {key(group)}


def test_who_comes_and_goes_is_told(face: Face) -> None:
    bo, cy = make_users(2)
    group = make_group("Sales", [bo])
    _found, link = read(face, SELECTED)
    change.remove_members(group, [bo])
    change.add_members(group, [cy])

    found, _link = read(face, link)

    assert found == [{"id": key(group), "displayName": "Sales", "members@delta": [as_user(bo, **HARD), as_user(cy)]}]


def test_a_deleted_member_stays_until_it_is_purged(face: Face) -> None:
    bo, inner = make_user(), make_group("Inner")
    group = make_group("Sales", [bo, inner])
    _found, link = read(face, SELECTED)
    change.delete(bo)
    after_delete, link = read(face, link)
    change.purge(bo)
    change.purge(inner)
    after_purge, _link = read(face, link)

    assert membership(after_delete) == []
    left = {"@odata.type": "#microsoft.graph.group", "id": key(inner), **HARD}
    assert membership(after_purge) == [(key(group), [as_user(bo, **HARD)]), (key(group), [left])]


def test_a_deleted_group_is_told_without_its_members(face: Face) -> None:
    group = make_group("Sales", make_users(2))
    _found, link = read(face, SELECTED)
    change.delete(group)

    assert read(face, link)[0] == [{"id": key(group), **SOFT}]


def test_without_members_selected_their_changes_mean_nothing(face: Face) -> None:
    group = make_group("Sales")
    _found, link = read(face, "/groups/delta?$select=displayName")
    change.add_members(group, make_users(1))

    assert read(face, link)[0] == []


def test_who_wants_little_is_told_little(face: Face) -> None:
    bo = make_user()
    group = make_group("Sales")
    _found, link = read(face, SELECTED)
    change.add_members(group, [bo])
    response = face.get(link, Prefer="return=minimal")

    assert response.json()["value"] == [{"id": key(group), "members@delta": [as_user(bo)]}]
    assert response["Preference-Applied"] == "return=minimal"
