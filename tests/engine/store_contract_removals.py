"""What every store must do with removals that wait for the guard, and with the members of groups."""

from dataclasses import replace

import pytest

from provisioning.choices import Action, CycleStatus, ObjectType, Staging, Status, Work
from provisioning.engine.ports import Lease, Progress, Store
from provisioning.errors import LeaseLost
from tests.engine.store_world import (
    StoreWorld,
    advance_to,
    claimed,
    give_accounts,
    members_done,
    outcome,
    waits,
)


class RemovalContract:
    # --- accounts

    def leavers(self, world: StoreWorld, people: int = 3) -> tuple[Store, Lease]:
        """Everybody got an account; in the next full pass they are in hand."""
        world.begin(people)
        store = world.store()
        give_accounts(store)
        assert store.advance() is Progress.ENDED
        world.reconfigure()
        world.begin_again()
        store = world.store()
        return store, advance_to(store, Work.OBJECTS)

    def test_a_removal_that_the_guard_lets_pass_is_executed_in_the_same_cycle(self, world: StoreWorld) -> None:
        store, lease = self.leavers(world)
        first, *others = store.load(lease, 0, 100)
        store.record(lease, [waits(first), *map(outcome, others)], others[-1].source.key, True)
        assert world.staged() == {first.source.key: Staging.STAGED}

        removals = advance_to(store, Work.REMOVALS)
        (again,) = store.load(removals, 0, 100)

        assert again.staged is not None
        assert (again.source.key, again.staged.status) == (first.source.key, Staging.PASSED)
        store.record(removals, [outcome(again, Action.DISABLE)], again.source.key, True)
        assert (store.advance(), world.staged()) == (Progress.ENDED, {})
        assert world.counters() == {"looked_at": 3, "created": 2, "disabled": 1}

    def test_too_many_removals_are_held_and_counted_and_the_cycle_ends(self, world: StoreWorld) -> None:
        world.guard(1)
        store, lease = self.leavers(world)
        people = store.load(lease, 0, 100)

        store.record(lease, [waits(each) for each in people], people[-1].source.key, True)

        assert (store.advance(), world.status()) == (Progress.ENDED, CycleStatus.COMPLETED)
        assert set(world.staged().values()) == {Staging.HELD}
        assert world.counters() == {"looked_at": 3, "held": 3}

    def test_a_held_removal_that_is_found_again_stays_held_and_one_that_is_not_true_any_more_is_gone(
        self, world: StoreWorld
    ) -> None:
        world.guard(1)
        store, lease = self.leavers(world)
        people = store.load(lease, 0, 100)
        store.record(lease, [waits(each) for each in people], people[-1].source.key, True)
        store.advance()
        world.reconfigure()
        world.begin_again()
        store = world.store()
        lease = advance_to(store, Work.OBJECTS)
        first, *others = store.load(lease, 0, 100)

        store.record(lease, [waits(first), *map(outcome, others)], others[-1].source.key, True)
        store.advance()

        assert world.staged() == {first.source.key: Staging.HELD}

    def test_an_approved_removal_is_executed_and_others_are_not(self, world: StoreWorld) -> None:
        world.guard(1)
        store, lease = self.leavers(world)
        people = store.load(lease, 0, 100)
        store.record(lease, [waits(each) for each in people], people[-1].source.key, True)
        store.advance()
        keys = [each.source.key for each in people]
        world.decide(keys[0], Staging.APPROVED)
        world.decide(keys[1], Staging.REJECTED)

        world.begin_again()
        store = world.store()
        lease = advance_to(store, Work.OBJECTS)
        (approved,) = store.load(lease, 0, 100)
        store.record(lease, [waits(approved)], keys[0], True)
        removals = advance_to(store, Work.REMOVALS)

        assert [each.source.key for each in store.load(removals, 0, 100)] == [keys[0]]
        assert world.staged() == {keys[0]: Staging.APPROVED, keys[1]: Staging.REJECTED, keys[2]: Staging.HELD}

    def test_an_approval_is_for_the_reason_that_was_approved(self, world: StoreWorld) -> None:
        world.guard(0)
        store, lease = self.leavers(world, people=1)
        (person,) = store.load(lease, 0, 100)
        store.record(lease, [waits(person)], person.source.key, True)
        store.advance()
        world.decide(person.source.key, Staging.APPROVED)
        world.begin_again()
        store = world.store()
        lease = advance_to(store, Work.OBJECTS)

        store.record(lease, [waits(person, code="NotActiveInSource")], person.source.key, True)
        store.advance()

        assert world.staged() == {person.source.key: Staging.HELD}

    def test_a_removal_that_failed_stays_staged_until_the_cycle_ends(self, world: StoreWorld) -> None:
        store, lease = self.leavers(world, people=1)
        (person,) = store.load(lease, 0, 100)
        store.record(lease, [waits(person)], person.source.key, True)
        removals = advance_to(store, Work.REMOVALS)

        store.record(removals, [outcome(person, Action.DISABLE, Status.FAILURE)], person.source.key, True)

        assert world.staged() == {person.source.key: Staging.PASSED}
        assert (store.advance(), world.staged()) == (Progress.ENDED, {})

    def test_a_removal_that_was_staged_anew_while_it_waited_is_not_executed(self, world: StoreWorld) -> None:
        store, lease = self.leavers(world, people=1)
        (person,) = store.load(lease, 0, 100)
        store.record(lease, [waits(person)], person.source.key, True)
        removals = advance_to(store, Work.REMOVALS)
        (again,) = store.load(removals, 0, 100)
        other = replace(waits(again, code="NotActiveInSource"), deferred=True, status=Status.WARNING)
        store.record(removals, [other], again.source.key, True)

        while store.advance() is Progress.OPENED:
            lease = claimed(store)
            assert list(store.load(lease, 0, 100)) == []
            store.record(lease, [], 0, True)

        assert world.status() == CycleStatus.COMPLETED

    def test_removals_that_were_not_decided_are_dropped_when_the_configuration_changes(self, world: StoreWorld) -> None:
        store, lease = self.leavers(world, people=1)
        (person,) = store.load(lease, 0, 100)
        store.record(lease, [waits(person)], person.source.key, True)

        world.reconfigure()

        assert (store.advance(), world.staged()) == (Progress.ENDED, {})

    # --- members

    def members(self, world: StoreWorld, people: int = 3) -> tuple[Store, Lease, int]:
        """A group with so many members, who all have accounts, as it has; its members are in hand."""
        group = world.group(range(1, people + 1))
        world.begin(people)
        store = world.store()
        give_accounts(store)
        give_accounts(store, ObjectType.GROUP)
        return store, advance_to(store, Work.MEMBERS), group

    def test_members_are_given_by_the_chunk_until_all_were_accepted(self, world: StoreWorld) -> None:
        store, lease, group = self.members(world)

        (first,) = store.load_members(lease, 0, 10, 2)
        store.record(lease, [members_done(first)], 0, False)
        (second,) = store.load_members(lease, 0, 10, 2)
        store.record(lease, [members_done(second)], group, False)

        assert [(len(each.add), each.more, each.removals) for each in (first, second)] == [(2, True, 0), (1, False, 0)]
        assert list(store.load_members(lease, 0, 10, 2)) == []
        store.record(lease, [], group, True)
        assert store.advance() is Progress.ENDED

    def test_who_left_the_group_is_counted_first_and_taken_out_after_the_decision(self, world: StoreWorld) -> None:
        store, lease, group = self.members(world, people=1)
        (work,) = store.load_members(lease, 0, 10, 2)
        (member,) = work.add
        store.record(lease, [members_done(work)], group, True)
        store.advance()
        world.leave(group, member.key)

        world.begin_again()
        store = world.store()
        give_accounts(store)
        give_accounts(store, ObjectType.GROUP)
        lease = advance_to(store, Work.MEMBERS)
        (counted,) = store.load_members(lease, 0, 10, 2)

        assert (counted.add, counted.remove, counted.removals) == ((), (), 1)

    def test_members_in_the_hands_of_a_worker_that_died_are_taken_out_when_they_left(self, world: StoreWorld) -> None:
        store, lease, group = self.members(world, people=1)
        (work,) = store.load_members(lease, 0, 10, 2)
        (member,) = work.add
        world.leave(group, member.key)

        world.lapse()
        store = world.store()
        lease = claimed(store)
        (again,) = store.load_members(lease, 0, 10, 2)

        assert (again.add, again.removals) == ((), 1)

    def test_a_lost_lease_gives_no_members(self, world: StoreWorld) -> None:
        slow, lost, _ = self.members(world)
        world.lapse()
        claimed(world.store())

        with pytest.raises(LeaseLost):
            slow.load_members(lost, 0, 10, 2)
