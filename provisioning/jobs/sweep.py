"""Nightly: take away what is kept for some days only, and rows that were marked and that no cycle needs any more."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery

from provisioning.choices import ObjectType, RunStatus, Status
from provisioning.jobs import csv_imports, validator
from provisioning.jobs.history import KEPT
from provisioning.jobs.imports import ending
from provisioning.models import (
    Activity,
    ActivityCount,
    ActivityExchange,
    Assignment,
    BulkOperation,
    ConfigurationVersion,
    CsvImport,
    CsvProblem,
    Directory,
    Group,
    Mail,
    Membership,
    Notice,
    ObjectStateRow,
    OnDemandRun,
    ProvisioningJob,
    ReservedValue,
    Slice,
    User,
    ValidatorRun,
    WebhookDelivery,
)

CHUNK = 1000
KEEP_RUNS = timedelta(days=30)
"""Runs on demand and of the SCIM validator, bulk operations, and slices of cycles; what they did is in the logs."""

KEEP_COUNTS = timedelta(days=400)
"""What charts are drawn from: a year and a month to compare with."""
KEEP_NOTICES = timedelta(days=90)
KEEP_RESERVATIONS = timedelta(days=1)
KEEP_FILES = timedelta(days=7)
"""CSV files that were uploaded and neither applied nor put away."""


def all_of_it(now: datetime) -> int:
    """Everything there is to sweep; gives how many rows went."""
    of_days = entries(now) + exchanges(now) + notices(now) + runs(now) + reservations(now) + files(now)
    gone = of_days + versions() + marked(now) + ending.drop_staged()
    take_statistics()
    return gone


def take_statistics() -> None:
    """SQLite knows how many rows an index finds only when it is told to look, which takes seconds at most.

    Without, it reads a long list for one of its rows. PostgreSQL looks by itself.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA analysis_limit = 100000")
            cursor.execute("ANALYZE")


def entries(now: datetime) -> int:
    """Delete entries of the logs older than PORTAL_KEEP_LOGS_DAYS with what was said for them; gives how many."""
    old = Activity.objects.filter(occurred_at__lt=now - timedelta(days=settings.PORTAL_KEEP_LOGS_DAYS))
    return delete_in_chunks(old.order_by("occurred_at")) + delete_in_chunks(
        ActivityCount.objects.filter(hour__lt=now - KEEP_COUNTS)
    )


def exchanges(now: datetime) -> int:
    """Delete what was said over the wire for successes older than PORTAL_KEEP_EXCHANGES_DAYS; gives how many.

    Those of failures stay with their entry: they are what one needs to find out why.
    """
    before = now - timedelta(days=settings.PORTAL_KEEP_EXCHANGES_DAYS)
    return delete_in_chunks(
        ActivityExchange.objects.filter(activity__occurred_at__lt=before, activity__status=Status.SUCCESS)
    )


def notices(now: datetime) -> int:
    """Notices, mails and webhook calls of long ago; a notice stays while what it tells is still so."""
    before = now - KEEP_NOTICES
    sent = [each._default_manager.filter(created_at__lt=before) for each in (Mail, WebhookDelivery)]
    return sum(map(delete_in_chunks, [Notice.objects.filter(at__lt=before).exclude(ended_at=None), *sent]))


def runs(now: datetime) -> int:
    done = OnDemandRun.objects.filter(status=RunStatus.DONE, ended_at__lt=now - KEEP_RUNS)
    validator.forget_old(now)
    tried = ValidatorRun.objects.filter(ended_at__lt=now - KEEP_RUNS)
    slices = Slice.objects.filter(cycle__ended_at__lt=now - KEEP_RUNS)
    bulk = BulkOperation.objects.filter(ended_at__lt=now - KEEP_RUNS)
    return sum(map(delete_in_chunks, [done, tried, slices, bulk]))


def reservations(now: datetime) -> int:
    """Values that were chosen long ago: the target shows them by now, or the creation failed and chooses anew."""
    return delete_in_chunks(ReservedValue.objects.filter(reserved_at__lt=now - KEEP_RESERVATIONS))


def files(now: datetime) -> int:
    """CSV files nobody decided on, and what is told of those that are done with; gives how many."""
    old = csv_imports.open_files().filter(uploaded_at__lt=now - KEEP_FILES)
    for each in old:
        csv_imports.put_away(each, now)
    done = CsvImport.objects.exclude(samples=[]).filter(ended_at__lt=now - KEEP_RUNS)
    problems = CsvProblem.objects.filter(csv_import__ended_at__lt=now - KEEP_RUNS)
    return len(old) + int(done.update(samples=[])) + delete_in_chunks(problems)


def versions() -> int:
    """Changes of configurations beyond the newest ones of each job; gives how many."""
    kept = ConfigurationVersion.objects.filter(job=OuterRef("job")).order_by("-number").values("number")
    oldest = Subquery(kept[KEPT - 1 : KEPT])
    return delete_in_chunks(ConfigurationVersion.objects.annotate(oldest=oldest).filter(number__lt=F("oldest")))


def marked(now: datetime) -> int:
    """Rows that were removed or purged before every job's watermark, and of which nothing is remembered.

    A job without a watermark looks at everybody anyway and needs none of them. Readers of the API have as long to ask
    for them as their tokens are good.
    """
    directory = Directory.objects.the_one()
    told = directory.note_head(now)
    lowest = ProvisioningJob.objects.aggregate(lowest=Min("watermark"))["lowest"]
    seen = Q(change__lte=told if lowest is None else min(told, lowest))
    rows: list[QuerySet[Any]] = [Membership.objects.filter(seen, removed=True)]
    for model, type_ in ((User, ObjectType.USER), (Group, ObjectType.GROUP)):
        known = ObjectStateRow.objects.filter(object_type=type_, source_key=OuterRef("pk"))
        rows.append(model._default_manager.exclude(purged_at=None).filter(seen, ~Exists(known)))
    newest = [each.aggregate(newest=Max("change"))["newest"] or 0 for each in rows]
    directory.note_swept(max(newest))
    swept = delete_in_chunks(Assignment.objects.filter(seen, removed=True))
    return swept + sum(map(delete_in_chunks, rows))


def delete_in_chunks(rows: QuerySet[Any], goes_on: Callable[[], bool] = lambda: True) -> int:
    """Each chunk is a transaction of its own, so that no writer waits long. It stops where `goes_on` says no."""
    deleted = 0
    while goes_on() and (keys := list(rows.values_list("pk", flat=True)[:CHUNK])):
        rows.model._default_manager.filter(pk__in=keys).delete()
        deleted += len(keys)
    return deleted
