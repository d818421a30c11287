"""Slices of groups: members by the chunk, groups that fail or wait, and leaving in mid-group."""

from dataclasses import replace
from typing import Any

import pytest

from provisioning.choices import CycleStatus, ObjectType, Staging, Work
from provisioning.connectors.memory import Memory
from provisioning.engine.cycle import work
from provisioning.errors import PermissionMissing, Rejected, ServerError, TooManyRequests
from provisioning.records import GuardRules
from provisioning.texts import say
from tests.engine.clocks import Inline, OneByOne
from tests.engine.memory_store import MemoryStore
from tests.engine.world import GROUP, SECONDS, USER, World, both_rules


class InTwos(Memory):
    members_per_request = 2


def world_of(people: int, groups: int = 1, guard: GuardRules | None = None) -> World:
    """Everybody is in every group, and all are assigned."""
    world = World(0, rules=both_rules(guard))
    world.target = InTwos(service=world.target.service)
    for key in range(1, people + 1):
        world.add(key)
    for key in range(1, groups + 1):
        world.directory.add_group(key)
        world.directory.assign((GROUP, key))
        for member in range(1, people + 1):
            world.directory.join(key, (USER, member))
    world.begin()
    return world


def members(world: World, group: int = 1) -> int:
    id_ = world.job.target_id((GROUP, group))
    return len(world.target.service.members(id_))


def test_members_are_added_by_the_chunk_each_recorded() -> None:
    world = world_of(5)

    world.work()

    assert (members(world), world.target.service.requests["add_members"]) == (5, 3)
    assert world.cycle.status is CycleStatus.COMPLETED


def test_every_group_of_a_slice_is_filled() -> None:
    world = world_of(3, groups=4)

    world.work(Inline(size=2))

    assert [members(world, group) for group in (1, 2, 3, 4)] == [3, 3, 3, 3]


def test_who_left_is_taken_out_after_the_guards_decision() -> None:
    world = world_of(5)
    world.work()
    for member in (1, 2, 3):
        world.directory.join(1, (USER, member), present=False)

    world.run()

    assert (members(world), world.target.service.requests["remove_members"]) == (2, 2)
    assert world.job.staged == {}


def test_who_is_held_by_the_guard_stays_a_member() -> None:
    world = world_of(5, guard=GuardRules(number=2))
    world.work()
    for member in (1, 2, 3):
        world.directory.join(1, (USER, member), present=False)

    world.run()

    assert (members(world), [each.status for each in world.job.staged.values()]) == (5, [Staging.HELD])


def test_a_group_that_fails_is_passed_over_and_the_others_go_on() -> None:
    world = world_of(3, groups=3)
    world.target.service.fail("add_members", Rejected(say("No.")))

    world.work(Inline(size=1))

    assert [members(world, group) for group in (1, 2, 3)] == [0, 3, 3]
    assert world.state(1, GROUP).members_failed is True
    assert world.cycle.status is CycleStatus.COMPLETED


def test_a_group_that_waits_is_looked_at_again_in_the_cycle() -> None:
    world = world_of(3)
    world.target.service.fail("add_members", ServerError(say("503")))
    world.work()
    assert (members(world), world.cycle.status) == (0, CycleStatus.RUNNING)

    world.clock.advance(10)
    world.work()

    assert (members(world), world.cycle.status) == (3, CycleStatus.COMPLETED)


def test_a_group_that_waits_and_needs_nothing_any_more_holds_up_nothing() -> None:
    world = world_of(1)
    slower = TooManyRequests(say("slower"))
    world.target.service.fail("add_members", slower)
    world.work()
    world.directory.join(1, (USER, 1), present=False)

    world.clock.advance(10)
    world.work()

    assert (members(world), world.cycle.status) == (0, CycleStatus.COMPLETED)


def test_when_time_is_over_the_slice_is_given_back_and_the_group_goes_on_later() -> None:
    world = world_of(6)
    world.target.service.after = lambda operation, about: world.clock.advance(
        SECONDS if operation == "add_members" else 0
    )

    world.work()

    assert (members(world), world.slices[-1].work, world.slices[-1].expires) == (2, Work.MEMBERS, None)
    world.work()
    world.work()
    assert members(world) == 6


def test_the_lower_bound_does_not_pass_a_group_that_is_not_through() -> None:
    world = world_of(4, groups=2)
    world.job.directory.memberships = {
        key: tie for key, tie in world.directory.memberships.items() if key[0] == 1 or key[1][1] < 2
    }
    world.target.service.after = lambda operation, about: world.clock.advance(
        SECONDS if operation == "add_members" else 0
    )

    world.work(Inline(size=2))

    assert (members(world, 1), members(world, 2), world.slices[-1].low) == (2, 1, 0)


def test_a_failure_of_the_whole_job_gives_the_slice_back_and_interrupts() -> None:
    world = world_of(3)
    error = PermissionMissing(say("No groups."))
    world.target.service.fail("add_members", error)

    world.work()

    assert (world.job.quarantine, world.cycle.status) == (error, CycleStatus.INTERRUPTED)
    assert world.slices[-1].expires is None


def test_a_fault_of_the_store_ends_the_work_after_what_was_begun() -> None:
    class Broken(MemoryStore):
        def signal(self) -> Any:
            raise RuntimeError("the disk is full")

    world = world_of(3, groups=2)
    world.work(seconds=0)
    for _ in range(9):
        if any(each.work is Work.MEMBERS for each in world.slices):
            break
        one_slice(world)
    pool = OneByOne(size=2)

    with pytest.raises(RuntimeError, match="the disk is full"):
        work(Broken(world.job, world.clock), world.target, pool, world.clock, SECONDS)

    assert pool.waiting == []


def one_slice(world: World) -> None:
    """Only one slice is worked on: time is over with its first recording."""

    class Short(MemoryStore):
        def record(self, *args: Any) -> Any:
            signal = super().record(*args)
            world.clock.advance(SECONDS)
            return signal

    work(Short(world.job, world.clock), world.target, Inline(size=8), world.clock, SECONDS)


def test_switching_off_leaves_after_the_chunk_in_hand() -> None:
    world = world_of(6)

    def switch_off(operation: str, about: Any) -> None:
        if operation == "add_members":
            world.job.switch_off()

    world.target.service.before = switch_off

    world.work()

    assert (members(world), world.cycle.status) == (2, CycleStatus.STOPPED)
    assert world.slices[-1].expires is None


def test_members_flow_only_with_a_row_for_them() -> None:
    world = world_of(3)
    groups = world.job.rules.objects[GROUP]
    without = replace(groups, rules=tuple(each for each in groups.rules if each.source != "members"))
    world.job.reconfigure(replace(world.job.rules, objects={**world.job.rules.objects, GROUP: without}))

    world.run()

    assert (world.cycle.status, members(world)) == (CycleStatus.COMPLETED, 0)


def test_groups_can_be_members() -> None:
    world = world_of(1, groups=2)
    world.directory.join(1, (ObjectType.GROUP, 2))

    world.work()

    assert members(world, 1) == 2
