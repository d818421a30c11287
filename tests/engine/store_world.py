"""What the contract of stores sees and does from outside, and shorthands for a worker's moves."""

from collections.abc import Sequence
from typing import Protocol

from provisioning.choices import Action, CycleStatus, Origin, Status
from provisioning.engine.ports import Lease, Store
from provisioning.records import Candidate, ObjectState, Outcome
from provisioning.texts import say


class StoreWorld(Protocol):
    """One job over assigned people, and its cycle, seen from outside the store."""

    def begin(self, people: int, slice_size: int = 500) -> Sequence[int]:
        """Add so many people and begin a cycle over them; gives their keys in order."""

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
