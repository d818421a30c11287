"""Whole cycles over rows: people, managers, groups and their members, from change to account."""

import pytest

from provisioning.choices import CycleKind, CycleStatus
from provisioning.jobs import change
from tests.factories import make_group, make_user
from tests.jobs.world import RowWorld, counts

pytestmark = pytest.mark.both_databases


def test_an_initial_cycle_creates_people_groups_members_and_managers(world: RowWorld) -> None:
    boss = world.person(display_name="Boss")
    people = world.people(3, manager=boss)
    group = world.group("Sales", people)

    cycle = world.cycle()

    assert (cycle.kind, cycle.status) == (CycleKind.INITIAL, CycleStatus.COMPLETED)
    assert counts(cycle)["created"] == 5
    assert world.members(group) == {each.user_principal_name for each in people}
    assert {world.account(each).attributes["manager"] for each in people} == {world.state(boss).target_id}


def test_a_cycle_without_a_change_asks_the_target_nothing(world: RowWorld) -> None:
    world.group("Sales", world.people(3))
    world.cycle()
    world.service.requests.clear()

    cycle = world.cycle()

    assert (cycle.kind, counts(cycle), dict(world.service.requests)) == (CycleKind.INCREMENTAL, {}, {})


def test_a_manager_who_gets_an_account_later_is_sent_then(world: RowWorld) -> None:
    boss = make_user(display_name="Boss")
    bo = world.person(manager=boss)
    world.cycle()
    assert "manager" not in world.account(bo).attributes

    world.assign(boss)
    world.cycle()

    assert world.account(bo).attributes["manager"] == world.state(boss).target_id


def test_a_manager_who_comes_after_in_the_same_cycle_is_sent_in_it(world: RowWorld) -> None:
    bo = make_user()
    boss = make_user(display_name="Boss")
    world.change(bo, manager=boss)
    world.assign(bo, boss)

    world.cycle()

    assert world.account(bo).attributes["manager"] == world.state(boss).target_id


def test_r36_member_changes_are_sent_as_differences(world: RowWorld) -> None:
    ann, ben, cy = world.people(3)
    group = world.group("Sales", [ann, ben])
    world.cycle()
    world.service.requests.clear()

    change.add_members(group, [cy])
    change.remove_members(group, [ann])
    world.cycle()

    assert world.members(group) == {ben.user_principal_name, cy.user_principal_name}
    assert dict(world.service.requests) == {"add_members": 1, "remove_members": 1}


def test_a_member_who_gets_an_account_later_is_added_then(world: RowWorld) -> None:
    stranger = make_user()
    group = make_group("Sales", [stranger])
    world.assign(group, role=None)  # Default Access entitles nobody here
    world.assign(group)
    world.change(stranger, account_enabled=False)
    world.cycle()
    assert world.members(group) == set()

    world.change(stranger, account_enabled=True)
    world.cycle()

    assert world.members(group) == {stranger.user_principal_name}


def test_who_leaves_is_disabled_and_comes_back_enabled(world: RowWorld) -> None:
    bo = world.person()
    world.cycle()

    world.unassign(bo)
    gone = world.cycle()
    was_active = world.account(bo).active
    world.assign(bo)
    world.cycle()

    assert (counts(gone), was_active) == ({"disabled": 1}, False)
    assert world.account(bo).active is True
    assert [each[0] for each in world.entries(bo)] == ["create", "disable", "update"]


def test_a_group_that_is_unassigned_is_deleted(world: RowWorld) -> None:
    group = world.group("Sales", world.people(2))
    world.cycle()

    world.unassign(group)
    world.cycle()

    assert world.service.groups == {}
    assert world.entries(group)[-1][0] == "delete"
