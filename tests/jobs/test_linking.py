"""Accounts that were found are linked before anything is sent to them, each to one object."""

import pytest

from provisioning.choices import ObjectType, Origin
from provisioning.engine.ports import Link
from provisioning.errors import LeaseLost
from provisioning.jobs import control, setup
from provisioning.models import ObjectStateRow
from provisioning.records import Candidate, ObjectState
from tests.factories import make_job, make_state, make_users
from tests.jobs.workers import begun, claimed, lapse, loaded, refreshed, worker
from tests.jobs.world import TEMPLATE, RowWorld

pytestmark = pytest.mark.both_databases


def link(candidate: Candidate, target_id: str = "7") -> Link:
    state = ObjectState(target_id=target_id, origin=Origin.ADOPTED, was_in_scope=True, managed=True)
    return Link(candidate, state)


def test_a_link_is_written_with_the_epoch_in_which_the_account_moved(rows: RowWorld) -> None:
    (bo,) = rows.people(1)
    store = worker(begun(rows))
    lease = claimed(store)
    (candidate,) = loaded(store, lease)

    assert store.link(lease, [link(candidate)]) == {}

    state = rows.state(bo)
    assert (state.target_id, state.origin, state.moved) == ("7", Origin.ADOPTED, refreshed(rows).epoch)
    assert state.cycle_key == store.cycle.pk


def test_an_account_that_somebody_has_is_refused_by_name(rows: RowWorld) -> None:
    bo, holder = rows.people(2)
    make_state(rows.job, holder, target_id="7")
    store = worker(begun(rows))
    lease = claimed(store)
    candidate = loaded(store, lease)[0]

    assert store.link(lease, [link(candidate)]) == {bo.pk: holder.display_name}
    assert list(ObjectStateRow.objects.values_list("source_key", flat=True)) == [holder.pk]


def test_of_two_in_one_portion_the_first_gets_it_and_others_are_not_held_up(rows: RowWorld) -> None:
    first, second, third = rows.people(3)
    store = worker(begun(rows))
    lease = claimed(store)
    found = loaded(store, lease)

    refused = store.link(lease, [link(found[0]), link(found[1]), link(found[2], "8")])

    assert refused == {second.pk: first.display_name}
    assert dict(ObjectStateRow.objects.values_list("source_key", "target_id")) == {first.pk: "7", third.pk: "8"}


def test_the_holder_itself_and_other_jobs_and_types_are_no_holders(rows: RowWorld) -> None:
    (bo,) = rows.people(1)
    (other,) = make_users(1)
    make_state(make_job(setup.create_application(TEMPLATE, "Another")), other, target_id="7")
    make_state(rows.job, other, target_id="7", object_type=ObjectType.GROUP)
    make_state(rows.job, bo, target_id="7")
    store = worker(begun(rows))
    lease = claimed(store)
    (candidate,) = loaded(store, lease)

    assert store.link(lease, [link(candidate)]) == {}


def test_a_lost_lease_links_nobody(rows: RowWorld) -> None:
    rows.people(1)
    cycle = begun(rows)
    slow = worker(cycle)
    lost = claimed(slow)
    (candidate,) = loaded(slow, lost)
    lapse()
    claimed(worker(cycle))

    with pytest.raises(LeaseLost):
        slow.link(lost, [link(candidate)])

    assert not ObjectStateRow.objects.exclude(target_id="").exists()


def test_a_preview_refuses_and_links_nobody(rows: RowWorld) -> None:
    first, second = rows.people(2)
    store = worker(control.preview(rows.job.pk, rows.now()))
    lease = claimed(store)
    found = loaded(store, lease)

    assert store.link(lease, [link(each) for each in found]) == {second.pk: first.display_name}
    assert rows.job.object_states.count() == 0


def test_nothing_to_link_asks_nothing(rows: RowWorld) -> None:
    rows.people(1)
    store = worker(begun(rows))

    assert store.link(claimed(store), []) == {}
