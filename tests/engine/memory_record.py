"""Outcomes to what is remembered, in memory."""

from collections.abc import Sequence
from datetime import datetime

from provisioning.choices import Kind, ObjectType, Staging, Status, Work
from provisioning.engine.holders import refused, second_holders
from provisioning.engine.phases import MEMBER_WORK, counter_of, keeps_staged, restaged, settles_references
from provisioning.errors import LicenseLimitExceeded, TooManyRequests
from provisioning.records import MemberWork, Outcome
from tests.engine.memory_directory import ObjectKey
from tests.engine.memory_job import Deferral, MemoryCycle, MemoryJob, MemorySlice, member_changes


class Recording:
    """What one transaction writes; the caller holds the fence."""

    def __init__(self, job: MemoryJob, cycle: MemoryCycle, slice_: MemorySlice, now: datetime) -> None:
        self.job, self.cycle, self.slice, self.now = job, cycle, slice_, now

    def write(self, outcomes: Sequence[Outcome]) -> None:
        is_preview = self.cycle.rules.preview
        outcomes = outcomes if is_preview else self._one_holder_each(outcomes)
        for each in outcomes:
            self._count(each, "failed" if is_preview and each.deferred else counter_of(each))
            if not is_preview:
                self._remember(each)

    def _count(self, outcome: Outcome, counter: str) -> None:
        if outcome.logged:
            self.cycle.activities.append(outcome)
        if counter:
            self.cycle.counters.update(("looked_at", counter))

    def _one_holder_each(self, outcomes: Sequence[Outcome]) -> list[Outcome]:
        ids = {each.state.target_id for each in outcomes if each.state and each.state.target_id}
        holders = {id_: holder[1] for id_ in ids if (holder := self.job.holder(self.slice.type, id_))}
        second = second_holders(outcomes, holders)
        states, type_ = self.job.states, self.slice.type
        return [
            refused(each, states.get((type_, each.source.key)), self.now) if each.source.key in second else each
            for each in outcomes
        ]

    def _remember(self, outcome: Outcome) -> None:
        object_ = (self.slice.type, outcome.source.key)
        before = self.job.target_id(object_)
        if outcome.state is not None:
            keep_state(self.job, object_, outcome)
        self.cycle.seen.add(object_)
        self._defer(object_, outcome)
        self._stage(object_, outcome)
        if before and before != self.job.target_id(object_):
            self._account_is_gone(object_, before)
        in_hand = self.slice.members.pop(object_[1], {})
        if outcome.members is not None:
            self._accept(object_[1], outcome)
        elif in_hand and outcome.code != TooManyRequests.code:
            self.job.doubt_members(object_[1], in_hand)
        if settles_references(outcome) and outcome.state is not None and self.slice.work not in MEMBER_WORK:
            noted = {name: ((each.type, each.key), each.target_id) for name, each in outcome.references.items()}
            self.job.references[object_] = noted
        is_missed = outcome.status is Status.FAILURE and outcome.code == LicenseLimitExceeded.code
        (self.cycle.missed.add if is_missed else self.cycle.missed.discard)(object_)

    def _defer(self, object_: ObjectKey, outcome: Outcome) -> None:
        """A group that comes again, for its next members, waits until all are through."""
        if self.slice.round and outcome.members and outcome.members.more:
            return
        key = (object_, self.slice.work)
        self.cycle.deferrals.pop(key, None)
        if outcome.deferred:
            at = outcome.state.deferred_until if outcome.state else None
            self.cycle.deferrals[key] = Deferral(at or self.now, self.cycle.round)

    def _stage(self, object_: ObjectKey, outcome: Outcome) -> None:
        kind = Kind.MEMBERS if self.slice.work in MEMBER_WORK else Kind.ACCOUNT
        key = (object_, kind)
        if outcome.staged:
            self.job.staged[key] = restaged(self.job.staged.get(key), outcome.staged)
            self.cycle.restaged.add(key)
        elif kind is Kind.ACCOUNT:
            if not keeps_staged(outcome):
                self.job.staged.pop(key, None)
        elif outcome.members is not None and not self._left(outcome):
            self.job.staged.pop(key, None)

    def _left(self, outcome: Outcome) -> bool:
        """Whether members are to be taken out still, of a group that is not through or was left alone."""
        row = self.job.staged.get(((ObjectType.GROUP, outcome.source.key), Kind.MEMBERS))
        is_rejected = row is not None and row.status is Staging.REJECTED
        _, gone = member_changes(self.job, outcome.source.key)
        is_through = self.slice.work is Work.MEMBER_REMOVALS
        return bool(gone) and (is_rejected or not is_through)

    def _account_is_gone(self, object_: ObjectKey, before: str) -> None:
        """The target took it out of every group; what waited for it is not true any more."""
        for accepted in self.job.members.values():
            for members in (accepted.members, accepted.doubtful):
                if members.get(before, ("", 0))[0] is object_[0]:
                    del members[before]
        if object_[0] is ObjectType.GROUP:
            self.job.members.pop(object_[1], None)
            self.job.staged.pop((object_, Kind.MEMBERS), None)

    def _accept(self, group: int, outcome: Outcome) -> None:
        work, accepted = outcome.members, self.job.accepted(group)
        assert work is not None
        for id_ in members_of(work):
            accepted.doubtful.pop(id_, None)
        accepted.members |= {each.target_id: (each.type, each.key) for each in work.add}
        for each in work.remove:
            accepted.members.pop(each.target_id, None)


def keep_state(job: MemoryJob, object_: ObjectKey, outcome: Outcome) -> None:
    assert outcome.state is not None
    job.states[object_] = outcome.state
    job.detached.discard(object_)
    for other in [key for key in job.detached if key[0] is object_[0]]:
        if outcome.state.target_id and job.states[other].target_id == outcome.state.target_id:
            del job.states[other]
            job.detached.discard(other)


def members_of(work: MemberWork) -> dict[str, ObjectKey]:
    """By their target ids, as one request speaks of them."""
    return {each.target_id: (each.type, each.key) for each in (*work.add, *work.remove)}
