"""Provision on demand: one object walks at once, with the cycles kept off it meanwhile."""

from datetime import timedelta

import pytest
from django.utils import timezone

from provisioning.choices import ObjectType, RunStatus
from provisioning.errors import CredentialsRejected, OutOfTime, RequestTimeout, ServerError
from provisioning.jobs import change, control, due, on_demand
from provisioning.models import Activity, OnDemandRun, User
from provisioning.texts import say
from tests.factories import make_user
from tests.jobs.workers import begun, claimed, loaded, refreshed, worker
from tests.jobs.world import RowWorld, counts

pytestmark = pytest.mark.both_databases
USER = ObjectType.USER


def asked(world: RowWorld, user: User) -> OnDemandRun:
    return on_demand.ask(refreshed(world), user, "admin", world.now())


def run(row: OnDemandRun, *sleeps: object) -> OnDemandRun:
    on_demand.run(row.pk, lambda seconds: None)
    row.refresh_from_db()
    return row


def test_what_became_of_it_is_kept_with_the_run_and_in_the_log(rows: RowWorld) -> None:
    bo = rows.person()

    row = run(asked(rows, bo))

    assert (row.status, row.entry["action"], row.entry["target_id"]) == (
        RunStatus.DONE, "create", rows.state(bo).target_id,
    )  # fmt: skip
    activity = Activity.objects.get()
    assert (activity.cycle, activity.action, row.ended_at is not None) == (None, "create", True)
    assert rows.state(bo).claimed_until is None


def test_a_message_that_comes_twice_finds_it_done(rows: RowWorld) -> None:
    row = run(asked(rows, rows.person()))
    rows.service.requests.clear()

    run(row)

    assert dict(rows.service.requests) == {}


def test_it_waits_for_the_cycle_and_says_so_after_thirty_seconds(rows: RowWorld) -> None:
    bo = rows.person()
    store = worker(begun(rows))
    loaded(store, claimed(store))
    row, slept = asked(rows, bo), []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        assert OnDemandRun.objects.get().status == RunStatus.WAITING

    on_demand.run(row.pk, sleep)

    row.refresh_from_db()
    assert (sum(slept), set(slept)) == (30, {0.5})
    assert (row.status, row.entry) == (RunStatus.DONE, {})
    assert "has this object in hand" in row.message["text"]
    assert rows.account(bo) is None


def test_it_begins_as_soon_as_the_cycle_is_through(rows: RowWorld) -> None:
    bo = rows.person()
    store = worker(begun(rows))
    lease = claimed(store)
    loaded(store, lease)
    row = asked(rows, bo)

    on_demand.run(row.pk, lambda seconds: store.release(lease))

    assert rows.account(bo) is not None


def test_an_object_type_that_is_not_mapped_is_told(rows: RowWorld) -> None:
    rows.job.mappings.filter(object_type=USER).update(enabled=False)

    row = run(asked(rows, rows.person()))

    assert (row.status, row.message["values"]) == (RunStatus.DONE, {"type": "User"})
    assert dict(rows.service.requests) == {}


def test_an_object_that_vanished_is_told(rows: RowWorld) -> None:
    bo = rows.person()
    row = asked(rows, bo)
    User.objects.filter(pk=bo.pk).delete()

    row = run(row)

    assert (row.status, row.message["text"]) == (RunStatus.DONE, "It is not in the directory any more.")


def test_rejected_credentials_are_told_with_what_to_do_and_stop_no_job(rows: RowWorld) -> None:
    bo = rows.person()
    rows.service.fail("find", CredentialsRejected(say("wrong")))

    row = run(asked(rows, bo))

    assert (row.status, row.message["code"], row.message["remedy"] != "") == (
        RunStatus.DONE,
        "InvalidCredentials",
        True,
    )
    assert (refreshed(rows).quarantine, rows.state(bo).claimed_until) == ("", None)


def test_a_failure_is_recorded_as_one_and_not_tried_again_within_the_run(rows: RowWorld) -> None:
    bo = rows.person()
    rows.service.fail("create", ServerError(say("down")))

    row = run(asked(rows, bo))

    assert (row.entry["status"], rows.state(bo).failures, rows.service.requests["create"]) == ("failure", 1, 1)


def test_it_works_while_provisioning_is_off(rows: RowWorld) -> None:
    bo = rows.person()
    control.stop(rows.job.pk, rows.now())

    run(asked(rows, bo))

    assert rows.account(bo) is not None


def test_an_account_that_was_there_is_linked_before_it_is_changed(rows: RowWorld) -> None:
    bo = rows.person()
    rows.target(service=rows.service).create(USER, {"userName": bo.user_principal_name, "displayName": "Old"})

    row = run(asked(rows, bo))

    assert (row.entry["action"], rows.state(bo).origin, len(rows.service.users)) == ("update", "adopted", 1)


def test_an_account_that_another_person_has_is_not_touched(rows: RowWorld) -> None:
    first = rows.person(display_name="First")
    rows.cycle()
    name = first.user_principal_name
    change.purge(first)
    second = rows.person(user_principal_name=name, display_name="Second")

    row = run(asked(rows, second))

    assert (row.entry["status"], row.entry["code"]) == ("failure", "DuplicateSourceEntries")
    assert rows.service.accounts()[name].attributes["displayName"] == "First"


def test_an_account_is_not_forgotten_when_the_worker_dies_while_it_is_created(rows: RowWorld) -> None:
    bo = rows.person()
    rows.cycle()
    rows.target(service=rows.service).delete(USER, rows.state(bo).target_id)
    rows.job.object_states.all().delete()

    class Died(BaseException):
        pass

    def die(operation: str, about: object) -> None:
        if operation == "create":
            raise Died

    rows.service.after = die
    with pytest.raises(Died):
        run(asked(rows, bo))
    rows.service.after = None
    rows.unassign(bo)
    rows.wait(minutes=5)
    rows.cycle()

    assert [each.active for each in rows.service.users.values()] == [False]


def test_a_lost_answer_is_looked_up_by_the_next_try(rows: RowWorld) -> None:
    bo = rows.person()
    rows.service.fail("create", RequestTimeout(say("slow")), done=True)
    run(asked(rows, bo))

    row = run(asked(rows, bo))

    assert (row.entry["status"], len(rows.service.users)) == ("success", 1)


def test_what_was_done_after_the_claim_ended_is_left_to_the_cycle(rows: RowWorld) -> None:
    bo = rows.person()

    def lapse(operation: str, about: object) -> None:
        rows.job.object_states.update(claimed_until=timezone.now() - timedelta(seconds=1))

    rows.service.after = lapse
    run(asked(rows, bo))
    before = rows.state(bo)
    rows.service.after = None

    cycle = rows.cycle()

    assert (before.target_id, before.uncertain, Activity.objects.filter(cycle=None).count()) == ("", True, 0)
    assert (counts(cycle), len(rows.service.users), rows.state(bo).target_id != "") == ({"linked": 1}, 1, True)


def test_a_stranger_leaves_nothing_behind(rows: RowWorld) -> None:
    row = run(asked(rows, make_user()))

    assert (row.entry["code"], rows.job.object_states.count()) == ("NotEffectivelyEntitled", 0)


def test_a_group_gets_one_request_of_members_and_the_cycle_adds_the_rest(rows: RowWorld) -> None:
    people = rows.people(130)
    rows.cycle()
    group = rows.group("Sales", people)

    rows.on_demand(group)
    first = len(rows.members(group))
    rows.cycle()

    assert (first, len(rows.members(group))) == (100, 130)


@pytest.mark.parametrize(("seconds", "expected"), [(79, False), (81, True)])
def test_a_run_whose_message_was_lost_is_due_again(rows: RowWorld, seconds: int, expected: bool) -> None:
    asked(rows, rows.person())

    assert due.runs(rows.now() + timedelta(seconds=seconds)).exists() is expected


def test_a_run_that_is_done_is_never_due(rows: RowWorld) -> None:
    run(asked(rows, rows.person()))

    assert not due.runs(rows.now() + timedelta(days=1)).exists()


def test_a_fault_of_our_own_ends_the_run_and_is_logged(
    rows: RowWorld, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(on_demand, "provision", lambda candidate, walk: 1 // 0)

    run = rows.on_demand(rows.person())

    assert (run.status, run.message["text"]) == (RunStatus.DONE, on_demand.OUR_FAULT)
    assert "ZeroDivisionError" in caplog.text


def test_an_application_that_is_too_slow_ends_the_run(rows: RowWorld) -> None:
    rows.service.fail("create", OutOfTime())

    run = rows.on_demand(rows.person())

    assert (run.status, run.message["text"]) == (RunStatus.DONE, on_demand.TOO_SLOW)
