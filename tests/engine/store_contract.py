"""What every store must do: claims, fencing, recording, phases. A test subclasses it and gives the fixture `world`."""

import pytest

from provisioning.choices import Action, CycleStatus, Status
from provisioning.engine.ports import Progress, Signal
from provisioning.errors import CredentialsRejected, LeaseLost
from provisioning.records import Outcome
from provisioning.texts import say
from tests.engine.store_contract_leases import LeaseContract
from tests.engine.store_contract_removals import RemovalContract
from tests.engine.store_contract_survey import SurveyContract
from tests.engine.store_world import StoreWorld, claimed, finish_slice, outcome, outcomes


class StoreContract(LeaseContract, RemovalContract, SurveyContract):
    # --- claims

    def test_a_claim_gives_the_first_open_slice_with_a_token(self, world: StoreWorld) -> None:
        keys = world.begin(6, slice_size=3)

        lease = claimed(world.store())

        assert (lease.token, lease.low, lease.high) == (1, 0, keys[2])

    def test_a_second_worker_gets_the_other_slice_and_a_third_none(self, world: StoreWorld) -> None:
        keys = world.begin(6, slice_size=3)
        claimed(world.store())

        second, third = claimed(world.store()), world.store().claim()

        assert (second.low, second.high, third) == (keys[2], None, None)

    def test_nobody_to_look_at_is_nothing_to_claim(self, world: StoreWorld) -> None:
        world.begin(0)

        assert world.store().claim() is None

    def test_a_slice_whose_lease_expired_can_be_claimed_with_the_next_token(self, world: StoreWorld) -> None:
        world.begin(3)
        first = claimed(world.store())

        world.lapse()
        second = claimed(world.store())

        assert (second.slice_id, second.token) == (first.slice_id, first.token + 1)

    def test_a_released_slice_can_be_claimed_at_once(self, world: StoreWorld) -> None:
        world.begin(3)
        store = world.store()
        lease = claimed(store)

        store.release(lease)

        assert claimed(world.store()).token == 2

    def test_recording_renews_the_lease(self, world: StoreWorld) -> None:
        world.begin(3)
        store = world.store()
        lease = claimed(store)
        world.lapse()

        store.record(lease, [], 0, False)

        assert world.store().claim() is None

    # --- loading

    def test_loading_gives_people_by_key_above_a_key_within_the_slice(self, world: StoreWorld) -> None:
        keys = world.begin(6, slice_size=4)
        store = world.store()
        lease = claimed(store)

        assert [each.source.key for each in store.load(lease, lease.low, 2)] == list(keys[:2])
        assert [each.source.key for each in store.load(lease, keys[1], 100)] == list(keys[2:4])
        assert list(store.load(lease, keys[3], 100)) == []

    def test_what_was_recorded_is_remembered_when_it_is_loaded_again(self, world: StoreWorld) -> None:
        keys = world.begin(2)
        store = world.store()
        lease = claimed(store)
        (first, second) = store.load(lease, 0, 100)
        recorded = outcome(first)

        store.record(lease, [recorded], keys[0], False)

        assert [each.state for each in store.load(lease, 0, 100)] == [recorded.state, None]
        assert second.state is None

    # --- recording

    def test_recording_moves_the_lower_bound_for_whoever_comes_next(self, world: StoreWorld) -> None:
        keys = world.begin(3)
        store = world.store()
        lease = claimed(store)

        signal = store.record(lease, outcomes(store, lease)[:2], keys[1], False)
        store.release(lease)

        assert signal is Signal.GO_ON
        assert claimed(world.store()).low == keys[1]

    def test_who_was_recorded_above_the_lower_bound_is_given_to_nobody_again(self, world: StoreWorld) -> None:
        keys = world.begin(3)
        store = world.store()
        lease = claimed(store)
        store.record(lease, [outcomes(store, lease)[1]], 0, False)
        mine = [each.source.key for each in store.load(lease, 0, 100)]
        store.release(lease)

        second = world.store()
        theirs = [each.source.key for each in second.load(claimed(second), 0, 100)]

        assert mine == theirs == [keys[0], keys[2]]

    def test_a_slice_that_is_done_is_not_claimed_again(self, world: StoreWorld) -> None:
        world.begin(3)
        finish_slice(world.store())

        world.lapse()

        assert world.store().claim() is None

    def test_counters_add_up(self, world: StoreWorld) -> None:
        world.begin(9)
        store = world.store()
        lease = claimed(store)
        kinds = [
            (Action.CREATE, Status.SUCCESS, True),
            (Action.CREATE, Status.SUCCESS, True),
            (Action.UPDATE, Status.SUCCESS, True),
            (Action.DISABLE, Status.SUCCESS, True),
            (Action.DELETE, Status.SUCCESS, True),
            (Action.UPDATE, Status.FAILURE, True),
            (Action.OTHER, Status.SKIPPED, True),
            (Action.OTHER, Status.SKIPPED, False),
            (Action.OTHER, Status.SUCCESS, False),
        ]
        people = store.load(lease, 0, 100)
        done = [outcome(each, *kind[:2], logged=kind[2]) for each, kind in zip(people, kinds, strict=True)]

        for one in done:
            store.record(lease, [one], one.source.key, False)

        assert world.counters() == {
            "looked_at": 9,
            "created": 2,
            "updated": 1,
            "disabled": 1,
            "deleted": 1,
            "failed": 1,
            "skipped": 1,
            "unchanged": 2,
        }
        assert world.logged() == 7

    def test_who_is_not_ours_leaves_no_trace(self, world: StoreWorld) -> None:
        world.begin(1)
        store = world.store()
        lease = claimed(store)
        (stranger,) = store.load(lease, 0, 100)
        passed = Outcome(
            source=stranger.source,
            action=Action.OTHER,
            status=Status.SKIPPED,
            reason=say("Not assigned."),
            logged=False,
        )

        store.record(lease, [passed], stranger.source.key, True)

        assert (world.states(), world.logged(), world.counters()) == ({}, 0, {"looked_at": 1, "unchanged": 1})

    # --- fencing

    def test_a_lost_lease_writes_nothing(self, world: StoreWorld) -> None:
        world.begin(3)
        slow = world.store()
        lost = claimed(slow)
        done = outcomes(slow, lost)
        world.lapse()
        claimed(world.store())

        with pytest.raises(LeaseLost):
            slow.record(lost, done, done[-1].source.key, True)

        assert (world.counters(), world.logged()) == ({}, 0)
        assert {each.target_id for each in world.states().values()} == {""}
        assert (world.low(lost.slice_id), world.is_done(lost.slice_id)) == (0, False)

    def test_giving_back_a_lost_lease_takes_it_from_nobody(self, world: StoreWorld) -> None:
        world.begin(3)
        slow = world.store()
        lost = claimed(slow)
        world.lapse()
        claimed(world.store())

        slow.release(lost)

        assert world.store().claim() is None

    def test_a_slice_that_is_done_takes_no_more_records(self, world: StoreWorld) -> None:
        world.begin(2)
        store = world.store()
        lease = claimed(store)
        done = outcomes(store, lease)
        store.record(lease, done, done[-1].source.key, True)

        with pytest.raises(LeaseLost):
            store.record(lease, done, done[-1].source.key, True)

        assert world.counters() == {"looked_at": 2, "created": 2}

    # --- the end of a cycle

    def test_work_is_open_until_the_last_slice_is_done(self, world: StoreWorld) -> None:
        world.begin(6, slice_size=3)
        store = world.store()
        finish_slice(store)

        assert (store.advance(), world.status()) == (Progress.WORK_OPEN, CycleStatus.RUNNING)

    def test_the_last_slice_ends_the_cycle_and_moves_the_watermark(self, world: StoreWorld) -> None:
        world.begin(2)
        store = world.store()
        finish_slice(store)

        assert (store.advance(), world.status()) == (Progress.ENDED, CycleStatus.COMPLETED)
        assert world.watermark() == world.head()

    def test_advancing_again_changes_nothing(self, world: StoreWorld) -> None:
        world.begin(0)
        store = world.store()
        store.advance()

        assert (store.advance(), world.store().advance()) == (Progress.ENDED, Progress.ENDED)
        assert world.status() == CycleStatus.COMPLETED

    # --- superseded, stopped, interrupted

    def test_a_changed_configuration_ends_the_cycle_and_keeps_what_was_sent(self, world: StoreWorld) -> None:
        keys = world.begin(3)
        store = world.store()
        lease = claimed(store)
        done = outcomes(store, lease)[:1]
        world.reconfigure()

        assert store.signal() is Signal.SUPERSEDED
        assert store.record(lease, done, keys[0], False) is Signal.SUPERSEDED
        store.release(lease)
        assert (store.claim(), store.advance()) == (None, Progress.ENDED)
        assert (world.status(), world.watermark()) == (CycleStatus.SUPERSEDED, None)
        assert list(world.states()) == [keys[0]]

    def test_switching_off_stops_the_cycle_and_keeps_what_was_sent(self, world: StoreWorld) -> None:
        keys = world.begin(3)
        store = world.store()
        lease = claimed(store)
        done = outcomes(store, lease)[:1]
        world.switch_off()

        assert store.signal() is Signal.STOP
        assert store.record(lease, done, keys[0], False) is Signal.STOP
        store.release(lease)
        assert (store.claim(), store.advance()) == (None, Progress.ENDED)
        assert (world.status(), world.watermark()) == (CycleStatus.STOPPED, None)

    def test_a_stopped_cycle_goes_on_at_its_lower_bound(self, world: StoreWorld) -> None:
        keys = world.begin(3)
        store = world.store()
        lease = claimed(store)
        store.record(lease, outcomes(store, lease)[:1], keys[0], False)
        store.release(lease)
        world.switch_off()

        world.resume()

        assert (world.status(), claimed(world.store()).low) == (CycleStatus.RUNNING, keys[0])

    def test_a_failure_of_the_whole_job_interrupts_the_cycle(self, world: StoreWorld) -> None:
        world.begin(3)
        store = world.store()

        store.interrupt(CredentialsRejected(say("The password is wrong.")))

        assert (world.status(), world.reason()) == (CycleStatus.INTERRUPTED, "The password is wrong.")
        assert (store.claim(), store.advance()) == (None, Progress.ENDED)
        assert world.watermark() is None

    def test_an_interrupted_cycle_goes_on_when_the_target_can_be_used_again(self, world: StoreWorld) -> None:
        world.begin(3)
        world.store().interrupt(CredentialsRejected(say("The password is wrong.")))

        world.resume()

        assert (world.status(), world.reason(), claimed(world.store()).low) == (CycleStatus.RUNNING, "", 0)
