"""The engine's port `Store` over rows: one cycle, its slices and leases."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now

from provisioning.choices import CycleStatus, ObjectType, Phase
from provisioning.engine.budget import Budget
from provisioning.engine.ports import Clock, Lease, Progress, Signal
from provisioning.errors import LeaseLost, StopJob
from provisioning.jobs import beat, candidates, load, phases, quarantine, record
from provisioning.models import Cycle, ProvisioningJob, Slice
from provisioning.records import Candidate, JobRules, Outcome


class RowStore:
    """See `engine.ports.Store` for the contract. `owner` names this worker, for people who look at a slice."""

    def __init__(self, cycle: Cycle, rules: JobRules, budget: Budget, clock: Clock, owner: str) -> None:
        self.cycle, self.rules, self.budget, self.clock, self.owner = cycle, rules, budget, clock, owner
        self._lease = timedelta(seconds=budget.lease)

    def claim(self) -> Lease | None:
        since = self.clock.monotonic()
        with transaction.atomic():
            if self._ask() is not Signal.GO_ON:
                return None
            free = Q(expires_at=None) | Q(expires_at__lte=Now())
            slices = Slice.objects.filter(free, cycle=self.cycle, phase=self._phase(), done_at=None).order_by("low")
            lock = slices.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
            slice_ = lock.first()
            if slice_ is None:
                return None
            slice_.token += 1
            Slice.objects.filter(pk=slice_.pk).update(
                token=slice_.token, owner=self.owner, expires_at=Now() + self._lease, in_hand=None
            )
        self.budget.renew(since)
        beat.write()
        return Lease(
            slice_id=slice_.pk,
            token=slice_.token,
            type=ObjectType(slice_.object_type),
            low=slice_.low,
            high=slice_.high,
        )

    def load(self, lease: Lease, after: int, limit: int) -> Sequence[Candidate]:
        now = self.clock.now()
        keys = candidates.user_keys(self.cycle, after, lease.high, now).values_list("pk", flat=True)[:limit]
        with transaction.atomic():
            found = list(keys)
            self._mine(lease).update(in_hand=found[-1] if found else None)
            return load.candidates(self.cycle.job, found)

    def record(self, lease: Lease, outcomes: Sequence[Outcome], low: int, done: bool) -> Signal:
        since = self.clock.monotonic()
        with transaction.atomic():
            changes: dict[str, Any] = {"low": low, "expires_at": Now() + self._lease}
            if done:
                changes |= {"done_at": Now(), "expires_at": None, "in_hand": None}
            if not self._mine(lease).update(**changes):
                raise LeaseLost
            record.write(self.cycle, outcomes, self.clock.now())
            signal = self._ask()
        self.budget.renew(since)
        beat.write()
        return signal

    def signal(self) -> Signal:
        beat.write()
        return self._ask()

    def release(self, lease: Lease) -> None:
        self._mine(lease).update(expires_at=Now(), in_hand=None)  # the time says since when nobody holds it

    @transaction.atomic
    def advance(self) -> Progress:
        cycle = Cycle.objects.select_for_update().get(pk=self.cycle.pk)
        if cycle.status != CycleStatus.RUNNING:
            return Progress.ENDED
        job = ProvisioningJob.objects.select_for_update().get(pk=cycle.job_id)
        now = self.clock.now()
        if job.config_version != cycle.config_version:
            phases.supersede(cycle, job, now)
        elif not job.is_on:
            Cycle.objects.filter(pk=cycle.pk).update(status=CycleStatus.STOPPED, stopped_at=now)
        elif cycle.slices.filter(phase=cycle.phase, done_at=None).exists():
            return Progress.WORK_OPEN
        else:
            phases.finish(cycle, job, now)
        return Progress.ENDED

    @transaction.atomic
    def interrupt(self, error: StopJob) -> None:
        quarantine.enter(self.cycle.job_id, error, self.clock.now())

    def _mine(self, lease: Lease) -> Any:
        """The slice as long as our token is the newest: every recording begins with an update of this."""
        return Slice.objects.filter(pk=lease.slice_id, token=lease.token, done_at=None)

    def _phase(self) -> Phase:
        return Phase(Cycle.objects.values_list("phase", flat=True).get(pk=self.cycle.pk))

    def _ask(self) -> Signal:
        row = Cycle.objects.values_list("status", "job__is_on", "job__config_version").get(pk=self.cycle.pk)
        status, is_on, version = row
        if version != self.rules.version:
            return Signal.SUPERSEDED
        return Signal.GO_ON if is_on and status == CycleStatus.RUNNING else Signal.STOP
