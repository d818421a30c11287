"""Tries within a cycle and after it, waiting, seats, quarantine, over whole cycles."""

from datetime import timedelta

import pytest

from provisioning.choices import CycleStatus, ObjectType
from provisioning.errors import (
    CredentialsRejected,
    LicenseLimitExceeded,
    OutOfTime,
    RequestTimeout,
    RetryLater,
    ServerError,
    TooManyRequests,
)
from provisioning.jobs import claims, run
from provisioning.models import Mail, ProvisioningJob
from provisioning.texts import say
from tests.factories import make_user
from tests.jobs.world import RowWorld, counts

pytestmark = pytest.mark.both_databases
DOWN = ServerError(say("down"))


def waiting(kind: type[RetryLater], seconds: float) -> RetryLater:
    error = kind(say("wait"))
    error.retry_after = seconds
    return error


def job(world: RowWorld) -> ProvisioningJob:
    return ProvisioningJob.objects.get(pk=world.job.pk)


def test_an_object_is_tried_again_in_the_same_cycle(world: RowWorld) -> None:
    bo, cy = world.people(2)
    world.service.fail("create", DOWN, DOWN)

    cycle = world.cycle()

    assert counts(cycle) == {"created": 2}
    assert sorted(status for _, status, _ in world.entries(bo) + world.entries(cy)) == [
        "success", "success", "warning", "warning",
    ]  # fmt: skip


def test_after_three_tries_it_fails_and_waits_for_the_next_cycle(world: RowWorld) -> None:
    bo = world.person()
    other = world.person()
    world.service.before = lambda operation, about: _refuse(operation, about, bo.user_principal_name)

    cycle = world.cycle()

    assert counts(cycle) == {"created": 1, "failed": 1}
    assert [each[1] for each in world.entries(bo)] == ["warning", "warning", "failure"]
    assert world.account(other) is not None
    assert world.state(bo).next_try_at is not None


def _refuse(operation: str, about: object, name: str) -> None:
    if operation == "create" and isinstance(about, dict) and about.get("userName") == name:
        raise ServerError(say("down"))


def test_escrow_tries_in_the_next_cycle_then_after_6_12_and_24_hours_then_daily(world: RowWorld) -> None:
    bo = world.person()
    world.person()
    world.cycle()
    world.change(bo, user_principal_name="broken@contoso.example")
    failed_at = []

    def refuse(operation: str, about: object) -> None:
        if operation == "update":
            failed_at.append(world.now())
            raise LicenseLimitExceeded(say("no"))

    world.service.before = refuse
    world.cycle()
    for _ in range(20 * 4):
        world.wait(hours=3)
        world.cycle()

    hours = [round((each - failed_at[0]) / timedelta(hours=1)) for each in failed_at]
    assert hours[:7] == [0, 3, 6, 12, 24, 48, 72]


def test_a_changed_object_is_tried_at_once(world: RowWorld) -> None:
    bo = world.person()
    world.service.fail("create", LicenseLimitExceeded(say("no")), LicenseLimitExceeded(say("no")))
    world.cycle()
    world.cycle()

    world.change(bo, surname="New")

    assert counts(world.cycle()) == {"created": 1}


def test_429_makes_the_whole_job_wait(world: RowWorld) -> None:
    world.people(5)
    world.service.fail("create", waiting(TooManyRequests, 120))
    world.cycle(times=1)
    at_first = job(world).not_before
    world.service.requests.clear()

    world.work(times=3)
    meanwhile = dict(world.service.requests)
    world.wait(seconds=120)
    cycle = world.cycle()

    assert at_first is not None
    assert (meanwhile, counts(cycle)) == ({}, {"created": 5})


def test_a_long_wait_is_left_to_the_next_cycle(world: RowWorld) -> None:
    bo = world.person()
    world.service.fail("create", waiting(ServerError, 3600))

    world.cycle()

    assert world.state(bo).status == "failure"


def test_a_lost_answer_makes_no_second_account(world: RowWorld) -> None:
    people = world.people(3)
    world.service.fail("create", RequestTimeout(say("slow")), RequestTimeout(say("slow")), done=True)

    cycle = world.cycle()

    assert len(world.service.users) == 3
    assert counts(cycle)["created"] + counts(cycle).get("linked", 0) == 3
    assert all(world.state(each).target_id for each in people)


def test_a_lost_answer_is_found_even_when_the_person_left_meanwhile(world: RowWorld) -> None:
    bo = world.person()
    other = world.person()
    world.service.fail("create", RequestTimeout(say("slow")), done=True)
    world.cycle(times=1)

    world.unassign(bo, other)
    world.cycle()
    world.cycle()

    assert [each.active for each in world.service.users.values()] == [False, False]


def test_who_had_no_seat_is_tried_once_more_after_the_removals(world: RowWorld) -> None:
    leaver = world.person()
    world.cycle()
    world.service.seats = 1

    newcomer = world.person()
    world.unassign(leaver)
    cycle = world.cycle()

    assert world.account(newcomer) is not None
    assert counts(cycle) == {"failed": 1, "disabled": 1, "created": 1}


def test_an_unreachable_target_stops_the_job_and_fails_nobody(world: RowWorld) -> None:
    world.save(notify=True, notification_email="ops@contoso.example")
    people = world.people(4)
    world.service.fail("create", *[DOWN] * 4)
    world.service.fail("test_connection", CredentialsRejected(say("wrong")))

    cycle = world.cycle(times=1)
    stopped = (cycle.status, counts(cycle))
    world.wait(minutes=30)
    cycle = world.cycle()

    assert stopped == (CycleStatus.INTERRUPTED, {})
    assert (cycle.status, counts(cycle)) == (CycleStatus.COMPLETED, {"created": 4})
    begun, ended = Mail.objects.order_by("pk").values_list("subject", flat=True)
    assert "failed" in begun
    assert "works again" in ended
    assert job(world).quarantine == ""
    assert {world.state(each).failures for each in people} == {0}


def test_a_sign_in_refused_at_one_object_is_that_objects_failure(world: RowWorld) -> None:
    world.people(3)
    world.service.fail("create", CredentialsRejected(say("wrong")))

    cycle = world.cycle()

    assert (cycle.status, counts(cycle)) == (CycleStatus.COMPLETED, {"created": 3})


def test_an_account_that_is_held_by_another_is_not_touched(world: RowWorld) -> None:
    first = world.person(display_name="First")
    world.cycle()
    name = first.user_principal_name
    world.change(first, user_principal_name="renamed@contoso.example")
    world.service.fail("update", *[LicenseLimitExceeded(say("no"))])
    second = make_user(user_principal_name=name, display_name="Second")
    world.assign(second)
    world.service.requests.clear()

    world.cycle()

    assert world.entries(second)[-1] == ("update", "failure", "DuplicateSourceEntries")
    assert world.service.requests["update"] == 1
    assert world.service.accounts()[name].attributes["displayName"] == "First"


@pytest.mark.parametrize("number", [3, 30])
def test_existing_accounts_are_adopted_once_each(world: RowWorld, number: int) -> None:
    people = world.people(number)
    target = world.target(service=world.service)
    for each in people:
        target.create(ObjectType.USER, {"userName": each.user_principal_name.upper(), "displayName": "Old"})
    world.service.requests.clear()

    cycle = world.cycle()

    assert counts(cycle) == {"updated": number}
    assert world.service.requests["list"] == (1 if number == 30 else 0)
    assert world.service.requests["find"] == (0 if number == 30 else 3)
    assert {each.attributes["displayName"] for each in world.service.users.values()} == {
        each.display_name for each in people
    }


def test_who_was_done_behind_one_left_out_is_not_counted_twice(world: RowWorld) -> None:
    people = world.people(6)
    left_out = [people[2].user_principal_name]

    def no_time(operation: str, about: object) -> None:
        if operation == "create" and isinstance(about, dict) and about["userName"] in left_out:
            left_out.clear()
            raise OutOfTime

    world.service.before = no_time

    assert counts(world.cycle()) == {"created": 6}


def test_objects_in_other_hands_do_not_end_the_slice(world: RowWorld) -> None:
    people = world.people(40)
    for each in people[:5]:
        claims.take(job(world), ObjectType.USER, each.pk, timedelta(seconds=3))

    world.cycle(times=1)

    assert len(world.service.users) == 35


def test_a_short_wait_is_slept_through_by_the_task(world: RowWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    world.people(2)
    world.service.fail("create", DOWN)
    monkeypatch.setattr(run, "LONGEST_SLEEP", 10)
    monkeypatch.setattr(run.time, "sleep", lambda seconds: world.wait(seconds=seconds))

    assert counts(world.cycle(times=1)) == {"created": 2}
