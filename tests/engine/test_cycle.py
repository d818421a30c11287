"""A worker's share of a cycle, with a store and a target in memory and a clock that the test moves."""

import logging
from collections import Counter
from typing import Any

import pytest

from provisioning.choices import CycleStatus, Status
from provisioning.connectors.memory import Memory
from provisioning.engine.cycle import LARGEST_PORTION, work
from provisioning.errors import CredentialsRejected, OutOfTime
from provisioning.texts import say
from tests.engine.clocks import FakeClock, Inline, OneByOne
from tests.engine.memory_store import MemoryJob, MemorySlice, MemoryStore
from tests.engine.values import make_source

SECONDS = 45.0


class World:
    """A job with a number of assigned people, its target, and a clock."""

    def __init__(self, number: int, slice_size: int = 500) -> None:
        self.job, self.target, self.clock = MemoryJob(), Memory(), FakeClock()
        self.job.add(*(make_source(key) for key in range(1, number + 1)))
        self.cycle = self.job.begin(slice_size)
        self.created: Counter[str] = Counter()
        self.target.service.before = self.before
        self.on_create: dict[str, Any] = {}

    def before(self, operation: str, about: Any) -> None:
        """Counts creations by user name; `on_create` holds what happens before one."""
        if operation == "create":
            self.created[about["userName"]] += 1
            if do := self.on_create.pop(about["displayName"], None):
                do()

    def work(self, pool: Inline | OneByOne | None = None, seconds: float = SECONDS) -> MemoryStore:
        store = MemoryStore(self.job, self.clock)
        work(store, self.target, pool or Inline(), self.clock, seconds)
        return store

    def fail(self, name: str, error: BaseException, after: float = 0.0) -> None:
        def raise_it() -> None:
            self.clock.advance(after)
            raise error

        self.on_create[name] = raise_it

    @property
    def lows(self) -> list[int]:
        return [each.low for each in self.cycle.slices]

    @property
    def accounts(self) -> int:
        return len(self.target.service.users)


def test_every_slice_is_done_and_the_cycle_ends() -> None:
    world = World(25, slice_size=10)

    world.work()

    assert (world.accounts, world.cycle.status) == (25, CycleStatus.COMPLETED)
    assert world.cycle.counters == {"looked_at": 25, "created": 25}
    assert [each.done for each in world.cycle.slices] == [True, True, True]
    assert world.job.watermark == world.job.head


def test_a_cycle_without_anybody_ends_at_once() -> None:
    world = World(0)

    world.work()

    assert (world.cycle.status, world.target.service.requests) == (CycleStatus.COMPLETED, {})


def test_a_slice_whose_people_are_gone_is_done() -> None:
    world = World(3)
    world.job.people = {99: make_source(99)}
    world.cycle.slices = [MemorySlice(0, 50), MemorySlice(50, None)]

    world.work()

    assert (world.cycle.status, world.accounts) == (CycleStatus.COMPLETED, 1)


def test_the_next_phase_is_opened_and_worked_on() -> None:
    world = World(4)
    world.cycle.later = [[MemorySlice(0, None)]]

    world.work()

    assert world.cycle.status == CycleStatus.COMPLETED
    assert world.cycle.counters == {"looked_at": 8, "created": 4, "unchanged": 4}


def test_no_time_means_nothing_is_claimed() -> None:
    world = World(3)

    assert world.work(seconds=0).loads == []


def test_slices_in_other_hands_are_left_to_them() -> None:
    world = World(3)
    MemoryStore(world.job, world.clock).claim()

    world.work()

    assert (world.accounts, world.cycle.status) == (0, CycleStatus.RUNNING)


# --- portions


def test_portions_grow_while_objects_are_fast() -> None:
    assert World(300).work(Inline(size=16)).loads == [16, 16, LARGEST_PORTION, LARGEST_PORTION, LARGEST_PORTION]


def test_portions_shrink_while_objects_are_slow() -> None:
    world = World(20)
    world.target.service.after = lambda operation, about: world.clock.advance(0.5)

    store = world.work(Inline(size=8))

    assert store.loads[0] == 8
    assert min(store.loads[2:]) < 4


def test_a_portion_has_at_least_one_object() -> None:
    world = World(6)
    world.target.service.after = lambda operation, about: world.clock.advance(3)

    store = world.work(Inline(size=2), seconds=1000)

    assert store.loads[2:] == [1, 1, 1]
    assert world.cycle.status == CycleStatus.COMPLETED


# --- leaving and going on


def test_when_time_is_over_the_portion_in_hand_is_recorded_and_the_slice_given_back() -> None:
    world = World(10)
    world.target.service.after = lambda operation, about: world.clock.advance(1)

    world.work(Inline(size=2), seconds=3)

    done = world.cycle.counters["created"]
    assert 0 < done < 10
    assert (world.lows, world.cycle.slices[0].expires) == ([done], None)


def test_the_next_task_goes_on_where_the_last_one_left() -> None:
    world = World(10)
    world.target.service.after = lambda operation, about: world.clock.advance(1)

    for _ in range(10):
        world.work(Inline(size=2), seconds=3)

    assert world.cycle.status == CycleStatus.COMPLETED
    assert set(world.created.values()) == {1}
    assert world.cycle.counters == {"looked_at": 10, "created": 10}


def test_an_object_without_time_is_left_out_and_the_lower_bound_does_not_pass_it() -> None:
    world = World(6)
    world.fail("User 3", OutOfTime(), after=SECONDS)

    world.work(OneByOne(size=6))

    assert world.lows == [2]
    assert (world.cycle.counters["created"], world.cycle.status) == (2, CycleStatus.RUNNING)


def test_what_was_left_out_is_done_with_the_next_lease_and_nothing_twice() -> None:
    world = World(6)
    world.fail("User 3", OutOfTime())

    world.work(Inline(size=2))

    assert (world.cycle.status, world.accounts) == (CycleStatus.COMPLETED, 6)
    assert {name: times for name, times in world.created.items() if times > 1} == {"user3@contoso.example": 2}
    assert world.cycle.slices[0].token == 2


def test_switching_off_stops_at_the_next_object_and_keeps_the_place() -> None:
    world = World(6)
    world.on_create["User 3"] = world.job.switch_off

    world.work(OneByOne(size=6))

    assert world.cycle.status == CycleStatus.STOPPED
    assert (world.lows, world.accounts) == ([3], 3)
    assert world.cycle.slices[0].expires is None

    world.job.resume()
    world.work()

    assert (world.cycle.status, world.accounts, set(world.created.values())) == (CycleStatus.COMPLETED, 6, {1})


def test_a_change_of_the_configuration_ends_the_cycle_and_keeps_what_was_sent() -> None:
    world = World(6)

    def save_mapping() -> None:
        world.job.version += 1

    world.on_create["User 2"] = save_mapping

    world.work(OneByOne(size=6))

    assert world.cycle.status == CycleStatus.SUPERSEDED
    assert len(world.job.states) == world.accounts == 2
    assert world.job.watermark is None


def test_a_stopped_cycle_is_not_claimed() -> None:
    world = World(2)
    world.job.switch_off()

    assert world.work().loads == []


# --- the job fails


def test_a_failure_of_the_whole_job_interrupts_it_and_fails_no_object() -> None:
    world = World(6)
    error = CredentialsRejected(say("The password is wrong."))
    world.fail("User 3", error)

    world.work(OneByOne(size=6))

    assert (world.job.quarantine, world.cycle.status) == (error, CycleStatus.INTERRUPTED)
    assert world.cycle.counters == {"looked_at": 2, "created": 2}
    assert (world.lows, world.cycle.slices[0].expires) == ([2], None)


def test_objects_behind_the_failure_that_were_done_are_recorded_too() -> None:
    world = World(8)
    world.fail("User 3", CredentialsRejected(say("The password is wrong.")))

    world.work(Inline(size=2))  # the portion ahead (5 and 6) is not begun, but 1 and 2 were

    assert sorted(world.job.states) == [1, 2]

    world.job.resume()
    world.work()

    assert (world.accounts, world.cycle.counters["created"]) == (8, 8)


# --- leases


def test_a_worker_whose_slice_was_taken_over_writes_nothing_and_goes_on_with_the_next(
    caplog: pytest.LogCaptureFixture,
) -> None:
    world = World(8, slice_size=4)
    other = MemoryStore(world.job, world.clock)

    def somebody_takes_over() -> None:
        world.cycle.slices[0].expires = -1.0
        assert other.claim() is not None

    world.on_create["User 2"] = somebody_takes_over

    with caplog.at_level(logging.WARNING):
        world.work(Inline(size=2))

    assert sorted(world.job.states) == [5, 6, 7, 8]
    assert (world.lows, world.cycle.status) == ([0, 8], CycleStatus.RUNNING)
    assert "Slice 0 is in other hands now; left to them." in caplog.text


def test_the_portion_ahead_of_a_lost_one_is_not_begun_and_waited_for() -> None:
    world = World(8)

    def somebody_takes_over() -> None:
        world.cycle.slices[0].token += 1

    world.on_create["User 2"] = somebody_takes_over
    pool = OneByOne(size=2)

    world.work(pool)

    assert (world.accounts, world.job.states) == (2, {})
    assert pool.waiting == []


def test_a_store_that_fails_ends_the_work_after_what_was_begun() -> None:
    class Broken(MemoryStore):
        def record(self, *args: Any) -> Any:
            raise RuntimeError("the disk is full")

    world, pool = World(8), OneByOne(size=2)

    with pytest.raises(RuntimeError, match="the disk is full"):
        work(Broken(world.job, world.clock), world.target, pool, world.clock, SECONDS)

    assert (world.accounts, pool.waiting) == (2, [])


def test_who_took_over_finds_what_was_created_without_a_record() -> None:
    world = World(4)

    def crash() -> None:
        world.cycle.slices[0].token += 1
        world.cycle.slices[0].expires = None

    world.on_create["User 2"] = crash

    world.work(Inline(size=2))

    assert (world.cycle.status, set(world.created.values())) == (CycleStatus.COMPLETED, {1})
    assert {state.origin for key, state in world.job.states.items() if key <= 2} == {"adopted"}


# --- faults of our own


def test_a_fault_of_our_own_fails_that_object_alone(caplog: pytest.LogCaptureFixture) -> None:
    world = World(4)
    world.fail("User 2", ZeroDivisionError("a slip"))

    world.work(Inline(size=2))

    assert world.cycle.counters == {"looked_at": 4, "created": 3, "failed": 1}
    failed = next(each for each in world.cycle.activities if each.status is Status.FAILURE)
    assert (failed.source.key, failed.code) == (2, "InternalError")
    assert "a slip" not in str(failed.reason)
    assert "a slip" in caplog.text
