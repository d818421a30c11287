"""A cycle in trouble: the whole job fails, the target is down, the lease is lost, or the fault is ours."""

import logging
from typing import Any

import pytest

from provisioning.choices import CycleStatus, Status
from provisioning.engine.cycle import work
from provisioning.errors import (
    CredentialsRejected,
    OutOfTime,
    PermissionMissing,
    ProvisioningError,
    Rejected,
    RequestTimeout,
    ServerError,
    TargetUnavailable,
    Unreachable,
)
from provisioning.texts import say
from tests.engine.clocks import Inline, OneByOne
from tests.engine.memory_store import MemoryStore
from tests.engine.world import SECONDS, World

# --- the job fails


def refuse(world: World, name: str) -> PermissionMissing:
    error = PermissionMissing(say("No right to create."))
    world.fail(name, error)
    return error


def test_a_failure_of_the_whole_job_interrupts_it_and_fails_no_object() -> None:
    world = World(6)
    error = refuse(world, "User 3")

    world.work(OneByOne(size=6))

    assert (world.job.quarantine, world.cycle.status) == (error, CycleStatus.INTERRUPTED)
    assert world.counters == {"looked_at": 2, "created": 2}
    assert (world.lows, world.slices[0].expires) == ([2], None)


def test_no_more_is_loaded_after_a_failure_of_the_whole_job() -> None:
    world = World(18)
    refuse(world, "User 1")

    assert world.work(Inline(size=2)).loads == [6]


def test_objects_behind_the_failure_that_were_done_are_recorded_and_not_looked_at_again() -> None:
    world = World(4)
    refuse(world, "User 2")

    world.work(OneByOne(size=4, last_first=True))

    assert (world.states(), world.lows) == ([3, 4], [0])

    world.job.resume()
    world.work()

    assert (world.accounts, world.counters) == (4, {"looked_at": 4, "created": 4})


def test_a_refused_sign_in_is_the_jobs_failure_when_the_connection_test_is_refused_too() -> None:
    world = World(3)
    error = CredentialsRejected(say("The password is wrong."))
    world.fail("User 1", CredentialsRejected(say("401")))
    world.target.service.fail("test_connection", error)

    world.work(OneByOne(size=3))

    assert (world.job.quarantine, world.cycle.status) == (error, CycleStatus.INTERRUPTED)
    assert (world.accounts, world.states()) == (0, [1])
    assert (world.state(1).tries, world.state(1).failures) == (0, 0)


def test_a_sign_in_that_was_refused_once_is_one_objects_failure_and_tried_again() -> None:
    world = World(3)
    world.fail("User 1", CredentialsRejected(say("401")))

    world.work()
    world.clock.advance(10)
    world.work()

    assert (world.job.quarantine, world.cycle.status) == (None, CycleStatus.COMPLETED)
    assert (world.accounts, world.counters) == (3, {"looked_at": 3, "created": 3})


# --- faults of our own


def test_a_fault_of_our_own_fails_that_object_alone(caplog: pytest.LogCaptureFixture) -> None:
    world = World(4)
    world.fail("User 2", ZeroDivisionError("a slip"))

    world.work(Inline(size=2))

    assert world.counters == {"looked_at": 4, "created": 3, "failed": 1}
    failed = next(each for each in world.cycle.activities if each.status is Status.FAILURE)
    assert (failed.source.key, failed.code) == (2, "InternalError")
    assert "a slip" not in str(failed.reason)
    assert "a slip" in caplog.text


# --- the target is down


@pytest.fixture
def down() -> World:
    """Four people whose creation fails, once each."""
    world = World(4)
    for number in range(1, 5):
        world.fail(f"User {number}", ServerError(say("503")))
    return world


@pytest.mark.parametrize("error", [Unreachable(say("refused")), RequestTimeout(say("slow")), Rejected(say("odd"))])
def test_when_nothing_works_and_the_connection_test_fails_the_job_stops(down: World, error: ProvisioningError) -> None:
    down.target.service.fail("test_connection", error)

    down.work()

    assert isinstance(down.job.quarantine, TargetUnavailable)
    assert str(down.job.quarantine) == str(error)
    assert (down.cycle.status, down.counters) == (CycleStatus.INTERRUPTED, {})
    assert {(each.tries, each.failures, each.uncertain) for each in down.job.states.values()} == {(0, 0, True)}


def test_who_was_in_hand_when_the_job_stopped_is_done_when_it_goes_on(down: World) -> None:
    down.target.service.fail("test_connection", Unreachable(say("refused")))
    down.work()

    down.job.resume()
    down.work()

    assert (down.cycle.status, down.counters) == (CycleStatus.COMPLETED, {"looked_at": 4, "created": 4})


def test_the_portion_ahead_is_not_begun_once_the_target_is_known_to_be_down(down: World) -> None:
    down.target.service.fail("test_connection", Unreachable(say("refused")))

    down.work(OneByOne(size=1))

    assert sum(down.created.values()) == 3


def test_when_the_connection_test_says_why_that_is_the_reason(down: World) -> None:
    error = CredentialsRejected(say("The password is wrong."))
    down.target.service.fail("test_connection", error)

    down.work()

    assert down.job.quarantine is error


def test_when_the_connection_test_passes_the_objects_failed_and_wait_for_another_try(down: World) -> None:
    down.work()

    assert (down.job.quarantine, down.cycle.status, down.counters) == (None, CycleStatus.RUNNING, {})
    assert {each.tries for each in down.job.states.values()} == {1}

    down.clock.advance(10)
    down.work()

    assert (down.cycle.status, down.counters) == (CycleStatus.COMPLETED, {"looked_at": 4, "created": 4})


def test_after_three_tries_an_object_has_failed() -> None:
    world = World(1)
    for seconds in (0, 10, 30):
        world.clock.advance(seconds)
        world.fail("User 1", ServerError(say("503")))
        world.work()

    assert (world.cycle.status, world.counters) == (CycleStatus.COMPLETED, {"looked_at": 1, "failed": 1})
    assert (world.state(1).failures, world.state(1).tries) == (1, 0)


def test_one_success_in_the_portion_is_proof_that_the_target_is_up(down: World) -> None:
    del down.on_create["User 3"]

    down.work()

    assert down.target.service.requests["test_connection"] == 0
    assert down.counters == {"looked_at": 1, "created": 1}


def test_who_needs_nothing_is_no_proof_that_the_target_is_up() -> None:
    world = World(3)
    world.work()
    world.job.reconfigure()
    world.add(4)
    world.begin()
    world.fail("User 4", ServerError(say("503")))
    world.target.service.fail("test_connection", Unreachable(say("refused")))

    world.work()

    assert isinstance(world.job.quarantine, TargetUnavailable)
    assert world.counters == {"looked_at": 3, "unchanged": 3}


def test_too_little_time_for_the_connection_test_leaves_the_objects_for_the_next_lease(down: World) -> None:
    down.target.service.fail("test_connection", OutOfTime())

    down.work()

    assert (down.job.quarantine, down.cycle.status) == (None, CycleStatus.COMPLETED)
    assert down.counters == {"looked_at": 4, "created": 4}
    assert len(down.slices) == 2


# --- leases


def test_a_worker_whose_slice_was_taken_over_writes_nothing_and_goes_on_with_the_next(
    caplog: pytest.LogCaptureFixture,
) -> None:
    world = World(8, slice_size=4)
    other = world.store()

    def somebody_takes_over() -> None:
        world.slices[0].expires = -1.0
        assert other.claim() is not None

    world.on_create["User 2"] = somebody_takes_over

    with caplog.at_level(logging.WARNING):
        world.work(Inline(size=2))

    assert {key for key in world.states() if world.state(key).target_id} == {5, 6, 7, 8}
    assert (world.lows, world.cycle.status) == ([0, 8], CycleStatus.RUNNING)
    assert "Slice 0 is in other hands now; left to them." in caplog.text


def test_the_portion_ahead_of_a_lost_one_is_not_begun_and_waited_for() -> None:
    world = World(18)

    def somebody_takes_over() -> None:
        world.slices[0].token += 1

    world.on_create["User 2"] = somebody_takes_over
    pool = OneByOne(size=2)

    world.work(pool)

    assert (world.accounts, world.job.states) == (6, {})
    assert pool.waiting == []


def test_a_store_that_fails_ends_the_work_after_what_was_begun() -> None:
    class Broken(MemoryStore):
        def record(self, *args: Any) -> Any:
            raise RuntimeError("the disk is full")

    world, pool = World(18), OneByOne(size=2)

    with pytest.raises(RuntimeError, match="the disk is full"):
        work(Broken(world.job, world.clock), world.target, pool, world.clock, SECONDS)

    assert (world.accounts, pool.waiting) == (6, [])


def test_who_took_over_finds_what_was_created_without_a_record() -> None:
    world = World(4)

    def crash() -> None:
        world.slices[0].token += 1
        world.slices[0].expires = None

    world.on_create["User 2"] = crash

    world.work(Inline(size=2))

    assert (world.cycle.status, set(world.created.values())) == (CycleStatus.COMPLETED, {1})
    assert {state.origin for (_, key), state in world.job.states.items() if key <= 2} == {"adopted"}
