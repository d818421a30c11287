"""Slices of objects: accounts that were there, a portal that breaks down at an object, removals and previews."""

from dataclasses import replace
from typing import Any

import pytest

from provisioning.choices import Action, CycleKind, CycleStatus, ObjectType, Status, Work
from provisioning.engine.cycle import work
from provisioning.engine.slices import DIED_HERE
from provisioning.errors import LicenseLimitExceeded, OutOfTime, ServerError
from provisioning.records import GuardRules, ObjectState
from provisioning.texts import say
from tests.engine.clocks import Inline, OneByOne
from tests.engine.memory_job import MemorySlice
from tests.engine.memory_store import CLAIMS, LEASE_SECONDS, MemoryStore
from tests.engine.values import make_rules
from tests.engine.world import SECONDS, World

USER = ObjectType.USER


def put_account(world: World, name: str) -> str:
    return world.target.create(USER, {"userName": name, "displayName": "Somebody"})


# --- accounts that were there


def test_an_account_that_differs_is_linked_before_it_is_changed() -> None:
    world = World(1)
    id_ = put_account(world, "user1@contoso.example")
    linked: list[str] = []
    world.target.service.before = lambda operation, about: linked.append(
        f"{operation}: {world.job.target_id((USER, 1))}"
    )

    world.work()

    assert linked[-1] == f"update: {id_}"
    assert world.counters == {"looked_at": 1, "updated": 1}


def test_an_account_of_somebody_else_is_left_alone_and_reported() -> None:
    world = World(1)
    world.work()
    world.add(2, userPrincipalName="user1@contoso.example")
    world.begin()
    world.target.service.requests.clear()

    world.work()

    (failed,) = world.failures()
    assert (failed.code, world.state(2).target_id) == ("DuplicateSourceEntries", "")
    assert "User 1" in str(failed.reason)
    assert world.target.service.requests["update"] == 0


def test_who_was_found_and_not_found_in_one_portion_are_told_in_their_order() -> None:
    world = World(3)
    put_account(world, "user2@contoso.example")

    world.work(Inline(size=3))

    assert [each.action for each in world.cycle.activities] == [Action.CREATE, Action.UPDATE, Action.CREATE]


# --- an object at which the portal breaks down


def broken_down(times: int, people: int = 3) -> World:
    """So many workers died with the first portion in hand, the last ones with one object."""
    world = World(people)
    for _ in range(times):
        store = world.store()
        lease = store.claim()
        assert lease is not None
        store.load(lease, lease.low, 1 if lease.careful else 100)
        world.clock.advance(LEASE_SECONDS + 1)
    return world


def test_a_slice_that_gets_nowhere_is_walked_one_object_at_a_time() -> None:
    world = broken_down(CLAIMS)

    store = world.work(Inline(size=8))

    assert store.loads == [1, 1, 1, 1]
    assert (world.cycle.status, world.accounts) == (CycleStatus.COMPLETED, 3)


def test_the_object_in_hand_when_a_careful_worker_died_is_passed_over() -> None:
    world = broken_down(CLAIMS + 1)

    world.work()

    (failed,) = world.failures()
    assert (failed.source.key, failed.code, failed.reason.text) == (1, "InternalError", DIED_HERE)
    assert (world.cycle.status, world.accounts) == (CycleStatus.COMPLETED, 2)


def test_a_careful_walk_ends_at_an_object_without_time() -> None:
    world = broken_down(CLAIMS)
    world.fail("User 2", OutOfTime(), after=SECONDS)

    world.work()

    assert (world.lows, world.accounts, world.slices[0].expires) == ([1], 1, None)


# --- removals


def test_who_left_is_disabled_once_the_guard_let_it_pass() -> None:
    world = World(3)
    world.work()
    world.unassign(2)

    world.run()

    assert world.target.service.users["2"].active is False
    assert world.counters == {"looked_at": 1, "disabled": 1}


def test_who_is_held_by_the_guard_keeps_the_account() -> None:
    world = World(3, rules=replace(make_rules(), guard=GuardRules(number=1)))
    world.work()
    world.unassign(1, 2, 3)

    world.run()

    assert all(each.active for each in world.target.service.users.values())
    assert world.counters == {"looked_at": 3, "held": 3}


def test_a_preview_sends_nothing_and_tells_everything() -> None:
    world = World(3)
    world.work()
    world.unassign(1)
    world.add(4)
    before = dict(world.job.states)

    world.run(CycleKind.PREVIEW)

    told = {each.source.key: each.action for each in world.cycle.activities}
    assert (told[1], told[4]) == (Action.DISABLE, Action.CREATE)
    assert world.job.states == before
    assert world.job.staged == {}


def test_who_had_no_seat_is_tried_once_more_when_one_was_freed() -> None:
    world = World(2)
    world.work()
    world.target.service.seats = 2
    world.unassign(1)
    world.add(3)

    world.run()

    assert [each.work for each in world.cycle.slices] == [Work.OBJECTS, Work.REMOVALS, Work.SEATS]
    assert world.state(3).status is Status.SUCCESS
    assert world.counters == {"looked_at": 3, "failed": 1, "disabled": 1, "created": 1}


def test_without_a_seat_freed_nobody_is_tried_once_more() -> None:
    world = World(1)
    world.fail("User 1", LicenseLimitExceeded(say("No seat.")))

    world.work()

    assert [each.work for each in world.cycle.slices] == [Work.OBJECTS]


# --- faults


def test_both_portions_in_hand_end_when_the_store_fails() -> None:
    class Broken(MemoryStore):
        def load(self, *args: Any) -> Any:
            if self.loads:
                raise RuntimeError("the disk is full")
            return super().load(*args)

    world, pool = World(8), OneByOne(size=2)

    with pytest.raises(RuntimeError, match="the disk is full"):
        work(Broken(world.job, world.clock), world.target, pool, world.clock, SECONDS)

    assert (world.accounts, pool.waiting) == (0, [])


def test_a_removal_whose_answer_was_lost_is_looked_at_again_when_the_person_is_back() -> None:
    world = World(1)
    world.work()
    world.unassign(1)
    world.target.service.fail("disable", ServerError(say("500")), done=True)
    world.run()
    assert (world.state(1).uncertain, world.target.service.users["1"].active) == (True, False)

    world.directory.assign((USER, 1))
    world.clock.advance(10)
    world.work()

    assert world.target.service.users["1"].active is True
    assert (world.state(1).uncertain, world.state(1).disabled) == (False, False)


def test_a_creation_whose_answer_was_lost_is_taken_away_from_who_left_meanwhile() -> None:
    world = World(1)
    world.target.service.fail("create", ServerError(say("500")), done=True)
    world.work()

    world.unassign(1)
    for _ in range(3):
        world.clock.advance(10)
        world.work()

    assert world.cycle.status is CycleStatus.COMPLETED
    assert world.target.service.users["1"].active is False


def test_a_leaver_in_doubt_whose_account_is_somebody_elses_is_reported_and_nothing_is_sent() -> None:
    world = World(1)
    world.work()
    world.add(2, userPrincipalName="user1@contoso.example")
    world.unassign(2)
    world.job.states[USER, 2] = ObjectState(uncertain=True, was_in_scope=True, managed=True)
    world.begin()

    for _ in range(3):
        world.clock.advance(10)
        world.work()

    assert (world.cycle.status, world.state(2).code) == (CycleStatus.COMPLETED, "DuplicateSourceEntries")
    assert world.target.service.users["1"].active is True
    assert world.job.staged == {}


def test_a_leaver_in_doubt_whose_account_is_gone_is_through() -> None:
    world = World(1)
    world.work()
    world.unassign(1)
    world.target.service.fail("disable", ServerError(say("500")))
    world.run()
    world.target.service.remove(USER, "1")

    world.clock.advance(10)
    world.work()

    assert (world.cycle.status, world.state(1).target_id) == (CycleStatus.COMPLETED, "")


def test_nobody_is_left_in_a_slice_that_ends_below_the_first() -> None:
    world = World(2)
    world.cycle.slices = [MemorySlice(Work.OBJECTS, USER, 5, 6)]

    world.work()

    assert (world.accounts, world.cycle.status) == (0, CycleStatus.COMPLETED)
