"""What a person asks when nothing seems to happen: what waits for a worker, since when, and who works at all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from provisioning.choices import CycleStatus, RunStatus, Status
from provisioning.errors import ProvisioningError
from provisioning.jobs import bulk_operations, csv_reading, due, validator
from provisioning.jobs.imports.due import unattended as unattended_imports
from provisioning.models import (
    ActivityCount,
    Beat,
    Cycle,
    Import,
    Mail,
    ObjectStateRow,
    OnDemandRun,
    ProvisioningJob,
    Slice,
    WebhookDelivery,
)
from provisioning.models.outgoing import MAX_TRIES
from provisioning.texts import gettext_noop

LATE = timedelta(seconds=60)
"""What has been due for longer should have been taken up."""
TOP = 5


@dataclass(frozen=True, slots=True)
class Waiting:
    """Work of one kind that is due: how much, and since when the oldest of it."""

    kind: str
    number: int
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Frequent:
    """An error code, the entries that had it in the last day and week, and what to do about it (a marked text)."""

    code: str
    day: int
    week: int
    remedy: str


@dataclass(frozen=True, slots=True)
class Failing:
    """Objects that failed at their last try, how many of them were given up, and when the next one is tried."""

    number: int
    given_up: int
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """Mails that wait, that are tried again after an error, and that were given up; `error` is the newest one."""

    waiting: int
    retried: int
    given_up: int
    error: str


def waiting(now: datetime) -> list[Waiting]:
    """Everything that a worker should take up, by kind; in a fixed number of queries."""
    runs = OnDemandRun.objects.filter(status=RunStatus.QUEUED).aggregate(n=Count("pk"), at=Min("asked_at"))
    since = Min(Coalesce("next_try_at", "created_at"))
    mails, calls = (each.due(now).aggregate(n=Count("pk"), at=since) for each in (Mail, WebhookDelivery))
    reads = unattended_imports(now).aggregate(n=Count("pk"), at=Min(Coalesce("expires_at", "asked_at")))
    files = csv_reading.unattended(now).aggregate(n=Count("pk"), at=Min(Coalesce("expires_at", "chosen_at")))
    bulk = bulk_operations.unattended(now).aggregate(n=Count("pk"), at=Min(Coalesce("expires_at", "asked_at")))
    tried = validator.unattended(now).aggregate(n=Count("pk"), at=Min(Coalesce("expires_at", "asked_at")))
    cycles = list(_due_since(now))
    return [
        Waiting(gettext_noop("Cycles"), len(cycles), min(cycles, default=None)),
        Waiting(gettext_noop("Imports of the directory"), reads["n"], reads["at"]),
        Waiting(gettext_noop("CSV files"), files["n"], files["at"]),
        Waiting(gettext_noop("Bulk operations"), bulk["n"], bulk["at"]),
        Waiting(gettext_noop("Runs on demand"), runs["n"], runs["at"]),
        Waiting(gettext_noop("Runs of the SCIM validator"), tried["n"], tried["at"]),
        Waiting(gettext_noop("Mails"), mails["n"], mails["at"]),
        Waiting(gettext_noop("Webhook calls"), calls["n"], calls["at"]),
    ]


def oldest(found: Sequence[Waiting], now: datetime) -> timedelta:
    """For how long the oldest of it has been due; nothing when nothing is."""
    return max((now - each.since for each in found if each.since), default=timedelta())


def _due_since(now: datetime) -> Iterator[datetime]:
    """For each job that needs hands: since its next start came, or since nobody has had its running cycle in hand."""
    running = Cycle.objects.filter(job=OuterRef("pk"), status=CycleStatus.RUNNING, ended_at=None)
    slices = Slice.objects.filter(cycle__job=OuterRef("pk"), cycle__status=CycleStatus.RUNNING, cycle__ended_at=None)
    last = slices.order_by().values("cycle__job")
    rows = due.jobs(now).annotate(
        begun=Subquery(running.values("started_at")[:1]),
        done=Subquery(last.annotate(at=Max("done_at")).values("at")),
        left=Subquery(last.annotate(at=Max("expires_at")).values("at")),
    )
    for start, ready, *cycle in rows.values_list("next_start_at", "not_before", "begun", "done", "left"):
        moments = [each for each in (cycle if cycle[0] else [start]) if each and each <= now]
        yield max([*moments, *([ready] if ready else [])], default=now)


def beats() -> list[Beat]:
    """The last sign of life of each cluster on each host: an idle one gives none."""
    return list(Beat.objects.order_by("host", "cluster"))


def frequent(job: ProvisioningJob, now: datetime) -> list[Frequent]:
    """The most frequent errors of the last week; those of the last day first."""
    day, week = (now - timedelta(days=days, hours=1) for days in (1, 7))
    failed = ActivityCount.objects.filter(job=job, status=Status.FAILURE, hour__gt=week).exclude(code="").order_by()
    by_code = failed.values_list("code").annotate(
        of_day=Sum("number", filter=Q(hour__gt=day), default=0), of_week=Sum("number")
    )
    known = remedies()
    found = by_code.order_by("-of_day", "-of_week", "code")[:TOP]
    return [Frequent(code, of_day, of_week, known.get(code, "")) for code, of_day, of_week in found]


def remedies() -> dict[str, str]:
    """What to do, by error code."""
    return {each.code: each.remedy for each in _below(ProvisioningError) if each.remedy}


def _below(family: type[ProvisioningError]) -> Iterator[type[ProvisioningError]]:
    for each in family.__subclasses__():
        yield each
        yield from _below(each)


def failing(job: ProvisioningJob) -> Failing:
    failed = ObjectStateRow.objects.filter(job=job, status=Status.FAILURE)
    found = failed.aggregate(
        n=Count("pk"), given_up=Count("pk", filter=Q(next_try_at=None)), next_at=Min("next_try_at")
    )
    next_at = found["next_at"]
    if next_at and job.next_start_at:  # whose time has come waits for the next cycle
        next_at = max(next_at, job.next_start_at)
    return Failing(found["n"], found["given_up"], next_at)


def delivery(job: ProvisioningJob | None = None) -> Delivery:
    """How the mails of a job fare, or all."""
    mails = Mail.objects.filter(sent_at=None)
    if job:
        mails = mails.filter(job=job)
    found = mails.aggregate(
        waiting=Count("pk", filter=Q(tries=0)),
        retried=Count("pk", filter=Q(tries__gt=0, tries__lt=MAX_TRIES)),
        given_up=Count("pk", filter=Q(tries__gte=MAX_TRIES)),
    )
    newest = mails.exclude(error="").first() if found["retried"] or found["given_up"] else None
    return Delivery(found["waiting"], found["retried"], found["given_up"], newest.error if newest else "")


def last_import(job: ProvisioningJob) -> Import | None:
    """The newest import of the job's directory that has ended, or is under way."""
    return job.application.directory.imports.order_by("-pk").first()
