"""What a worker has in hand under one lease: objects on the pool's threads, and the signs that it has to leave."""

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from provisioning.choices import Status
from provisioning.connectors.base import Connector
from provisioning.engine.intents import in_doubt
from provisioning.engine.pace import Pace
from provisioning.engine.ports import Clock, Lease, Pool, Signal, Store
from provisioning.engine.report import Report
from provisioning.engine.walk import Found, Walk
from provisioning.engine.writes import Paused
from provisioning.errors import (
    CredentialsRejected,
    InternalError,
    OutOfTime,
    RefusedOnce,
    RetryLater,
    SkipObject,
    StopJob,
    TargetUnavailable,
)
from provisioning.records import Candidate, MemberWork, ObjectState, Outcome
from provisioning.texts import gettext_noop, say

log = logging.getLogger(__name__)

POLL_SECONDS = 1.0
IN_A_ROW = 20
"""After so many failures in a row that say nothing of their objects, the target itself is asked."""

Item = Candidate | MemberWork
Result = Outcome | Found | Paused | None
T = TypeVar("T", bound=Item)
R = TypeVar("R")
S = TypeVar("S")


class Hands:
    """The calling thread owns the database; the pool's threads map and send.

    `leaving`: nothing more is begun. `doubt`: nor is it until the target itself was asked.
    """

    def __init__(self, store: Store, target: Connector, pool: Pool, clock: Clock, lease: Lease) -> None:
        self.store, self.target, self.pool, self.clock, self.lease = store, target, pool, clock, lease
        self.pace = Pace(pool.size, store.share)
        self.leaving, self.doubt = threading.Event(), threading.Event()
        self.signal = Signal.GO_ON
        self.stopped_by: StopJob | None = None
        self._in_a_row = 0
        self._begun: list[Future[Any]] = []
        pool.resize(self.pace.size)

    def walk(self, *, stage: bool) -> Walk:
        rules, taken = self.store.rules, self.store.taken
        return Walk(rules=rules, target=self.target, now=self.clock.now(), taken=taken, stage=stage, defer=True)

    def start(self, items: Sequence[T], do: Callable[[T], Result]) -> "list[Future[list[Result]]]":
        """Begin with these, as long as anything may be begun."""
        return self.spread(items, partial(self._one, do=do))

    def spread(self, items: Sequence[S], do: Callable[[S], R]) -> "list[Future[list[R]]]":
        """A task each; where writes go together a few tasks of several, since most walks then wait for nobody."""
        size = -(-len(items) // self.pool.size) if items and self.target.bulk_size > 1 else 1
        parts = [items[start : start + size] for start in range(0, len(items), size)]
        return [self.submit(partial(_each, do, part)) for part in parts]

    def ended(self, futures: "Sequence[Future[list[R]]]") -> list[R]:
        """The results of what was spread, in the order of the items."""
        return [result for results in self.results(futures) for result in results]

    def submit(self, work: Callable[[], R]) -> "Future[R]":
        future = self.pool.submit(work)
        self._begun.append(future)
        return future

    def results(self, futures: "Sequence[Future[R]]") -> list[R]:
        """Wait for all of them; meanwhile heed what the database says."""
        while not self.pool.wait(futures, POLL_SECONDS):
            self.heed(self.store.signal())
        ended = set(futures)
        self._begun = [each for each in self._begun if each not in ended]
        return [future.result() for future in futures]

    def judged(self, items: Sequence[Item], results: Sequence[Result]) -> list[Outcome | None]:
        """Failures of objects, or of the whole job? In doubt the target itself is asked.

        Does it fail too, the job stops, and the objects in hand are not blamed: they wait, with no try counted.
        """
        outcomes = [each for each in results if each is None or isinstance(each, Outcome)]
        if (self.doubt.is_set() or _all_failed(outcomes)) and self._target_is_gone():
            return [self._unblamed(item, each) for item, each in zip(items, outcomes, strict=True)]
        self.doubt.clear()
        self._in_a_row = 0
        return outcomes

    def recorded(self, outcomes: Sequence[Outcome], signal: Signal) -> None:
        """After a recording: keep pace with the target, and leave when it asked to wait or the database says so."""
        waits = [each.retry_after for each in outcomes if each.retry_after is not None]
        self.pace.heed(outcomes)
        self.pace.share = self.store.share
        self.pool.resize(self.pace.size)
        self.heed(signal)
        if waits:
            self.store.hold_off(max(waits))
            self.heed(Signal.STOP)

    def heed(self, signal: Signal) -> None:
        if signal is not Signal.GO_ON:
            self.signal = signal
            self.leaving.set()

    def drop(self) -> None:
        """The slice is not ours any more: nothing more may be begun, and what was begun must end first."""
        self.leaving.set()
        while not self.pool.wait(self._begun, POLL_SECONDS):
            pass

    def fault(self, item: Item, text: str) -> Outcome:
        report = Report(candidate_of(item), self.store.rules, self.clock.now())
        return report.failed(InternalError(say(text)), ())

    # --- in the pool's threads

    def _one(self, item: T, do: Callable[[T], Result]) -> Result:
        """None when it was not begun or not ended: it is done again."""
        return None if self.is_over else self.one(item, do)

    @property
    def is_over(self) -> bool:
        """Whether nothing more may be begun."""
        return self.leaving.is_set() or self.doubt.is_set()

    def one(self, item: T, do: Callable[[T], Result], *, counts: bool = True) -> Result:
        """What becomes of it, begun or gone on with. Not `counts`: its failure is one that was counted already."""
        try:
            result = do(item)
        except OutOfTime:
            self.leaving.set()
            return None
        except CredentialsRejected as error:
            self.doubt.set()
            report = Report(candidate_of(item), self.store.rules, self.clock.now(), defers=True)
            return report.failed(RefusedOnce(error.message, error.exchanges), self.target.exchanges())
        except StopJob as error:
            self.stopped_by = self.stopped_by or error
            self.leaving.set()
            return None
        except Exception:  # one object never ends a job: it is told as its failure, the log has the rest
            candidate = candidate_of(item)
            log.exception("A fault of our own at %s %s", candidate.source.type, candidate.source.id)
            return self.fault(item, gettext_noop("The portal failed at this object. The portal's log tells more."))
        self._look_at(result, counts)
        return result

    def _look_at(self, result: Result, counts: bool) -> None:
        if not isinstance(result, Outcome):
            return
        if result.retry_after is not None:
            self.leaving.set()
        if result.transient:
            self._in_a_row += counts
            if self._in_a_row >= IN_A_ROW:
                self.doubt.set()
        elif result.exchanges:
            self._in_a_row = 0

    # --- in doubt

    def _target_is_gone(self) -> bool:
        try:
            self.target.test_connection()
        except StopJob as error:
            self.stopped_by = self.stopped_by or error
        except (RetryLater, SkipObject) as error:
            self.stopped_by = self.stopped_by or TargetUnavailable(error.message, error.exchanges)
        except OutOfTime:
            pass  # not known: whoever comes next finds out
        else:
            return False
        self.leaving.set()
        return True

    def _unblamed(self, item: Item, outcome: Outcome | None) -> Outcome | None:
        if outcome is None or not outcome.transient:
            return outcome
        before = candidate_of(item).state or ObjectState()
        if outcome.state is not None and outcome.state.uncertain:
            before = in_doubt(before)
        state = replace(before, status=Status.WARNING, code=outcome.code, deferred_until=self.clock.now())
        return replace(outcome, status=Status.WARNING, deferred=True, retry_after=None, state=state)


def _each(do: Callable[[S], R], items: Sequence[S]) -> list[R]:
    return [do(each) for each in items]


def candidate_of(item: Item) -> Candidate:
    return item.candidate if isinstance(item, MemberWork) else item


def key_of(item: Item) -> int:
    return candidate_of(item).source.key


def _all_failed(outcomes: Sequence[Outcome | None]) -> bool:
    """Not one success among those for which something was sent; who was left as he was tells nothing."""
    begun = [each for each in outcomes if each is not None and each.logged]
    return bool(begun) and all(each.transient for each in begun)
