"""How provisioning fared over some time, from counts by hour and from cycles: nothing here reads an entry."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from provisioning.choices import Action, ObjectType, Status
from provisioning.models import ActivityCount, Cycle, ObjectStateRow, ProvisioningJob

ACTIONS = (Action.CREATE, Action.UPDATE, Action.DISABLE, Action.DELETE)
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
OF_ACTIONS = {each.name: Sum("number", filter=Q(action=each, status=Status.SUCCESS), default=0) for each in ACTIONS}
OF_STATUSES = {each.name: Sum("number", filter=Q(status=each), default=0) for each in Status}
"""Sums of one hour: a row for each hour is a twelfth of what there are counts."""
TOP = 10
"""So many errors are told."""
MOST_CYCLES = 5000
"""The newest ones; a cycle each minute makes as many in three and a half days."""


@dataclass(slots=True)
class Bucket:
    """What happened from `start` until the next one's: actions that succeeded, entries by status, cycles' lengths."""

    start: datetime
    actions: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    created_to_date: int = 0

    @property
    def rate(self) -> float | None:
        """Percent of what was tried that succeeded; None when nothing was."""
        return rate_of(self.statuses)

    @property
    def average(self) -> float:
        return sum(self.seconds) / len(self.seconds) if self.seconds else 0.0

    @property
    def longest(self) -> float:
        return max(self.seconds, default=0.0)


@dataclass(frozen=True, slots=True)
class Error:
    code: str
    number: int


@dataclass(frozen=True, slots=True)
class Share:
    """What one application had of it."""

    job: ProvisioningJob
    statuses: Counter[str]

    @property
    def rate(self) -> float | None:
        return rate_of(self.statuses)


@dataclass(frozen=True, slots=True)
class Insights:
    """`unit` is as long as a bucket; `people` have an account that is kept up to date now."""

    buckets: Sequence[Bucket]
    unit: timedelta
    actions: Counter[str]
    statuses: Counter[str]
    errors: Sequence[Error]
    created: int
    people: int
    cycles: int
    only_newest: bool

    @property
    def rate(self) -> float | None:
        return rate_of(self.statuses)

    @property
    def removed(self) -> int:
        return self.actions[Action.DISABLE] + self.actions[Action.DELETE]


def _counters(bucket: Bucket) -> Iterator[tuple[Counter[str], str]]:
    """What the sums of an hour are added to, in their order."""
    yield from ((bucket.actions, each) for each in ACTIONS)
    yield from ((bucket.statuses, each) for each in Status)


def rate_of(statuses: Counter[str]) -> float | None:
    """What is skipped was not tried; a warning is tried again."""
    tried = statuses[Status.SUCCESS] + statuses[Status.FAILURE]
    return 100 * statuses[Status.SUCCESS] / tried if tried else None


def insights(jobs: QuerySet[ProvisioningJob], since: datetime, until: datetime) -> Insights:
    """Read in a fixed number of queries."""
    counts = ActivityCount.objects.filter(job__in=jobs, hour__lt=until, hour__gt=since - HOUR)
    buckets, unit = _buckets(since, until)
    starts = [each.start for each in buckets]
    for hour, *numbers in counts.order_by().values_list("hour").annotate(**OF_ACTIONS, **OF_STATUSES):
        bucket = buckets[max(0, bisect_right(starts, hour) - 1)]
        for (counter, name), number in zip(_counters(bucket), numbers, strict=True):
            if number:
                counter[name] += number
    created = _created(jobs)
    later = ActivityCount.objects.filter(job__in=jobs, hour__gte=until, action=Action.CREATE, status=Status.SUCCESS)
    _accumulate(buckets, created - (later.aggregate(n=Sum("number"))["n"] or 0))
    lengths = _lengths(jobs, since, until)
    for started_at, seconds in lengths[:MOST_CYCLES]:
        buckets[max(0, bisect_right(starts, started_at) - 1)].seconds.append(seconds)
    return Insights(
        buckets=buckets,
        unit=unit,
        actions=_sum(each.actions for each in buckets),
        statuses=_sum(each.statuses for each in buckets),
        errors=_errors(counts),
        created=created,
        people=ObjectStateRow.objects.filter(job__in=jobs, managed=True, object_type=ObjectType.USER).count(),
        cycles=min(len(lengths), MOST_CYCLES),
        only_newest=len(lengths) > MOST_CYCLES,
    )


def shares(since: datetime, until: datetime) -> list[Share]:
    """Of each application that had any entry, the one with most failures first."""
    counts = ActivityCount.objects.filter(hour__lt=until, hour__gt=since - HOUR).order_by()
    found: dict[int, Counter[str]] = {}
    for job, status, number in counts.values_list("job_id", "status").annotate(n=Sum("number")):
        found.setdefault(job, Counter())[status] += number
    jobs = ProvisioningJob.objects.select_related("application").in_bulk(list(found))
    rows = [Share(jobs[key], statuses) for key, statuses in found.items() if key in jobs]
    return sorted(rows, key=lambda row: (-row.statuses[Status.FAILURE], row.job.application.display_name.lower()))


def _buckets(since: datetime, until: datetime) -> tuple[list[Bucket], timedelta]:
    """Hours for up to two days, days for a quarter, weeks beyond; days and weeks begin at the person's midnight."""
    length = until - since
    unit = HOUR if length <= 2 * DAY else DAY if length <= 93 * DAY else WEEK
    start = timezone.localtime(since).replace(minute=0, second=0, microsecond=0)
    if unit > HOUR:
        start = start.replace(hour=0)
    found = []
    while start < until:
        found.append(Bucket(start))
        # A day later on the clock on the wall, also where the clocks are changed.
        start = timezone.localtime(start + unit) if unit == HOUR else _same_time(start, unit)
    return found, unit


def _same_time(start: datetime, later: timedelta) -> datetime:
    return timezone.make_aware(start.replace(tzinfo=None) + later, start.tzinfo)


def _errors(counts: QuerySet[ActivityCount]) -> list[Error]:
    failed = counts.filter(status=Status.FAILURE).exclude(code="").order_by().values_list("code")
    return [Error(code, n) for code, n in failed.annotate(n=Sum("number")).order_by("-n", "code")[:TOP]]


def _created(jobs: QuerySet[ProvisioningJob]) -> int:
    """Accounts created to date: by cycles, and what counts tell beyond that (on demand)."""
    by_cycles = Cycle.objects.real().filter(job__in=jobs).aggregate(n=Sum("created", default=0))["n"]
    created = ActivityCount.objects.filter(job__in=jobs, action=Action.CREATE, status=Status.SUCCESS)
    return int(max(by_cycles, created.aggregate(n=Sum("number", default=0))["n"]))


def _accumulate(buckets: Sequence[Bucket], end: int) -> None:
    for bucket in reversed(buckets):
        bucket.created_to_date = max(0, end)
        end -= bucket.actions[Action.CREATE]


def _lengths(jobs: QuerySet[ProvisioningJob], since: datetime, until: datetime) -> list[tuple[datetime, float]]:
    """Start and seconds of the cycles that have ended, one more than are told of."""
    ended = Cycle.objects.real().filter(job__in=jobs, started_at__gte=since, started_at__lt=until, ended_at__gt=since)
    found = ended.order_by("-started_at").values_list("started_at", "ended_at")[: MOST_CYCLES + 1]
    return [(start, (end - start).total_seconds()) for start, end in found if end]


def _sum(counters: Iterable[Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for each in counters:
        total.update(each)
    return total
