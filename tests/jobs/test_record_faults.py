"""What the database refuses: one by one after an error, and what is left of an outcome that can't be recorded."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from provisioning.choices import Action, ObjectType, Status
from provisioning.errors import LicenseLimitExceeded
from provisioning.jobs import change, record
from provisioning.jobs.load import candidates
from provisioning.models import Activity, Slice
from provisioning.records import Candidate, MemberWork, ObjectState, Outcome, Reference
from provisioning.texts import say
from tests.jobs.workers import begun, claimed, loaded, refreshed, worker
from tests.jobs.world import RowWorld, counts

pytestmark = pytest.mark.both_databases
USER = ObjectType.USER


def created(candidate: Candidate, **values: Any) -> Outcome:
    key = candidate.source.key
    state = ObjectState(target_id=f"account-{key}", was_in_scope=True, managed=True, status=Status.SUCCESS)
    defaults: dict[str, Any] = {"source": candidate.source, "action": Action.CREATE, "status": Status.SUCCESS}
    return Outcome(**{**defaults, "reason": say("New."), "state": state, **values})


def refused(outcome: Outcome) -> Outcome:
    """No database takes this value."""
    return replace(outcome, state=replace(outcome.state or ObjectState(), sent={"userName": object()}))


def test_one_outcome_that_the_database_refuses_does_not_hold_up_the_others(rows: RowWorld) -> None:
    people = rows.people(3)
    cycle = begun(rows)
    store = worker(cycle)
    lease = claimed(store)
    first, second, third = loaded(store, lease)

    store.record(lease, [created(first), refused(created(second)), created(third)], people[2].pk, True)

    assert [rows.state(each).code for each in people] == ["", "InternalError", ""]
    assert counts(cycle) == {"created": 2, "failed": 1}
    assert Slice.objects.get().done_at is not None


def test_what_was_recorded_before_is_not_begun_anew(rows: RowWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    people = rows.people(3)
    store = worker(begun(rows))
    lease = claimed(store)
    first, second, third = loaded(store, lease)
    store.record(lease, [created(first)], people[0].pk, False)
    seen: list[int] = []
    real = record.unrecordable

    def look(job: Any, outcome: Outcome, now: datetime) -> Outcome:
        seen.append(Slice.objects.get().low)
        return real(job, outcome, now)

    monkeypatch.setattr(record, "unrecordable", look)
    store.record(lease, [created(second), refused(created(third))], people[2].pk, False)

    assert (seen, Slice.objects.get().low) == ([people[0].pk], people[2].pk)


def test_the_activity_of_what_could_not_be_recorded_says_so_without_its_exchange(rows: RowWorld) -> None:
    (bo,) = rows.people(1)
    store = worker(begun(rows))
    lease = claimed(store)
    (candidate,) = loaded(store, lease)

    store.record(lease, [refused(created(candidate))], bo.pk, True)

    activity = Activity.objects.get()
    assert (activity.action, activity.status, activity.code) == ("create", "failure", "InternalError")
    assert "could not be recorded" in activity.reason["text"]
    assert not hasattr(activity, "exchange")


@pytest.mark.parametrize("known", [False, True])
def test_an_account_that_may_have_been_created_is_searched_for(rows: RowWorld, known: bool) -> None:
    (bo,) = rows.people(1)
    if known:
        rows.service.fail("create", *[LicenseLimitExceeded(say("no"))] * 9)
        rows.cycle()
        rows.wait(hours=1)
    store = worker(begun(rows))
    lease = claimed(store)
    (candidate,) = loaded(store, lease)

    store.record(lease, [refused(created(candidate))], bo.pk, True)

    state = rows.state(bo)
    assert (state.uncertain, state.was_in_scope, state.managed, state.target_id) == (True, True, True, "")
    assert state.next_try_at is not None


def test_a_known_account_is_kept(rows: RowWorld) -> None:
    (bo,) = rows.people(1)
    rows.cycle()
    before = rows.state(bo)
    rows.change(bo, surname="Changed")
    store = worker(begun(rows))
    lease = claimed(store)
    (candidate,) = loaded(store, lease)

    store.record(lease, [refused(created(candidate, action=Action.UPDATE))], bo.pk, True)

    after = rows.state(bo)
    assert (after.target_id, after.uncertain, after.sent) == (before.target_id, False, before.sent)


def test_members_that_can_not_be_recorded_are_not_sent_again_and_again(rows: RowWorld) -> None:
    people = rows.people(1)
    group = rows.group("Sales")
    rows.cycle()
    change.add_members(group, people)
    (candidate,) = candidates(refreshed(rows), ObjectType.GROUP, [group.pk])
    work = MemberWork(candidate=candidate, add=(Reference(type=USER, key=1, label="x", target_id="1"),), more=True)

    left = record.unrecordable(refreshed(rows), created(candidate, members=work), rows.now())

    assert left.state is not None
    assert (left.members, left.state.members_failed) == (None, True)


def test_a_fault_of_the_database_itself_is_not_taken_for_an_objects(
    rows: RowWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows.people(2)
    store = worker(begun(rows))
    lease = claimed(store)
    found = loaded(store, lease)

    def lost(*_: object) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(record, "write", lost)
    with pytest.raises(OperationalError):
        store.record(lease, [created(each) for each in found], 2, True)

    assert (rows.job.object_states.count(), Slice.objects.get().low) == (0, 0)


def test_a_recording_takes_a_lock_on_no_row_before_its_slice(rows: RowWorld) -> None:
    people = rows.people(2)
    store = worker(begun(rows))
    lease = claimed(store)
    found = loaded(store, lease)

    with CaptureQueriesContext(connection) as queries:
        store.record(lease, [created(each) for each in found], people[1].pk, True)

    writes = [each["sql"].split('"')[1] for each in queries if each["sql"].startswith(("UPDATE", "INSERT", "COPY"))]
    order = list(dict.fromkeys(writes))
    assert order == [
        "provisioning_slice",
        "provisioning_objectstaterow",
        "provisioning_activity",
        "provisioning_activitycount",
        "provisioning_cycle",
    ]
