"""What every store must do about workers that die, objects that wait, accounts with two holders, and the survey."""

from dataclasses import replace
from datetime import timedelta

import pytest

from provisioning.choices import CycleStatus, ObjectType, Origin, Status, Work
from provisioning.engine.ports import Lease, Link, Progress, Signal, Store
from provisioning.errors import LeaseLost
from provisioning.records import ObjectState
from tests.engine.store_world import StoreWorld, claimed, deferred, finish_slice, outcome
from tests.engine.values import NOW


def load(store: Store, lease: Lease) -> list[int]:
    return [each.source.key for each in store.load(lease, lease.low, 100)]


class LeaseContract:
    # --- owners that vanish

    def test_a_lease_tells_what_is_to_be_done_and_how_many_work_on_it(self, world: StoreWorld) -> None:
        world.begin(6, slice_size=3)

        one, two = world.store(), world.store()
        first = claimed(one)
        claimed(two)

        assert (first.work, first.type, first.clean, first.careful) == (Work.OBJECTS, ObjectType.USER, True, False)
        assert (one.share, two.share) == (1, 2)

    def test_a_recording_tells_how_many_work_on_the_job_by_now(self, world: StoreWorld) -> None:
        world.begin(6, slice_size=3)
        one, two = world.store(), world.store()
        first, second = claimed(one), claimed(two)
        load(one, first), load(two, second)

        one.record(first, [], first.low, False)
        together = one.share
        two.record(second, [], 6, True)
        one.record(first, [], first.low, False)

        assert (together, one.share) == (2, 1)

    def test_a_slice_is_not_clean_after_an_owner_vanished_and_stays_so(self, world: StoreWorld) -> None:
        world.begin(3)
        claimed(world.store())
        world.lapse()

        second = claimed(world.store())
        world.store().release(second)
        third = claimed(world.store())

        assert (second.clean, third.clean) == (False, False)

    def test_a_slice_that_was_given_back_is_clean(self, world: StoreWorld) -> None:
        world.begin(3)
        store = world.store()
        store.release(claimed(store))

        assert claimed(world.store()).clean is True

    def test_after_three_claims_that_moved_nothing_a_slice_is_walked_carefully(self, world: StoreWorld) -> None:
        keys = world.begin(3)
        for _ in range(3):
            assert claimed(world.store()).careful is False
            world.lapse()

        store = world.store()
        fourth = claimed(store)
        store.load(fourth, 0, 1)
        world.lapse()
        fifth = claimed(world.store())

        assert (fourth.careful, fourth.suspect) == (True, None)
        assert (fifth.careful, fifth.suspect) == (True, keys[0])

    def test_who_was_recorded_is_not_suspect(self, world: StoreWorld) -> None:
        keys = world.begin(3)
        for _ in range(3):
            claimed(world.store())
            world.lapse()
        store = world.store()
        careful = claimed(store)
        (first,) = store.load(careful, 0, 1)
        store.record(careful, [outcome(first)], keys[0], False)

        world.lapse()
        after = claimed(world.store())

        assert (after.careful, after.suspect, after.low) == (False, None, keys[0])

    def test_who_may_have_got_an_account_from_a_worker_that_died_is_in_doubt(self, world: StoreWorld) -> None:
        keys = world.begin(3)
        store = world.store()
        lease = claimed(store)
        (first, *_) = store.load(lease, 0, 100)
        store.record(lease, [outcome(first)], keys[0], False)

        world.lapse()
        claimed(world.store())

        states = world.states()
        assert states[keys[0]].uncertain is False
        in_doubt = [states[key] for key in keys[1:]]
        assert all(each.uncertain and each.was_in_scope and each.managed for each in in_doubt)
        assert {each.target_id for each in in_doubt} == {""}

    def test_an_account_that_a_dead_worker_may_have_changed_is_in_doubt(self, world: StoreWorld) -> None:
        (key,) = world.begin(1)
        finish_slice(world.store())
        world.store().advance()
        world.reconfigure()
        world.begin_again()
        store = world.store()
        store.load(claimed(store), 0, 100)

        world.lapse()
        claimed(world.store())

        state = world.states()[key]
        assert (state.uncertain, state.target_id, state.was_in_scope) == (True, f"account-{key}", True)

    def test_nobody_is_in_doubt_after_a_slice_was_given_back(self, world: StoreWorld) -> None:
        world.begin(3)
        store = world.store()
        lease = claimed(store)
        store.load(lease, 0, 100)

        store.release(lease)
        claimed(world.store())

        assert world.states() == {}

    def test_a_lost_lease_gives_nobody_to_work_on(self, world: StoreWorld) -> None:
        world.begin(3)
        slow = world.store()
        lost = claimed(slow)
        world.lapse()
        claimed(world.store())

        with pytest.raises(LeaseLost):
            slow.load(lost, 0, 100)
        with pytest.raises(LeaseLost):
            slow.load_members(lost, 0, 100, 10)

    # --- objects that wait

    def test_a_deferred_object_is_not_counted_and_looked_at_again_when_its_time_has_come(
        self, world: StoreWorld
    ) -> None:
        keys = world.begin(3)
        store = world.store()
        lease = claimed(store)
        first, *others = store.load(lease, 0, 100)
        until = NOW + timedelta(seconds=20)
        store.record(lease, [deferred(first, until), *map(outcome, others)], keys[2], True)

        assert (store.advance(), store.claim(), store.advance()) == (Progress.OPENED, None, Progress.WORK_OPEN)
        world.wait(21)
        again = claimed(store)

        assert (again.work, load(store, again)) == (Work.OBJECTS, [keys[0]])
        assert world.counters() == {"looked_at": 2, "created": 2}
        store.record(again, [outcome(first)], keys[0], True)
        assert (store.advance(), world.status()) == (Progress.ENDED, CycleStatus.COMPLETED)
        assert world.counters() == {"looked_at": 3, "created": 3}

    def test_who_is_deferred_once_more_gets_one_more_slice(self, world: StoreWorld) -> None:
        (key,) = world.begin(1)
        store = world.store()
        lease = claimed(store)
        (person,) = store.load(lease, 0, 100)
        store.record(lease, [deferred(person, NOW)], key, True)
        store.advance()
        again = claimed(store)

        store.record(again, [deferred(person, NOW, tries=2)], key, True)

        assert store.advance() is Progress.OPENED
        assert load(store, claimed(store)) == [key]

    def test_somebody_in_the_hands_of_on_demand_is_left_out_and_looked_at_again(self, world: StoreWorld) -> None:
        keys = world.begin(3)
        world.on_demand(keys[1], in_hand=True)
        store = world.store()
        lease = claimed(store)

        others = store.load(lease, 0, 100)
        store.record(lease, [outcome(each) for each in others], keys[2], True)
        world.on_demand(keys[1], in_hand=False)
        world.wait(10)

        assert [each.source.key for each in others] == [keys[0], keys[2]]
        assert store.advance() is Progress.OPENED
        assert load(store, claimed(store)) == [keys[1]]

    def test_when_the_target_asked_to_wait_nobody_claims_before(self, world: StoreWorld) -> None:
        world.begin(3)
        store = world.store()

        store.hold_off(30)

        assert (store.signal(), world.store().claim()) == (Signal.STOP, None)
        world.wait(31)
        assert (store.signal(), claimed(store).low) == (Signal.GO_ON, 0)

    # --- one holder

    def test_a_link_is_written_before_anything_is_sent(self, world: StoreWorld) -> None:
        (key,) = world.begin(1)
        store = world.store()
        lease = claimed(store)
        (person,) = store.load(lease, 0, 100)
        state = ObjectState(target_id="7", origin=Origin.ADOPTED, was_in_scope=True, managed=True)

        assert store.link(lease, [Link(person, state)]) == {}
        assert world.states()[key].target_id == "7"

    def test_a_link_to_somebody_elses_account_is_refused(self, world: StoreWorld) -> None:
        keys = world.begin(2)
        store = world.store()
        lease = claimed(store)
        people = store.load(lease, 0, 100)
        state = ObjectState(target_id="7", origin=Origin.ADOPTED)

        refused = store.link(lease, [Link(each, state) for each in people])

        assert refused == {keys[1]: people[0].source.label}
        assert list(world.states()) == [keys[0]]

    def test_a_lost_lease_links_nobody(self, world: StoreWorld) -> None:
        world.begin(1)
        slow = world.store()
        lost = claimed(slow)
        (person,) = slow.load(lost, 0, 100)
        world.lapse()
        claimed(world.store())

        with pytest.raises(LeaseLost):
            slow.link(lost, [Link(person, ObjectState(target_id="7"))])

        assert {each.target_id for each in world.states().values()} == {""}

    def test_the_second_holder_of_an_account_fails_and_gets_no_link(self, world: StoreWorld) -> None:
        keys = world.begin(2)
        store = world.store()
        lease = claimed(store)
        first, second = store.load(lease, 0, 100)
        done = outcome(first)
        same = replace(outcome(second), state=done.state)

        store.record(lease, [done], keys[0], False)
        store.record(lease, [same], keys[1], True)

        state = world.states()[keys[1]]
        assert (state.target_id, state.code, state.status) == ("", "DuplicateSourceEntries", Status.FAILURE)
        assert world.counters() == {"looked_at": 2, "created": 1, "failed": 1}
