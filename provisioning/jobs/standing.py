"""How one job stands now, as its pages tell it: newest cycles, totals, what fails, what comes next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, Sum

from provisioning.choices import CycleKind, CycleStatus, JobState, ObjectType, Status
from provisioning.models import Activity, Cycle, ProvisioningJob

RECENT = 36
"""So many cycles are shown as bars: twelve hours of cycles every twenty minutes."""
TOTALS = ("created", "updated", "disabled", "deleted")
MANY = 10_000
"""Counts of log entries end here: more is "10,000+"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """`managed` people have an account that is kept up to date, `groups` are kept so; `failing` objects failed last."""

    job: ProvisioningJob
    now: datetime
    cycles: Sequence[Cycle]
    initial: Cycle | None
    totals: Mapping[str, int]
    managed: int
    failing: int
    groups: int = 0

    @property
    def newest(self) -> Cycle | None:
        return self.cycles[0] if self.cycles else None

    @property
    def last(self) -> Cycle | None:
        """The newest cycle that has ended."""
        return next((each for each in self.cycles if each.ended_at), None)

    @property
    def state(self) -> JobState:
        return self.job.state_with(CycleStatus(self.newest.status) if self.newest else None, self.failing)

    @property
    def is_running(self) -> bool:
        return self.newest is not None and self.newest.status == CycleStatus.RUNNING

    @property
    def is_due(self) -> bool:
        """A worker should begin any moment."""
        start = self.job.next_start_at
        return self.job.is_on and not self.is_running and start is not None and start <= self.now

    @property
    def is_new(self) -> bool:
        """It never ran or tried to, and is not about to."""
        return not (self.cycles or self.job.quarantine or (self.job.is_set_up and self.job.is_on))

    @property
    def left(self) -> timedelta | None:
        """How long the running cycle will still take, at its pace so far; None when that can't be told.

        The next start is set when a cycle begins and again when it goes on: where both differ, it stood still for a
        while and its age says nothing of its pace.
        """
        cycle, start = self.newest, self.job.next_start_at
        if cycle is None or not self.is_running or start is None or cycle.percent < 10:
            return None
        if abs(start - self.job.interval - cycle.started_at) > timedelta(seconds=5):
            return None
        return (self.now - cycle.started_at) * (cycle.total - cycle.looked_at) / cycle.looked_at

    @property
    def rate(self) -> int | None:
        """Objects a minute of the running cycle; None when its time left can't be told either."""
        if self.left is None or self.newest is None:
            return None
        return round(self.newest.looked_at / max(1, (self.now - self.newest.started_at).total_seconds()) * 60)


def standing(job: ProvisioningJob, now: datetime) -> Standing:
    """Read it, in a fixed number of queries."""
    cycles = list(job.cycles.real()[:RECENT])
    states = job.object_states.aggregate(
        groups=Count("pk", filter=Q(managed=True, object_type=ObjectType.GROUP)),
        managed=Count("pk", filter=Q(managed=True, object_type=ObjectType.USER)),
        failing=Count("pk", filter=Q(status=Status.FAILURE)),
    )
    sums = job.cycles.real().aggregate(**{name: Sum(name, default=0) for name in TOTALS})
    return Standing(
        job=job,
        now=now,
        cycles=cycles,
        initial=job.cycles.filter(kind=CycleKind.INITIAL).first(),
        totals=sums,
        **states,
    )


def recent_failures(job: ProvisioningJob, now: datetime) -> int:
    """Log entries of the last 24 hours that failed, at most MANY + 1: the number beside Provisioning logs."""
    failed = Activity.objects.filter(job=job, status=Status.FAILURE, occurred_at__gt=now - timedelta(days=1))
    return failed.order_by()[: MANY + 1].count()
