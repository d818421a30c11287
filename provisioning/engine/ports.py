"""What the engine needs from outside. `jobs` gives it with rows, tests in memory; one contract test runs over both."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Protocol, TypeVar

from provisioning.choices import ObjectType
from provisioning.connectors.base import Connector
from provisioning.errors import StopJob
from provisioning.records import Candidate, JobRules, Outcome

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A slice in our hands: its number, our token, the keys still to do: above `low`, up to `high` (None: no end)."""

    slice_id: int
    token: int
    type: ObjectType
    low: int
    high: int | None


class Signal(Enum):
    """What the database says about going on; asked with every recording and while waiting."""

    GO_ON = auto()
    STOP = auto()  # the job was switched Off: leave at the next object, the cycle stays open
    SUPERSEDED = auto()  # the configuration changed: leave at the next object, the cycle ends


class Progress(Enum):
    """What `advance` found."""

    WORK_OPEN = auto()  # slices of the phase are open, perhaps in other hands
    OPENED = auto()  # a new phase was opened: claim again
    ENDED = auto()  # the cycle is over


class Store(Protocol):
    """One cycle and its rows. Every method is one transaction at most, and holds no HTTP."""

    rules: JobRules

    def claim(self) -> Lease | None:
        """Take the next open slice of the running phase: token + 1, expiry from the database clock."""

    def load(self, lease: Lease, after: int, limit: int) -> Sequence[Candidate]:
        """The next candidates with a key above `after`, by key, at most `limit`. Fewer means the slice ends there."""

    def record(self, lease: Lease, outcomes: Sequence[Outcome], low: int, done: bool) -> Signal:
        """Write states, activities and counters, move the lower bound, renew the lease: one transaction.

        It begins with an update that holds only for our token. Raises LeaseLost, with nothing written, when the slice
        is in other hands.
        """

    def signal(self) -> Signal:
        """Whether to go on, and write a beat; asked about once a second while waiting."""

    def release(self, lease: Lease) -> None:
        """Give the slice back at once, so that another worker need not wait for its expiry."""

    def advance(self) -> Progress:
        """Open the next phase when no slice of this one is open; end the cycle after the last. Idempotent."""

    def interrupt(self, error: StopJob) -> None:
        """Stop the job for a reason that is no object's: quarantine, one mail per reason, the cycle stays open."""


Target = Connector
"""The far side. A connector is the port itself: it knows neither rows nor the queue."""


class Clock(Protocol):
    """Time, so that tests can move it."""

    def now(self) -> datetime: ...
    def monotonic(self) -> float: ...


class Pool(Protocol):
    """Where objects are worked on: threads, or the caller itself in tests."""

    size: int

    def submit(self, work: Callable[[], T]) -> "Future[T]": ...
    def wait(self, futures: Sequence["Future[T]"], seconds: float) -> bool:
        """Wait until all are done or the seconds are over; true when all are done."""
