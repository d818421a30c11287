"""One slice of objects under one lease: in portions, recorded while the next one is on its way."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial

from provisioning.choices import Work
from provisioning.engine.hands import Hands, Result
from provisioning.engine.pipeline import adopting, provisioning, refuse
from provisioning.engine.ports import Signal
from provisioning.engine.together import Together
from provisioning.engine.walk import Found, Walk
from provisioning.engine.writes import Writing, at_once, up_to_a_write
from provisioning.records import Candidate, Outcome
from provisioning.texts import gettext_noop

LARGEST_PORTION = 100
FIRST_ROUNDS = 3
"""With fewer objects to a connection the first portion ends before the third is read, and nothing is on its way."""
PORTION_SECONDS = 2.0

DIED_HERE = gettext_noop("The portal broke down at this object again and again. It is passed over.")


@dataclass(slots=True)
class Portion:
    """Objects in hand: the candidates in order of their keys, and what each becomes (None: not begun).

    `together`: their writes that go together, once every walk has come as far as that.
    """

    candidates: Sequence[Candidate]
    futures: "list[Future[list[Result]]]"
    begun: float
    last: bool
    together: Together | None = None


class ObjectSlice:
    """Walks the objects of a slice. Removals wait for the guard, but those that passed it are done."""

    def __init__(self, hands: Hands) -> None:
        self.hands, self.store, self.lease = hands, hands.store, hands.lease
        self.size = 1 if self.lease.careful else min(FIRST_ROUNDS * hands.pool.size, LARGEST_PORTION)
        self.low = self.lease.low
        self.done = False
        self.gap = False  # an object was left out: the lower bound must not pass it

    def run(self, until: float) -> Signal:
        """Do the slice, or as much as time and the job allow; then the lease is given back.

        Raises LeaseLost, and StopJob once everything that was sent has been recorded.
        """
        hands, ahead = self.hands, self._first()
        while portion := ahead:
            ahead = None
            try:
                self._send_early(portion)
                if self._may_read_ahead(portion, until):
                    ahead = self._start(portion.candidates[-1].source.key)
                self._finish(portion, ahead)
            except BaseException:  # whatever it is, what was begun must end before anybody else takes the slice
                hands.drop()
                raise
            if ahead is None and self._goes_on(portion, until):
                ahead = self._start(self.low)
        if not self.done:
            self.store.release(self.lease)
        if hands.stopped_by:
            raise hands.stopped_by
        return hands.signal

    def _first(self) -> Portion | None:
        return self._start(self.low)

    def _may_read_ahead(self, portion: Portion, until: float) -> bool:
        return not (portion.last or self.lease.careful) and self._has_time(until)

    def _goes_on(self, portion: Portion, until: float) -> bool:
        """One object at a time: the next one only when this one is recorded."""
        return self.lease.careful and not (portion.last or self.gap) and self._has_time(until)

    def _has_time(self, until: float) -> bool:
        return not self.hands.leaving.is_set() and self.hands.clock.monotonic() < until

    def _start(self, after: int) -> Portion:
        candidates = self.store.load(self.lease, after, self.size)
        is_staging = self.lease.work is not Work.REMOVALS and not self.store.rules.preview
        walk = self.hands.walk(stage=is_staging)
        futures = self.hands.start(candidates, partial(self._one, walk=walk))
        return Portion(candidates, futures, self.hands.clock.monotonic(), last=len(candidates) < self.size)

    def _one(self, candidate: Candidate, walk: Walk) -> Result:
        if candidate.source.key == self.lease.suspect:
            return self.hands.fault(candidate, DIED_HERE)
        return self._walked(candidate, provisioning(candidate, walk))

    def _walked(self, candidate: Candidate, writing: Writing[Outcome | Found]) -> Result:
        """Who failed before goes alone: a request that fails for all of them must not fail anybody twice."""
        state, target = candidate.state, self.hands.target
        if state and (state.uncertain or state.tries or state.failures):
            return at_once(writing, target)
        return up_to_a_write(writing, target)

    def _finish(self, portion: Portion, ahead: Portion | None) -> None:
        results = self._written(portion).ended()
        if any(isinstance(each, Found) for each in results):
            results = self._adopted(results)
        elapsed = max(self.hands.clock.monotonic() - portion.begun, 0.001)
        if not self.lease.careful:
            fits = round(len(portion.candidates) * PORTION_SECONDS / elapsed)
            self.size = max(1, min(LARGEST_PORTION, fits))
        outcomes = self.hands.judged(portion.candidates, results)
        if ahead:
            self._send_early(ahead)
        self._record(portion, outcomes)

    def _send_early(self, portion: Portion) -> None:
        """Its writes are on their way while the portion before is recorded, or the next one loaded and mapped."""
        if self.hands.target.bulk_size > 1 and self.hands.pool.wait(portion.futures, 0):
            self._written(portion)

    def _written(self, portion: Portion) -> Together:
        """Its writes, sent at the latest now."""
        if portion.together is None:
            portion.together = Together(self.hands, portion.candidates, self.hands.ended(portion.futures))
        return portion.together

    def _adopted(self, results: list[Result]) -> list[Result]:
        """Accounts that were found are linked first, each to one object; then they are sent what they need."""
        found = {each.link.candidate.source.key: each for each in results if isinstance(each, Found)}
        refused = self.store.link(self.lease, [each.link for each in found.values()])
        walk = self.hands.walk(stage=True)
        accepted = [each.link.candidate for key, each in found.items() if key not in refused]
        futures = self.hands.start(accepted, lambda each: self._walked(each, adopting(found[each.source.key], walk)))
        results_of = Together(self.hands, accepted, self.hands.ended(futures)).ended()
        adopted = dict(zip((each.source.key for each in accepted), results_of, strict=True))
        return [self._ended(each, refused, adopted) if isinstance(each, Found) else each for each in results]

    def _ended(self, found: Found, refused: Mapping[int, str], adopted: Mapping[int, Result]) -> Result:
        key = found.link.candidate.source.key
        return refuse(found, refused[key]) if key in refused else adopted[key]

    def _record(self, portion: Portion, results: Sequence[Outcome | None]) -> None:
        outcomes = []
        for candidate, outcome in zip(portion.candidates, results, strict=True):
            if outcome is None:
                self.gap = True
                continue
            outcomes.append(outcome)
            if not self.gap:
                self.low = candidate.source.key
        self.done = portion.last and not self.gap
        self.hands.recorded(outcomes, self.store.record(self.lease, outcomes, self.low, self.done))
