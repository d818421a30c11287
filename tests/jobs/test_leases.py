"""Claiming a slice, and what a worker that vanished may have left behind."""

import pytest

from provisioning.choices import CycleStatus, ObjectType, Phase
from provisioning.errors import LeaseLost
from provisioning.jobs import change, control, opening
from provisioning.models import ScopingFilterRow, Slice, SurveyRow
from provisioning.records import TargetObject
from tests.factories import make_user
from tests.jobs.workers import begun, claimed, keys, lapse, loaded, pks, refreshed, worker
from tests.jobs.world import RowWorld

pytestmark = pytest.mark.both_databases
USER = ObjectType.USER


def vanished(world: RowWorld) -> None:
    """A worker claims the slice, loads everybody, and is never seen again."""
    store = worker(world.newest())
    loaded(store, claimed(store))
    lapse()


def test_the_share_is_how_many_have_slices_of_the_job_in_hand(rows: RowWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "SLICE", 2)
    rows.people(6)
    cycle = begun(rows)

    workers = [worker(cycle) for _ in range(4)]
    for each in workers[:3]:
        claimed(each)
    lapse()
    claimed(workers[3])

    assert [each.share for each in workers] == [1, 2, 3, 1]


def test_slices_are_claimed_in_the_order_of_their_keys(rows: RowWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "SLICE", 2)
    people = rows.people(6)
    cycle = begun(rows)

    assert [claimed(worker(cycle)).low for _ in range(3)] == [0, people[1].pk, people[3].pk]


def test_a_slice_that_is_not_due_yet_is_claimed_by_nobody(rows: RowWorld) -> None:
    rows.people(1)
    cycle = begun(rows)
    Slice.objects.update(not_before=rows.now())
    rows.wait(seconds=-10)
    assert worker(cycle).claim() is None

    rows.wait(seconds=20)
    assert worker(cycle).claim() is not None


# --- who vanished


def test_for_whom_an_account_may_have_been_created_is_uncertain(rows: RowWorld) -> None:
    people = rows.people(3)
    begun(rows)
    vanished(rows)

    lease = claimed(worker(rows.newest()))

    assert lease.clean is False
    states = [rows.state(each) for each in people]
    assert {(each.uncertain, each.was_in_scope, each.managed, each.target_id) for each in states} == {
        (True, True, True, "")
    }


def test_who_failed_before_is_uncertain_and_ours_too(rows: RowWorld) -> None:
    bo = rows.person()
    cycle = begun(rows)
    rows.job.object_states.create(
        object_type=USER, source_key=bo.pk, source_id=str(bo.object_id), label="Bo", status="skipped"
    )
    vanished(rows)

    claimed(worker(cycle))

    state = rows.state(bo)
    assert (state.uncertain, state.was_in_scope, state.managed) == (True, True, True)


def test_what_was_sent_to_a_known_account_is_in_doubt_too(rows: RowWorld) -> None:
    bo = rows.person()
    rows.cycle()
    rows.change(bo, surname="Changed")
    cycle = begun(rows)
    vanished(rows)

    claimed(worker(cycle))

    assert rows.state(bo).uncertain is True


def test_who_is_assigned_and_filtered_out_is_never_searched_for(rows: RowWorld) -> None:
    clause = {"attribute": "department", "operator": "EQUALS", "value": "Sales"}
    ScopingFilterRow.objects.create(mapping=rows.job.mappings.get(object_type=USER), title="Sales", clauses=[clause])
    other = rows.person(department="Other")
    rows.target(service=rows.service).create(USER, {"userName": other.user_principal_name})
    begun(rows)
    vanished(rows)

    rows.work()

    assert rows.job.object_states.count() == 0
    assert [each.active for each in rows.service.users.values()] == [True]


def test_a_filter_that_can_not_be_evaluated_notes_nobody(rows: RowWorld) -> None:
    clause = {"attribute": "department", "operator": "REGEX MATCH", "value": "("}
    ScopingFilterRow.objects.create(mapping=rows.job.mappings.get(object_type=USER), title="Odd", clauses=[clause])
    rows.person(department="Sales")
    begun(rows)

    vanished(rows)

    assert Slice.objects.get().intents == []


def test_who_was_recorded_is_not_in_doubt(rows: RowWorld) -> None:
    people = rows.people(3)
    cycle = begun(rows)
    store = worker(cycle)
    lease = claimed(store)
    loaded(store, lease)

    store.record(lease, [], people[1].pk, False)
    store._intend(lease, [])
    store.load(lease, people[1].pk, 1)
    lapse()
    claimed(worker(cycle))

    assert list(rows.job.object_states.values_list("source_key", flat=True)) == [people[2].pk]


def test_a_slice_that_was_given_back_leaves_nobody_in_doubt(rows: RowWorld) -> None:
    rows.people(2)
    cycle = begun(rows)
    store = worker(cycle)
    lease = claimed(store)
    loaded(store, lease)

    store.release(lease)

    assert claimed(worker(cycle)).clean is True
    assert rows.job.object_states.count() == 0


def test_a_lost_lease_loads_nothing(rows: RowWorld) -> None:
    rows.people(2)
    cycle = begun(rows)
    slow = worker(cycle)
    lost = claimed(slow)
    lapse()
    claimed(worker(cycle))

    with pytest.raises(LeaseLost):
        loaded(slow, lost)
    with pytest.raises(LeaseLost):
        slow.load_members(lost, 0, 10, 10)


def test_a_survey_that_was_left_begins_anew(rows: RowWorld) -> None:
    rows.people(30)
    cycle = begun(rows)
    store = worker(cycle)
    lease = claimed(store)
    store.record_survey(lease, [TargetObject(id="1", attributes={"userName": "a"})], False)
    lapse()

    again = claimed(worker(cycle))

    assert (cycle.phase, again.clean, SurveyRow.objects.count()) == (Phase.SURVEY, False, 0)


def test_an_account_of_a_worker_that_died_is_found_although_the_cycle_was_superseded(rows: RowWorld) -> None:
    bo = rows.person()
    begun(rows)
    vanished(rows)
    rows.target(service=rows.service).create(USER, {"userName": bo.user_principal_name})
    job = refreshed(rows)
    job.reconfigured()
    job.save()
    worker(rows.newest()).advance()

    rows.unassign(bo)
    rows.cycle()
    rows.cycle()

    assert [each.active for each in rows.service.users.values()] == [False]


def test_whoever_wakes_up_after_the_next_cycle_began_writes_nothing(rows: RowWorld) -> None:
    rows.person()
    cycle = begun(rows)
    store = worker(cycle)
    lease = claimed(store)
    loaded(store, lease)
    lapse()
    control.restart(rows.job.pk, rows.now())
    store.advance()
    begun(rows)

    with pytest.raises(LeaseLost):
        store.record(lease, [], 1, True)


def test_a_stopped_cycle_that_goes_on_leaves_what_was_in_hand_to_the_next_claim(rows: RowWorld) -> None:
    (bo,) = rows.people(1)
    cycle = begun(rows)
    vanished(rows)
    control.stop(rows.job.pk, rows.now())
    control.start(rows.job.pk, rows.now())

    resumed = begun(rows)

    assert (resumed, resumed.status) == (cycle, CycleStatus.RUNNING)
    assert claimed(worker(resumed)).clean is False
    assert rows.state(bo).uncertain is True


# --- again and again


def test_after_three_claims_that_got_nowhere_one_object_at_a_time_is_done(rows: RowWorld) -> None:
    people = rows.people(3)
    cycle = begun(rows)
    found = []
    for _ in range(5):
        store = worker(cycle)
        lease = claimed(store)
        store.load(lease, 0, 1 if lease.careful else 3)
        found.append((lease.careful, lease.suspect))
        lapse()

    assert found == [(False, None)] * 3 + [(True, None), (True, people[0].pk)]


def test_getting_on_ends_the_care(rows: RowWorld) -> None:
    people = rows.people(3)
    cycle = begun(rows)
    for _ in range(3):
        claimed(worker(cycle))
        lapse()
    store = worker(cycle)
    lease = claimed(store)

    store.record(lease, [], people[0].pk, False)
    lapse()

    after = claimed(worker(cycle))
    assert (after.careful, after.suspect, after.low) == (False, None, people[0].pk)


def test_an_object_at_which_workers_die_is_passed_over_and_the_others_go_on(rows: RowWorld) -> None:
    people = rows.people(3)
    cycle = begun(rows)
    for _ in range(4):
        store = worker(cycle)
        lease = claimed(store)
        store.load(lease, 0, 1 if lease.careful else 3)
        lapse()

    rows.work()

    assert rows.entries(people[0])[-1][1:] == ("failure", "InternalError")
    assert [rows.account(each) is not None for each in people] == [False, True, True]


def test_nobody_is_left_out_of_a_slice(rows: RowWorld) -> None:
    people = rows.people(5)
    change.save(people[0].directory, make_user())
    cycle = begun(rows)
    store = worker(cycle)
    lease = claimed(store)

    assert keys(list(store.load(lease, 0, 2))) + keys(list(store.load(lease, people[1].pk, 9))) == pks(*people)
