"""Writes that go together in one request, and the request fails, is not taken, or is not sent any more."""

from collections.abc import Sequence
from typing import Any

import pytest

from provisioning.choices import CycleStatus
from provisioning.connectors.base import Write, Written
from provisioning.connectors.memory import Memory
from provisioning.errors import (
    CredentialsRejected,
    OutOfTime,
    PermissionMissing,
    ProvisioningError,
    RequestTimeout,
    ServerError,
    TooManyRequests,
    Unreachable,
)
from provisioning.texts import say
from tests.engine.bulk_world import PEOPLE, SIZE, USER, again, bulk_world, failing, once, raising, sent, work
from tests.engine.clocks import OneByOne
from tests.engine.world import SECONDS, World

# --- the request fails


@pytest.mark.parametrize("is_done", [True, False])
@pytest.mark.parametrize("kind", [Unreachable, RequestTimeout, ServerError])
def test_after_a_lost_answer_each_is_looked_for_and_nobody_gets_a_second_account(
    kind: type[ProvisioningError], is_done: bool
) -> None:
    world = bulk_world()
    failing(world, "bulk", kind(say("lost")), done=is_done)

    work(world)

    assert world.counters == {}
    assert all(world.state(key).uncertain and world.state(key).tries == 1 for key in world.states())
    again(world)
    assert sent(world, "bulk", "find", "create") == {"find": PEOPLE} | ({} if is_done else {"create": PEOPLE})
    assert world.accounts == PEOPLE
    assert all(world.state(key).target_id for key in world.states())


def test_a_lost_answer_to_changes_has_each_account_read_again() -> None:
    world = bulk_world()
    work(world)
    for key in (1, 2, 3):
        world.directory.change(world.directory.objects[USER, key], displayName=f"Other {key}")
    world.begin()
    failing(world, "bulk", Unreachable(say("lost")), done=True)

    work(world)
    again(world)

    assert sent(world, "bulk", "get", "update") == {"get": 3}
    assert {each.attributes["displayName"] for each in world.target.service.users.values()} >= {"Other 1", "Other 3"}


def test_the_failure_of_a_request_counts_once_however_many_it_was_for() -> None:
    world = bulk_world(number=60, size=30)
    failing(world, "bulk", Unreachable(say("reset")))

    work(world, size=60)

    assert world.target.service.requests["test_connection"] == 0
    assert world.counters == {"looked_at": 30, "created": 30}


def test_as_many_operations_that_fail_count_as_that_many_requests() -> None:
    world = bulk_world(number=60, size=60)
    for _ in range(30):
        failing(world, "create", ServerError(say("busy")))

    work(world, size=60)

    assert world.target.service.requests["test_connection"] == 1


def test_when_the_target_is_gone_nobody_is_blamed() -> None:
    world = bulk_world()
    failing(world, "bulk", Unreachable(say("reset")))
    failing(world, "test_connection", Unreachable(say("still")))

    work(world)

    assert world.cycle.status is CycleStatus.INTERRUPTED
    assert all((world.state(key).tries, world.state(key).uncertain) == (0, True) for key in world.states())
    assert world.failures() == []


def test_a_429_for_the_request_leaves_nobody_in_doubt() -> None:
    world = bulk_world()
    error = TooManyRequests(say("slower"))
    error.retry_after = 7.0
    failing(world, "bulk", error)

    work(world)

    assert world.job.not_before is not None
    assert (world.job.not_before - world.clock.now()).total_seconds() == 7
    assert not any(world.state(key).uncertain for key in world.states())


def test_a_sign_in_that_is_refused_once_is_no_reason_to_stop() -> None:
    world = bulk_world()
    failing(world, "bulk", CredentialsRejected(say("401")))

    work(world)

    assert world.target.service.requests["test_connection"] == 1
    assert {world.state(key).code for key in world.states()} == {"InvalidCredentials"}
    again(world)
    assert world.counters == {"looked_at": PEOPLE, "created": PEOPLE}


def test_what_no_object_can_help_stops_the_job_and_nobody_is_recorded() -> None:
    world = bulk_world()
    failing(world, "bulk", PermissionMissing(say("no right")))

    work(world)

    assert (world.cycle.status, world.states()) == (CycleStatus.INTERRUPTED, [])


# --- leaving


def test_who_was_not_sent_when_the_job_is_stopped_is_not_recorded() -> None:
    world = bulk_world()
    pool = OneByOne(size=SIZE)
    stop_after_walks(world)

    world.work(pool)

    assert sent(world) == {}
    assert (world.states(), world.lows) == ([], [0])
    world.job.resume()
    work(world)
    assert world.accounts == PEOPLE


def test_without_time_for_the_request_nothing_is_sent_or_recorded() -> None:
    world = bulk_world()

    def too_late() -> None:
        world.clock.advance(SECONDS)
        raise OutOfTime

    world.target.service.before = once("bulk", too_late)

    work(world)

    assert (sent(world), world.states()) == ({}, [])


class TakesNone(Memory):
    """It says that it takes many, and takes none."""

    def bulk(self, writes: Sequence[Write]) -> Sequence[Written]:
        return super(Memory, self).bulk(writes)


class TakesFewer(Memory):
    """At first nothing is taken, then two at once."""

    def bulk(self, writes: Sequence[Write]) -> Sequence[Written]:
        if self.bulk_size > 2:
            self.bulk_size = 2
            return []
        return super().bulk(writes)


@pytest.mark.parametrize(("target", "requests"), [(TakesNone, 0), (TakesFewer, 3)])
def test_where_the_target_does_not_take_them_all_are_sent_all_the_same(target: type[Memory], requests: int) -> None:
    world = bulk_world(target=target())

    work(world)

    assert sent(world, "bulk").get("bulk", 0) == requests
    assert (world.counters, world.accounts) == ({"looked_at": PEOPLE, "created": PEOPLE}, PEOPLE)


def test_a_fault_of_our_own_is_that_of_each_object(caplog: pytest.LogCaptureFixture) -> None:
    world = bulk_world()
    world.target.service.before = raising("bulk", ZeroDivisionError("a slip"))

    work(world)

    assert [each.code for each in world.failures()] == ["InternalError"] * PEOPLE
    assert "a slip" in caplog.text


def test_one_object_at_a_time_is_never_sent_with_others() -> None:
    world = bulk_world()
    for _ in range(3):
        lease = world.store().claim()
        assert lease is not None
        world.store().load(lease, lease.low, 100)
        world.clock.advance(1000)

    work(world)

    assert sent(world, "bulk") == {}
    assert world.accounts == PEOPLE


def stop_after_walks(world: World) -> None:
    """The job is switched off when the last person was looked for."""
    looked_for: list[str] = []

    def before(name: str, about: Any) -> None:
        if name == "find":
            looked_for.append(about)
            if len(looked_for) == PEOPLE:
                world.job.switch_off()

    world.target.service.before = before
