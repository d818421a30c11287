"""The engine's port `Store` over rows: one cycle, its slices and leases."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import DataError, IntegrityError, transaction
from django.db.models import DurationField, JSONField, Min, QuerySet
from django.db.models.functions import Now

from provisioning.choices import CycleKind, CycleStatus, ObjectType
from provisioning.engine.budget import Budget
from provisioning.engine.intents import may_touch
from provisioning.engine.phases import MEMBER_WORK
from provisioning.engine.ports import Clock, Lease, Link, Progress, Signal, Taken
from provisioning.engine.taken import TakenInMemory
from provisioning.errors import LeaseLost, StopJob
from provisioning.jobs import beat, claims, entries, leases, linking, members, phases, quarantine, record, surveying
from provisioning.jobs.keys import member_keys, slice_keys
from provisioning.jobs.load import candidates
from provisioning.jobs.prepared import Given, PreparedUpdate
from provisioning.jobs.taken import Reservations
from provisioning.models import Cycle, ProvisioningJob, Slice, SurveyRow
from provisioning.records import Candidate, JobRules, MemberWork, Outcome, TargetObject

log = logging.getLogger(__name__)


def _slice() -> QuerySet[Slice]:
    return Slice.objects.filter(pk=Given("slice"), token=Given("token"), done_at=None)


def _of(lease: Lease) -> dict[str, int]:
    return {"slice": lease.slice_id, "token": lease.token}


IN_HAND = PreparedUpdate(_slice, in_hand=Given("key"))
INTENDED = PreparedUpdate(_slice, intents=Given("intents", JSONField()))
MOVED = PreparedUpdate(
    _slice,
    expires_at=Now() + Given("length", DurationField()),
    low=Given("low"),
    ahead=Given("ahead", JSONField()),
    stuck=0,
)


class RowStore:
    """See `engine.ports.Store` for the contract. `owner` names this worker, for people who look at a slice."""

    def __init__(self, cycle: Cycle, rules: JobRules, budget: Budget, clock: Clock, owner: str) -> None:
        self.cycle, self.rules, self.budget, self.clock, self.owner = cycle, rules, budget, clock, owner
        self.unlinked: Mapping[ObjectType, int] = {each: cycle.unlinked_of(each) for each in ObjectType}
        self._reservations = Reservations(cycle.job_id)
        self.taken: Taken = TakenInMemory() if rules.preview else self._reservations  # a preview leaves nothing behind
        self._length = timedelta(seconds=budget.lease)
        self.share = 1
        self._intents: list[int] = []
        self._ahead: list[int] = []
        self._accounts: dict[int, str] = {}

    # --- slices

    def claim(self) -> Lease | None:
        since = self.clock.monotonic()
        with transaction.atomic():
            if self._ask() is not Signal.GO_ON:
                return None
            found = leases.claim(self.cycle, self.owner, self._length, self.clock.now())
        lease, self._ahead = found or (None, [])
        if lease:
            self.budget.renew(since)
            self._intents, self._accounts = [], {}
            self.share += 1  # asked before it was ours
            self.cycle.refresh_from_db(fields=["surveyed", "references_from", "references_to"])
        beat.write()
        return lease

    def release(self, lease: Lease) -> None:
        clean: dict[str, Any] = {"dirty": False, "intents": []} if lease.clean else {}
        # The time says since when nobody holds it.
        self._mine(lease).update(expires_at=Now(), in_hand=None, **clean)

    def advance(self) -> Progress:
        with transaction.atomic():
            # The job first, as everybody does who locks both: else two of them wait for each other.
            jobs = ProvisioningJob.objects.select_related("application__directory")
            job = jobs.select_for_update(of=("self",), no_key=True).get(pk=self.cycle.job_id)
            cycle, now = Cycle.objects.select_for_update(no_key=True).get(pk=self.cycle.pk), self.clock.now()
            if cycle.status != CycleStatus.RUNNING:
                return Progress.ENDED
            cycle.job = job
            if job.config_version != cycle.config_version:
                phases.supersede(cycle, job, now)
            elif not job.is_on and cycle.kind != CycleKind.PREVIEW:
                Cycle.objects.filter(pk=cycle.pk).update(status=CycleStatus.STOPPED, stopped_at=now)
            elif cycle.slices.filter(phase=cycle.phase, done_at=None).exists():
                return Progress.WORK_OPEN
            elif phases.open_next(cycle, job, now):
                return Progress.OPENED
        return Progress.ENDED

    # --- objects

    def load(self, lease: Lease, after: int, limit: int) -> Sequence[Candidate]:
        with transaction.atomic():
            found = self._free_keys(
                lease, after, limit, lambda low, most: slice_keys(self.cycle, lease, low, most, self.clock.now())
            )
            loaded = candidates(self.cycle.job, lease.type, found)
            loaded = surveying.with_survey(self.cycle, self.rules, loaded, is_clean=lease.clean)
            self._intend(lease, loaded)
        self._accounts |= {each.source.key: each.state.target_id for each in loaded if each.state}
        return loaded

    def load_members(self, lease: Lease, after: int, limit: int, chunk: int) -> Sequence[MemberWork]:
        now = self.clock.now()
        with transaction.atomic():
            found = self._free_keys(
                lease, after, limit, lambda low, most: member_keys(self.cycle, lease, low, most, now)
            )
            works = members.load(self.cycle, lease.work, found, chunk)
            if not self.rules.preview:
                members.note(self.cycle, works)
        groups = [each.candidate for each in works]
        self._accounts |= {each.source.key: each.state.target_id for each in groups if each.state}
        return works

    def link(self, lease: Lease, links: Sequence[Link]) -> Mapping[int, str]:
        with transaction.atomic():
            self._renew(lease)
            refused = linking.holders(self.cycle.job, links)
            if not self.rules.preview:
                linking.write(self.cycle.job, self.cycle, links, refused)
        return refused

    def record(self, lease: Lease, outcomes: Sequence[Outcome], low: int, done: bool) -> Signal:
        """A transaction that fails for another reason than the lease or a lost database is repeated one by one."""
        try:
            return self._record(lease, outcomes, low, done)
        except (DataError, IntegrityError, ValueError, TypeError):
            log.exception("A portion could not be recorded; its objects are recorded one by one.")
        for each in outcomes:
            try:
                self._record(lease, [each], None, False)
            except (DataError, IntegrityError, ValueError, TypeError):
                log.exception("%s %s could not be recorded.", each.source.type, each.source.id)
                self._record(lease, [record.unrecordable(self.cycle.job, each, self.clock.now())], None, False)
        return self._record(lease, [], low, done)

    # --- survey

    def record_survey(self, lease: Lease, found: Sequence[TargetObject], last: bool) -> Signal:
        with transaction.atomic():
            self._renew(lease, **({"done_at": Now(), "expires_at": None} if last else {}))
            surveying.keep(self.cycle, self.rules, lease.type, found)
            if last:
                cycle = Cycle.objects.select_for_update(no_key=True).get(pk=self.cycle.pk)
                cycle.surveyed = [*cycle.surveyed, lease.type.value]
                cycle.save(update_fields=["surveyed"])
            signal = self._ask()
        beat.write()
        return signal

    def give_up_survey(self, lease: Lease) -> None:
        with transaction.atomic():
            self._renew(lease, done_at=Now(), expires_at=None)
            SurveyRow.objects.filter(cycle=self.cycle, object_type=lease.type).delete()

    # --- the job

    def signal(self) -> Signal:
        beat.write()
        return self._ask()

    def pause(self) -> float | None:
        """Seconds until something can be done again that only has to wait; None when there is nothing of the kind."""
        cycle = Cycle.objects.select_related("job").get(pk=self.cycle.pk)
        if cycle.status != CycleStatus.RUNNING or cycle.config_version != cycle.job.config_version:
            return None
        free = cycle.slices.filter(phase=cycle.phase, done_at=None).exclude(expires_at__gt=Now())
        first = free.aggregate(first=Min("not_before"))["first"]
        until = max((each for each in (first, cycle.job.not_before) if each), default=None)
        if until is None or not (cycle.job.is_on or self.rules.preview):
            return None
        return (until - self.clock.now()).total_seconds() if until > self.clock.now() else None

    def hold_off(self, seconds: float) -> None:
        until = self.clock.now() + timedelta(seconds=seconds)
        waiting = ProvisioningJob.objects.filter(pk=self.cycle.job_id).exclude(not_before__gt=until)
        waiting.update(not_before=until)

    @transaction.atomic
    def interrupt(self, error: StopJob) -> None:
        if self.rules.preview:
            phases.break_off(self.cycle, error, self.clock.now())
        else:
            quarantine.enter(self.cycle.job_id, error, self.clock.now())

    def close(self) -> None:
        self._reservations.close()

    # --- inside

    def _record(self, lease: Lease, outcomes: Sequence[Outcome], low: int | None, done: bool) -> Signal:
        """Without `low` the lower bound stays where it is."""
        since, now = self.clock.monotonic(), self.clock.now()
        with transaction.atomic():
            ahead = self._still_ahead(lease, outcomes, low)
            self._move(lease, low, ahead, done=done)
            if self.rules.preview:
                entries.write_preview(self.cycle, [each for each in outcomes if each.logged], now)
                record.count(self.cycle, outcomes)
            elif outcomes:
                record.write(self.cycle.job, self.cycle, outcomes, self._accounts, now)
            signal = self._ask()
        self.budget.renew(since)
        self._ahead = ahead
        self._intents = [key for key in self._intents if (low is None or key > low) and key not in ahead]
        beat.write()
        return signal

    def _still_ahead(self, lease: Lease, outcomes: Sequence[Outcome], low: int | None) -> list[int]:
        """Who is done though the lower bound has not come there: not to be looked at, and counted, once more."""
        if lease.work in MEMBER_WORK:
            return []
        done = [*self._ahead, *(each.source.key for each in outcomes)]
        return [key for key in done if low is None or key > low]

    def _free_keys(
        self, lease: Lease, after: int, limit: int, ask: Callable[[int, int], Sequence[int]]
    ) -> Sequence[int]:
        """The next keys, without those done before and what on demand has in hand: fewer than `limit` are the last."""
        free: list[int] = []
        while len(free) < limit:
            wanted = limit - len(free)
            found = ask(after, wanted)
            self._take_in_hand(lease, found)
            fresh = [key for key in found if key not in self._ahead]
            claimed = set() if self.rules.preview else claims.left_out(self.cycle, lease.type, fresh, self.clock.now())
            free += [key for key in fresh if key not in claimed]
            if len(found) < wanted:
                break
            after = found[-1]
        return free

    def _take_in_hand(self, lease: Lease, keys: Sequence[int]) -> None:
        """Publish how far we are: whoever claims one of these objects finds it in our hands.

        With nothing more to load, what was loaded before still is in them.
        """
        mine = self._mine(lease).update(token=lease.token) if not keys else IN_HAND.run(**_of(lease), key=keys[-1])
        if not mine:
            raise LeaseLost

    def _intend(self, lease: Lease, loaded: Sequence[Candidate]) -> None:
        """Note whose accounts may be made or changed now, should we vanish."""
        new = [each.source.key for each in loaded if may_touch(each, self.rules)]
        if new and not self.rules.preview:
            self._intents += new
            INTENDED.run(**_of(lease), intents=self._intents)

    def _move(self, lease: Lease, low: int | None, ahead: list[int], *, done: bool) -> None:
        """The fence, and how far the slice has come."""
        if low is not None and low > lease.low and not done:  # what most portions do
            if not MOVED.run(**_of(lease), length=self._length, low=low, ahead=ahead):
                raise LeaseLost
            return
        changes: dict[str, Any] = {"ahead": ahead} if low is None else {"low": low, "ahead": ahead}
        if low is not None and low > lease.low:
            changes["stuck"] = 0
        if done:
            changes |= {"done_at": Now(), "expires_at": None, "in_hand": None, "dirty": False, "intents": []}
        self._renew(lease, **changes)

    def _renew(self, lease: Lease, **changes: Any) -> None:
        """The fence: it holds only for our token."""
        if not self._mine(lease).update(**{"expires_at": Now() + self._length, **changes}):
            raise LeaseLost

    def _mine(self, lease: Lease) -> Any:
        """The slice as long as our token is the newest: every recording begins with an update of this."""
        return Slice.objects.filter(pk=lease.slice_id, token=lease.token, done_at=None)

    def _ask(self) -> Signal:
        ((status, is_on, version, not_before, live),) = leases.SIGNS.rows(cycle=self.cycle.pk)
        self.share = live
        if version != self.rules.version:
            return Signal.SUPERSEDED
        waits = not_before is not None and not_before > self.clock.now()
        runs = status == CycleStatus.RUNNING and (is_on or self.rules.preview)
        return Signal.GO_ON if runs and not waits else Signal.STOP
