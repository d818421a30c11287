"""One slice of groups under one lease: their members, chunk by chunk, each recorded once the target accepted it."""

from functools import partial

from provisioning.choices import Work
from provisioning.engine.hands import Hands, key_of
from provisioning.engine.members import add_members, remove_members
from provisioning.engine.ports import Signal
from provisioning.records import MemberWork, Outcome


class MemberSlice:
    """A group comes again until nothing differs; one that failed or waits is passed over in this run."""

    def __init__(self, hands: Hands) -> None:
        self.hands, self.store, self.lease = hands, hands.store, hands.lease
        self.low = self.lease.low
        self.passed: set[int] = set()
        self.do = remove_members if self.lease.work is Work.MEMBER_REMOVALS else add_members

    def run(self, until: float) -> Signal:
        """As `ObjectSlice.run`."""
        hands, is_over = self.hands, False
        while not is_over and not hands.leaving.is_set() and hands.clock.monotonic() < until:
            works = self._load()
            is_over = not works
            if is_over:
                hands.recorded([], self.store.record(self.lease, [], self.low, True))
            else:
                self._do(works)
        if not is_over:
            self.store.release(self.lease)
        if hands.stopped_by:
            raise hands.stopped_by
        return hands.signal

    def _load(self) -> list[MemberWork]:
        limit = self.hands.pool.size + len(self.passed)
        works = self.store.load_members(self.lease, self.low, limit, self.hands.target.members_per_request)
        return [each for each in works if key_of(each) not in self.passed]

    def _do(self, works: list[MemberWork]) -> None:
        hands, walk = self.hands, self.hands.walk(stage=True)
        futures = hands.start(works, partial(self.do, walk=walk))
        try:
            results = hands.judged(works, hands.ended(futures))
        except BaseException:  # whatever it is, what was begun must end before anybody else takes the slice
            hands.drop()
            raise
        outcomes: list[Outcome] = []
        for work, outcome in zip(works, results, strict=True):
            if outcome is not None:
                outcomes.append(outcome)
                if outcome.members is None or not work.more:
                    self.passed.add(key_of(work))
        self._move(works)
        hands.recorded(outcomes, self.store.record(self.lease, outcomes, self.low, False))

    def _move(self, works: list[MemberWork]) -> None:
        """The lower bound passes the groups that are over, up to the first that is not."""
        for key in sorted({*self.passed, *map(key_of, works)}):
            if key not in self.passed:
                return
            self.low = max(self.low, key)
