"""What the engine needs from outside. `jobs` gives it with rows, tests in memory; one contract test runs over both."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Protocol, TypeVar

from provisioning.choices import ObjectType, Work
from provisioning.connectors.base import Connector
from provisioning.errors import StopJob
from provisioning.records import Candidate, JobRules, MemberWork, ObjectState, Outcome, TargetObject

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A slice in our hands: its number, our token, the keys still to do: above `low`, up to `high` (None: no end).

    `clean`: the last owner gave it back, so no request of a worker that died can be behind an unlinked object.
    `again`: only objects that wait for another try in this cycle. `careful`: it was claimed again and again and got
    nowhere, so one object at a time; `suspect` is the one that was in hand when the last owner vanished.
    """

    slice_id: int
    token: int
    work: Work
    type: ObjectType
    low: int
    high: int | None
    clean: bool = True
    again: bool = False
    careful: bool = False
    suspect: int | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """An account that was found for an object and is about to be changed: nobody else's from now on."""

    candidate: Candidate
    state: ObjectState


class Signal(Enum):
    """What the database says about going on; asked with every recording and while waiting."""

    GO_ON = auto()
    STOP = auto()  # the job was switched Off, or has to wait: leave at the next object, the cycle stays open
    SUPERSEDED = auto()  # the configuration changed: leave at the next object, the cycle ends


class Progress(Enum):
    """What `advance` found."""

    WORK_OPEN = auto()  # slices of the phase are open, perhaps in other hands
    OPENED = auto()  # a new phase was opened: claim again
    ENDED = auto()  # the cycle is over


class Store(Protocol):
    """One cycle and its rows. Every method is one transaction at most, and holds no HTTP."""

    rules: JobRules
    taken: "Taken"
    unlinked: Mapping[ObjectType, int]
    """How many objects of the cycle had no account when it began: what asking for each of them costs."""
    share: int
    """So many workers had slices of the job in hand when this one last claimed, recorded or asked."""

    def claim(self) -> Lease | None:
        """Take the next open slice of the running phase: token + 1, expiry from the database clock.

        Did its owner vanish, whatever was in hand (noted by `load` and `load_members`) is in doubt from here on.
        """

    def load(self, lease: Lease, after: int, limit: int) -> Sequence[Candidate]:
        """The next candidates with a key above `after`, by key, at most `limit`. Fewer means the slice ends there.

        Objects that on demand has in hand are left out, and marked to be looked at again in this cycle. Who may be
        changed or created (`intents.may_touch`) is noted with the slice. Raises LeaseLost, with nobody to work on.
        """

    def load_members(self, lease: Lease, after: int, limit: int, chunk: int) -> Sequence[MemberWork]:
        """The next groups whose members differ, each with one request's worth of changes.

        These changes are noted with the slice: after a failure, or should the worker vanish, nobody knows whether they
        were done, so such a member is added where wanted, and to be taken out where not. Raises LeaseLost.
        """

    def link(self, lease: Lease, links: Sequence[Link]) -> Mapping[int, str]:
        """Write these links before anything is sent. Gives who was refused: the key, and who has the account.

        Raises LeaseLost, with nothing written.
        """

    def record(self, lease: Lease, outcomes: Sequence[Outcome], low: int, done: bool) -> Signal:
        """Write states, activities and counters, move the lower bound, renew the lease: one transaction.

        It begins with an update that holds only for our token. Raises LeaseLost, with nothing written, when the slice
        is in other hands.
        """

    def record_survey(self, lease: Lease, found: Sequence[TargetObject], last: bool) -> Signal:
        """Keep a page of the target's objects; after the `last` one the survey is believed. Fenced as `record`."""

    def give_up_survey(self, lease: Lease) -> None:
        """Forget what was listed and end the slice: unlinked objects are asked for one by one. Fenced."""

    def signal(self) -> Signal:
        """Whether to go on, and write a beat; asked about once a second while waiting."""

    def release(self, lease: Lease) -> None:
        """Give the slice back at once, so that another worker need not wait for its expiry."""

    def advance(self) -> Progress:
        """Open the next phase when no slice of this one is open; end the cycle after the last. Idempotent."""

    def hold_off(self, seconds: float) -> None:
        """The target asked to wait: nobody works on this job before that."""

    def interrupt(self, error: StopJob) -> None:
        """Stop the job for a reason that is no object's: quarantine, one mail per reason, the cycle stays open."""


class Taken(Protocol):
    """Which values of a target attribute are spoken for before the target shows them. Used by the pool's threads."""

    def reserve(self, type_: ObjectType, attribute: str, value: str, key: int) -> bool:
        """Keep this value for the object with this key. False when another object has it."""


Target = Connector
"""The far side. A connector is the port itself: it knows neither rows nor the queue."""


class Clock(Protocol):
    """Time, so that tests can move it."""

    def now(self) -> datetime: ...
    def monotonic(self) -> float: ...


class Pool(Protocol):
    """Where objects are worked on: threads, or the caller itself in tests."""

    size: int

    def resize(self, size: float) -> None:
        """How many objects may be worked on at once from now on, at most the pool's own size."""

    def submit(self, work: Callable[[], T]) -> "Future[T]": ...
    def wait(self, futures: Sequence["Future[T]"], seconds: float) -> bool:
        """Wait until all are done or the seconds are over; true when all are done."""
