"""What the contract of stores sees and does from outside, and shorthands for a worker's moves."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from provisioning.choices import Action, CycleStatus, Kind, ObjectType, Origin, Staging, Status, Work
from provisioning.engine.ports import Lease, Progress, Store
from provisioning.records import Candidate, MemberWork, ObjectState, Outcome, Staged
from provisioning.texts import say


class StoreWorld(Protocol):
    """One job over assigned people, and its cycle, seen from outside the store."""

    def begin(self, people: int, slice_size: int = 500) -> Sequence[int]:
        """Add so many people and begin a cycle over them; gives their keys in order. Ten or more: with a survey."""

    def begin_again(self) -> None:
        """Begin the next cycle over what is there."""

    def name(self, number: int) -> str:
        """The user name by which the so-manieth person is matched, counted from 1."""

    def guard(self, number: int) -> None:
        """More removals than this are held; without it all pass. Before a cycle begins."""

    def group(self, members: Sequence[int]) -> int:
        """Add a group with these people in it, which is assigned; gives its key. Groups flow from then on."""

    def leave(self, group: int, member: int) -> None:
        """This person is no longer in the group."""

    def wait(self, seconds: float) -> None:
        """So much time passes, by the clock of the worker; leases last longer than this."""

    def store(self) -> Store:
        """What one more worker would use for the cycle."""

    def lapse(self) -> None:
        """So much time passes that every lease has expired."""

    def low(self, slice_id: int) -> int: ...
    def is_done(self, slice_id: int) -> bool: ...
    def states(self) -> dict[int, ObjectState]: ...
    def counters(self) -> dict[str, int]:
        """Those that are not zero."""

    def logged(self) -> int:
        """How many activities there are."""

    def status(self) -> CycleStatus: ...
    def head(self) -> int: ...
    def watermark(self) -> int | None: ...
    def reason(self) -> str:
        """Why the job is in quarantine; empty when it is not."""

    def staged(self) -> dict[int, Staging]:
        """How far the removals of people's accounts are, by key."""

    def decide(self, key: int, status: Staging) -> None:
        """A person approves or rejects the removal of somebody's account."""

    def on_demand(self, key: int, *, in_hand: bool) -> None:
        """Provision on demand takes this person in hand, or is through."""

    def switch_off(self) -> None: ...
    def reconfigure(self) -> None: ...
    def resume(self) -> None:
        """Switched on again, or the target can be used again: the cycle goes on."""


def outcome(
    candidate: Candidate, action: Action = Action.CREATE, status: Status = Status.SUCCESS, *, logged: bool = True
) -> Outcome:
    """This person was worked on, and has an account now unless it failed."""
    id_ = "" if status is Status.FAILURE else f"account-{candidate.source.key}"
    state = ObjectState(
        target_id=id_, origin=Origin.CREATED, was_in_scope=True, managed=True, sent={"keys": ("a", "b")}, status=status
    )
    return Outcome(
        source=candidate.source, action=action, status=status, reason=say("Because."), state=state, logged=logged
    )


def claimed(store: Store) -> Lease:
    lease = store.claim()
    assert lease is not None
    return lease


def outcomes(store: Store, lease: Lease) -> list[Outcome]:
    """Everybody of the slice gets an account."""
    return [outcome(each) for each in store.load(lease, lease.low, 500)]


def finish_slice(store: Store) -> None:
    lease = claimed(store)
    done = outcomes(store, lease)
    store.record(lease, done, done[-1].source.key, True)


def waits(candidate: Candidate, code: str = "NotEffectivelyEntitled") -> Outcome:
    """This person's account is to be disabled, and that waits for the guard."""
    staged = Staged(kind=Kind.ACCOUNT, action=Action.DISABLE, code=code, reason=say("Left."))
    told = outcome(candidate, Action.STAGED_DELETE, Status.SKIPPED)
    return replace(told, state=candidate.state, staged=staged)


def deferred(candidate: Candidate, until: datetime, tries: int = 1) -> Outcome:
    """This person is tried again in this cycle."""
    state = ObjectState(status=Status.WARNING, code="Timeout", tries=tries, deferred_until=until)
    return replace(outcome(candidate, status=Status.WARNING), state=state, deferred=True)


def members_done(work: MemberWork) -> Outcome:
    """The target accepted these changes of a group's members."""
    told = outcome(work.candidate, Action.UPDATE)
    return replace(told, state=work.candidate.state, members=work)


def advance_to(store: Store, work: Work) -> Lease:
    """Nothing else is open until this work is."""
    lease = store.claim()
    while lease is None:
        assert store.advance() is Progress.OPENED
        lease = store.claim()
    assert lease.work is work
    return lease


def give_accounts(store: Store, type_: ObjectType = ObjectType.USER) -> None:
    """Everybody of this type gets an account."""
    lease = advance_to(store, Work.OBJECTS)
    assert lease.type is type_
    done = outcomes(store, lease)
    store.record(lease, done, done[-1].source.key, True)
