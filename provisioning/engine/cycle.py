"""A worker's share of a cycle: slice after slice, in portions, recorded while the next one is on its way."""

import logging
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial

from provisioning.connectors.base import Connector
from provisioning.engine.pipeline import provision
from provisioning.engine.ports import Clock, Lease, Pool, Progress, Signal, Store
from provisioning.engine.report import Report
from provisioning.errors import (
    InternalError,
    LeaseLost,
    OutOfTime,
    RetryLater,
    SkipObject,
    StopJob,
    TargetUnavailable,
)
from provisioning.records import Candidate, Outcome
from provisioning.texts import gettext_noop, say

log = logging.getLogger(__name__)

LARGEST_PORTION = 100
PORTION_SECONDS = 2.0
POLL_SECONDS = 1.0


def work(store: Store, target: Connector, pool: Pool, clock: Clock, seconds: float) -> None:
    """Work on one cycle until the seconds are over, the cycle ended, or nothing is left to claim.

    A slice that another worker took over meanwhile is left to it. A StopJob error interrupts the whole job.
    """
    until = clock.monotonic() + seconds
    while clock.monotonic() < until:
        lease = store.claim()
        if lease is None:
            if store.advance() is Progress.OPENED:
                continue
            return
        try:
            signal = SliceRun(store, target, pool, clock, lease).run(until)
        except LeaseLost:
            log.warning("Slice %s is in other hands now; left to them.", lease.slice_id)
            continue
        except StopJob as error:
            store.interrupt(error)
            return
        if store.advance() is Progress.ENDED or signal is not Signal.GO_ON:
            return


@dataclass(slots=True)
class Portion:
    """Objects in hand: the candidates in order of their keys, and what each becomes (None: not begun)."""

    candidates: Sequence[Candidate]
    futures: list[Future[Outcome | None]]
    begun: float
    last: bool


class SliceRun:
    """One slice under one lease. The calling thread owns the database; the pool's threads map and send."""

    def __init__(self, store: Store, target: Connector, pool: Pool, clock: Clock, lease: Lease) -> None:
        self.store, self.target, self.pool, self.clock, self.lease = store, target, pool, clock, lease
        self.size = min(pool.size, LARGEST_PORTION)
        self.low = lease.low
        self.leaving = threading.Event()
        self.signal = Signal.GO_ON
        self.stopped_by: StopJob | None = None
        self.done = False
        self.gap = False  # an object was left out: the lower bound must not pass it

    def run(self, until: float) -> Signal:
        """Do the slice, or as much as time and the job allow; then the lease is given back.

        Raises LeaseLost, and StopJob once everything that was sent has been recorded.
        """
        ahead: Portion | None = self._start(self.low)
        while portion := ahead:
            ahead = None
            if not (portion.last or self.leaving.is_set() or self.clock.monotonic() >= until):
                ahead = self._start(portion.candidates[-1].source.key)
            try:
                self._wait(portion)
                self._record(portion)
            except BaseException:  # whatever it is, what was begun must end before anybody else takes the slice
                self._drop(ahead)
                raise
        if not self.done:
            self.store.release(self.lease)
        if self.stopped_by:
            raise self.stopped_by
        return self.signal

    def _start(self, after: int) -> Portion:
        candidates = self.store.load(self.lease, after, self.size)
        futures = [self.pool.submit(partial(self._walk, each)) for each in candidates]
        return Portion(candidates, futures, self.clock.monotonic(), last=len(candidates) < self.size)

    def _walk(self, candidate: Candidate) -> Outcome | None:
        """One object in one of the pool's threads. None when it was not begun or not ended: it is done again."""
        if self.leaving.is_set():
            return None
        try:
            return provision(candidate, self.store.rules, self.target, self.clock.now())
        except OutOfTime:
            self.leaving.set()
        except StopJob as error:
            self.stopped_by = self.stopped_by or error
            self.leaving.set()
        except Exception:
            log.exception("A fault of our own at %s %s", candidate.source.type, candidate.source.id)
            return self._fault(candidate)
        return None

    def _fault(self, candidate: Candidate) -> Outcome:
        report = Report(candidate, self.store.rules, self.clock.now())
        text = gettext_noop("The portal failed at this object. The portal's log tells more.")
        return report.failed(InternalError(say(text)), self.target.exchanges())

    def _wait(self, portion: Portion) -> None:
        while not self.pool.wait(portion.futures, POLL_SECONDS):
            self._heed(self.store.signal())
        elapsed = max(self.clock.monotonic() - portion.begun, 0.001)
        self.size = max(1, min(LARGEST_PORTION, round(len(portion.futures) * PORTION_SECONDS / elapsed)))

    def _record(self, portion: Portion) -> None:
        results = [future.result() for future in portion.futures]
        if self._target_is_gone(results):
            results = [None if each is None or each.transient else each for each in results]
        outcomes = []
        for candidate, outcome in zip(portion.candidates, results, strict=True):
            if outcome is None:
                self.gap = True
                continue
            outcomes.append(outcome)
            if not self.gap:
                self.low = candidate.source.key
        self.done = portion.last and not self.gap
        self._heed(self.store.record(self.lease, outcomes, self.low, self.done))

    def _target_is_gone(self, results: Sequence[Outcome | None]) -> bool:
        """Failures of objects, or of the whole job? A portion in which every request failed asks the target itself.

        Does the connection test fail too, the job stops, and the objects in hand are not blamed for it. Who was looked
        at and left as they were tells nothing of the target.
        """
        begun = [each for each in results if each is not None and each.logged]
        if not begun or not all(each.transient for each in begun):
            return False
        try:
            self.target.test_connection()
        except StopJob as error:
            self.stopped_by = self.stopped_by or error
        except (RetryLater, SkipObject) as error:
            self.stopped_by = self.stopped_by or TargetUnavailable(error.message, error.exchanges)
        except OutOfTime:
            self.leaving.set()
            return True
        else:
            return False
        self.leaving.set()
        return True

    def _drop(self, portion: Portion | None) -> None:
        """The slice is not ours any more: nothing of this portion may be begun, and what was begun must end first."""
        self.leaving.set()
        while portion and not self.pool.wait(portion.futures, POLL_SECONDS):
            pass

    def _heed(self, signal: Signal) -> None:
        if signal is not Signal.GO_ON:
            self.signal = signal
            self.leaving.set()
