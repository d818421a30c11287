"""The engine's port `Store` in memory: one job, its cycle, slices with leases and fencing, by a clock of the test's."""

from collections.abc import Mapping, Sequence

from provisioning.choices import CycleStatus, ObjectType, Work
from provisioning.connectors.base import Connector, TargetSchema
from provisioning.connectors.memory import Memory
from provisioning.engine.intents import may_touch
from provisioning.engine.phases import MEMBER_WORK
from provisioning.engine.ports import Clock, Lease, Link, Progress, Signal
from provisioning.errors import LeaseLost, StopJob
from provisioning.records import Candidate, MemberWork, Outcome, TargetObject
from tests.engine import memory_phases
from tests.engine.memory_candidates import Candidates, surveyed
from tests.engine.memory_job import Deferral, MemoryJob, MemorySlice
from tests.engine.memory_record import Recording, members_of

LEASE_SECONDS = 90.0
CLAIMS = 3
"""After so many claims that moved nothing a slice is walked one object at a time."""


class MemoryStore:
    """One worker's way to the job's cycle. `loads` remembers how many were asked for each time."""

    def __init__(self, job: MemoryJob, clock: Clock, target: type[Connector] = Memory) -> None:
        assert job.cycle is not None
        self.job, self.cycle, self.clock = job, job.cycle, clock
        self.rules, self.unlinked = job.cycle.rules, job.cycle.unlinked
        self.taken = job.taken
        self.schemas: Mapping[ObjectType, TargetSchema] = target.schemas
        self.loads: list[int] = []
        self.share = 1

    # --- claims

    def claim(self) -> Lease | None:
        if self._ask() is not Signal.GO_ON:
            return None
        for number, each in enumerate(self.cycle.slices):
            if self._is_free(each):
                return self._claim(number, each)
        return None

    def _is_free(self, slice_: MemorySlice) -> bool:
        is_early = slice_.not_before is not None and slice_.not_before > self.clock.now()
        return not (slice_.done or is_early) and self._has_lapsed(slice_)

    def _has_lapsed(self, slice_: MemorySlice) -> bool:
        return slice_.expires is None or slice_.expires < self.clock.monotonic()

    def _claim(self, number: int, slice_: MemorySlice) -> Lease:
        suspect = None
        if slice_.expires is not None:
            suspect = slice_.in_hand if slice_.careful else None
            self.job.vanished(slice_)
        if slice_.work is Work.SURVEY:
            self.cycle.listed[slice_.type] = []
        slice_.careful = slice_.claims >= CLAIMS
        slice_.claims += 1
        slice_.token += 1
        slice_.in_hand = None
        slice_.expires = self.clock.monotonic() + LEASE_SECONDS
        self.share = self._live()
        return Lease(
            slice_id=number,
            token=slice_.token,
            work=slice_.work,
            type=slice_.type,
            low=slice_.low,
            high=slice_.high,
            clean=slice_.clean,
            careful=slice_.careful,
            suspect=suspect,
        )

    def release(self, lease: Lease) -> None:
        mine = self.cycle.slices[lease.slice_id]
        if self._is_mine(lease):
            mine.expires, mine.in_hand = None, None
            mine.intents.clear()
            mine.members.clear()

    # --- loading

    def load(self, lease: Lease, after: int, limit: int) -> Sequence[Candidate]:
        self.loads.append(limit)
        mine = self._mine(lease)
        candidates = Candidates(self.job, self.cycle, self.clock.now())
        fresh = [key for key in candidates.keys(mine) if key > after and key not in mine.ahead]
        keys = self._not_claimed(mine, fresh)[:limit]
        found = [candidates.candidate((mine.type, key)) for key in keys]
        mine.in_hand = keys[-1] if keys else None
        mine.intents |= {each.source.key for each in found if may_touch(each, self.rules)}
        is_first = mine.clean and mine.work is Work.OBJECTS and not mine.round
        schema = self.schemas[mine.type]
        return [
            Candidate(each.source, each.state, surveyed(self.cycle, each, schema, is_first=is_first), each.staged)
            for each in found
        ]

    def load_members(self, lease: Lease, after: int, limit: int, chunk: int) -> Sequence[MemberWork]:
        mine = self._mine(lease)
        candidates = Candidates(self.job, self.cycle, self.clock.now())
        keys = self._not_claimed(mine, [key for key in candidates.keys(mine) if key > after])
        works = (candidates.members(mine, key, chunk) for key in keys)
        found = [each for each in works if each is not None][:limit]
        mine.in_hand = found[-1].candidate.source.key if found else None
        mine.members |= {each.candidate.source.key: members_of(each) for each in found}
        return found

    def _not_claimed(self, slice_: MemorySlice, keys: list[int]) -> list[int]:
        """Without those that on demand has in hand: they are looked at again."""
        left_out = [key for key in keys if (slice_.type, key) in self.job.claims]
        for key in left_out:
            object_ = (slice_.type, key)
            self.cycle.deferrals[object_, slice_.work] = Deferral(self.clock.now(), self.cycle.round)
        return [key for key in keys if key not in left_out]

    # --- recording

    def link(self, lease: Lease, links: Sequence[Link]) -> Mapping[int, str]:
        mine = self._mine(lease)
        if self.rules.preview:
            return {}
        refused = {}
        for each in links:
            object_ = (mine.type, each.candidate.source.key)
            holder = self.job.holder(mine.type, each.state.target_id)
            if holder and holder != object_:
                refused[object_[1]] = self.job.directory.objects[holder].label
            else:
                self.job.states[object_] = each.state
                self.cycle.seen.add(object_)
        return refused

    def record(self, lease: Lease, outcomes: Sequence[Outcome], low: int, done: bool) -> Signal:
        mine = self._mine(lease)
        if low > mine.low:
            mine.claims = 1
        mine.low, mine.done = low, done
        mine.expires = None if done else self.clock.monotonic() + LEASE_SECONDS
        recorded = {each.source.key for each in outcomes}
        if mine.work not in MEMBER_WORK:
            mine.ahead = {key for key in mine.ahead | recorded if key > low}
        mine.intents = {key for key in mine.intents if key > low and key not in recorded}
        if mine.careful:
            mine.in_hand = None
        Recording(self.job, self.cycle, mine, self.clock.now()).write(outcomes)
        if done and mine.round:
            self._settle(mine)
        return self._ask()

    def _settle(self, slice_: MemorySlice) -> None:
        """Who was deferred and needs nothing any more."""
        deferrals = self.cycle.deferrals
        for (key, work), each in list(deferrals.items()):
            is_over = each.round < slice_.round and each.at <= self.clock.now()
            if key[0] is slice_.type and work is slice_.work and is_over:
                del deferrals[key, work]

    def record_survey(self, lease: Lease, found: Sequence[TargetObject], last: bool) -> Signal:
        mine = self._mine(lease)
        self.cycle.listed.setdefault(mine.type, []).extend(found)
        mine.expires = None if last else self.clock.monotonic() + LEASE_SECONDS
        if last:
            mine.done = True
            self.cycle.surveyed.add(mine.type)
        return self._ask()

    def give_up_survey(self, lease: Lease) -> None:
        mine = self._mine(lease)
        mine.done, mine.expires = True, None
        self.cycle.listed.pop(mine.type, None)

    # --- the job

    def signal(self) -> Signal:
        return self._ask()

    def _live(self) -> int:
        return max(1, len(self.job.live(self.clock.monotonic())))

    def _ask(self) -> Signal:
        job, cycle = self.job, self.cycle
        self.share = self._live()
        if job.version != self.rules.version:
            return Signal.SUPERSEDED
        waits = job.not_before is not None and job.not_before > self.clock.now()
        running = (job.is_on or self.rules.preview) and cycle.status is CycleStatus.RUNNING
        return Signal.GO_ON if running and not waits else Signal.STOP

    def advance(self) -> Progress:
        return memory_phases.advance(self.job, self.cycle, self.clock.now())

    def hold_off(self, seconds: float) -> None:
        until = memory_phases.later(self.clock.now(), seconds)
        self.job.not_before = max(self.job.not_before or until, until)

    def interrupt(self, error: StopJob) -> None:
        if self.cycle.status is CycleStatus.RUNNING:
            self.job.quarantine, self.cycle.status = error, CycleStatus.INTERRUPTED
            self.cycle.drop_survey()

    # --- inside

    def _is_mine(self, lease: Lease) -> bool:
        found = self.cycle.slices[lease.slice_id]
        return found.token == lease.token and not found.done

    def _mine(self, lease: Lease) -> MemorySlice:
        if not self._is_mine(lease):
            raise LeaseLost
        return self.cycle.slices[lease.slice_id]
