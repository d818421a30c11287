"""The engine's port `Store` in memory: one job, its cycle, slices with leases and fencing, by a clock of the test's."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from provisioning.choices import CycleStatus, ObjectType, Status
from provisioning.engine.export import LINKED
from provisioning.engine.ports import Clock, Lease, Progress, Signal
from provisioning.errors import LeaseLost, StopJob
from provisioning.records import Candidate, JobRules, ObjectState, Outcome, SourceObject
from tests.engine.values import make_rules

LEASE_SECONDS = 90.0


@dataclass(slots=True)
class MemorySlice:
    """Keys above `low`, up to `high` (None: no end)."""

    low: int
    high: int | None
    token: int = 0
    expires: float | None = None
    done: bool = False


@dataclass(slots=True)
class MemoryCycle:
    """`later` holds the slices of the phases that are still to come."""

    version: int
    slices: list[MemorySlice]
    later: list[list[MemorySlice]] = field(default_factory=list)
    status: CycleStatus = CycleStatus.RUNNING
    counters: Counter[str] = field(default_factory=Counter)
    activities: list[Outcome] = field(default_factory=list)


@dataclass(slots=True)
class MemoryJob:
    """What the database would hold of one job and its directory. Full cycles only: everybody is looked at."""

    people: dict[int, SourceObject] = field(default_factory=dict)
    states: dict[int, ObjectState] = field(default_factory=dict)
    is_on: bool = True
    version: int = 1
    head: int = 1
    watermark: int | None = None
    quarantine: StopJob | None = None
    cycle: MemoryCycle | None = None

    def add(self, *people: SourceObject) -> None:
        self.people |= {each.key: each for each in people}

    def begin(self, slice_size: int = 500) -> MemoryCycle:
        """Cut everybody into slices; the first is open below, the last above."""
        keys = sorted(self.people)
        bounds = [0, *keys[slice_size - 1 : -1 : slice_size], None]
        slices = [MemorySlice(low or 0, high) for low, high in pairwise(bounds)] if keys else []
        self.cycle = MemoryCycle(self.version, slices)
        return self.cycle

    def switch_off(self) -> None:
        self.is_on = False
        if self.cycle and self.cycle.status is CycleStatus.RUNNING:
            self.cycle.status = CycleStatus.STOPPED

    def resume(self) -> None:
        assert self.cycle is not None
        self.is_on, self.quarantine, self.cycle.status = True, None, CycleStatus.RUNNING


class MemoryStore:
    """One worker's way to the job. `loads` remembers how many were asked for each time."""

    def __init__(self, job: MemoryJob, clock: Clock, rules: JobRules | None = None) -> None:
        assert job.cycle is not None
        self.job, self.cycle, self.clock = job, job.cycle, clock
        self.rules = rules or make_rules()
        self.loads: list[int] = []

    def claim(self) -> Lease | None:
        if self.signal() is not Signal.GO_ON:
            return None
        now = self.clock.monotonic()
        for number, each in enumerate(self.cycle.slices):
            if not each.done and (each.expires is None or each.expires < now):
                each.token += 1
                each.expires = now + LEASE_SECONDS
                return Lease(slice_id=number, token=each.token, type=ObjectType.USER, low=each.low, high=each.high)
        return None

    def load(self, lease: Lease, after: int, limit: int) -> Sequence[Candidate]:
        self.loads.append(limit)
        high = lease.high or max(self.job.people)
        keys = sorted(key for key in self.job.people if after < key <= high)[:limit]
        return [Candidate(self.job.people[key], self.job.states.get(key)) for key in keys]

    def record(self, lease: Lease, outcomes: Sequence[Outcome], low: int, done: bool) -> Signal:
        mine = self._mine(lease)
        if mine is None:
            raise LeaseLost
        mine.low, mine.done = low, done
        mine.expires = None if done else self.clock.monotonic() + LEASE_SECONDS
        self.job.states |= {each.source.key: each.state for each in outcomes if each.state is not None}
        self.cycle.activities += [each for each in outcomes if each.logged]
        self.cycle.counters["looked_at"] += len(outcomes)
        self.cycle.counters.update(_counter(each) for each in outcomes)
        return self.signal()

    def signal(self) -> Signal:
        if self.job.version != self.rules.version:
            return Signal.SUPERSEDED
        running = self.job.is_on and self.cycle.status is CycleStatus.RUNNING
        return Signal.GO_ON if running else Signal.STOP

    def release(self, lease: Lease) -> None:
        if mine := self._mine(lease):
            mine.expires = None

    def advance(self) -> Progress:
        if self.cycle.status is not CycleStatus.RUNNING:
            return Progress.ENDED
        if self.job.version != self.cycle.version:
            self.cycle.status = CycleStatus.SUPERSEDED
        elif not all(each.done for each in self.cycle.slices):
            return Progress.WORK_OPEN
        elif self.cycle.later:
            self.cycle.slices = self.cycle.later.pop(0)
            return Progress.OPENED
        else:
            self.cycle.status, self.job.watermark = CycleStatus.COMPLETED, self.job.head
        return Progress.ENDED

    def interrupt(self, error: StopJob) -> None:
        self.job.quarantine, self.cycle.status = error, CycleStatus.INTERRUPTED

    def _mine(self, lease: Lease) -> MemorySlice | None:
        found = self.cycle.slices[lease.slice_id]
        return found if found.token == lease.token and not found.done else None


def _counter(outcome: Outcome) -> str:
    if outcome.status is Status.FAILURE:
        return "failed"
    if outcome.status is Status.SKIPPED:
        return "skipped" if outcome.logged else "unchanged"
    names = {"create": "created", "update": "updated", "disable": "disabled", "delete": "deleted"}
    return names.get(outcome.action, "linked" if outcome.code == LINKED else "unchanged")
