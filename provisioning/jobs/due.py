"""What is due now: read from the rows, so that lost, doubled or late messages change nothing."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from provisioning.choices import CycleStatus, Mode, RunStatus
from provisioning.jobs.imports.due import is_served
from provisioning.jobs.profiles import kind_of
from provisioning.models import Beat, Cycle, Mail, OnDemandRun, ProvisioningJob, Slice, WebhookDelivery
from provisioning.models.job import LAPSE, JobQuerySet

SLOW = 50
"""Below so many requests a second one worker is enough."""
QUIET = timedelta(seconds=5)
"""A cycle that starts on change waits until nothing has changed for so long."""


def jobs(now: datetime) -> JobQuerySet:
    """Jobs that need a worker: due to start, or running with a slice that nobody holds, or with no slice left.

    While a worker still has a slice of a cycle that was stopped or superseded, the next start waits for it; queued
    all the same, it would be queued again and again. A start also waits for the directory's import, and while one is
    being applied.
    """
    needs_hands = Exists(_with_work(_running(), now))
    live = Slice.objects.filter(cycle__job=OuterRef("pk"), done_at=None, expires_at__gt=Now())
    starting = ProvisioningJob.objects.due(now).filter(is_served(), ~Exists(_running()), ~Exists(live))
    ready = Q(not_before=None) | Q(not_before__lte=now)
    return ProvisioningJob.objects.filter(ready).filter(needs_hands | Q(pk__in=starting.values("pk")))


def note_changes(now: datetime) -> int:
    """Make jobs due that start when the directory changes, once it has been quiet for a moment."""
    waiting = ProvisioningJob.objects.filter(
        on_change=True,
        is_on=True,
        mode=Mode.AUTOMATIC,
        quarantine="",
        watermark__lt=F("application__directory__head"),
        application__directory__changed_at__lte=now - QUIET,
        next_start_at__gt=now,
    )
    keys = list(waiting.values_list("pk", flat=True))
    return ProvisioningJob.objects.filter(pk__in=keys).update(next_start_at=now, queued_at=None)


def unattended(since: datetime) -> JobQuerySet:
    """Jobs that have needed a worker since then, and that no worker has had in hand since, on whichever host.

    A slice tells when it was last in hand: by the end of its lease, which lies ahead while it is held, or when it was
    done. What a worker holds of a cycle that was stopped holds up the next start, too.
    """
    in_hand = Q(expires_at__gt=since) | Q(done_at__gt=since)
    abandoned = _running().filter(started_at__lte=since).exclude(Exists(_slices().filter(in_hand)))
    held = Slice.objects.filter(in_hand, cycle__job=OuterRef("pk"), cycle__ended_at=None)
    starting = ProvisioningJob.objects.due(since).filter(is_served(), ~Exists(_running()), ~Exists(held))
    ready = Q(not_before=None) | Q(not_before__lte=since)
    needed = Exists(_with_work(abandoned, since)) | Q(pk__in=starting.values("pk"))
    return ProvisioningJob.objects.filter(ready).filter(needed)


def _running() -> QuerySet[Cycle]:
    return Cycle.objects.filter(job=OuterRef("pk"), status=CycleStatus.RUNNING, ended_at=None)


def _slices() -> QuerySet[Slice]:
    return Slice.objects.filter(cycle=OuterRef("pk"))


def _with_work(cycles: QuerySet[Cycle], now: datetime) -> QuerySet[Cycle]:
    """Those with a slice that nobody holds, or with none left: then somebody has to open the next phase."""
    open_ = _slices().filter(phase=OuterRef("phase"), done_at=None)
    free = Q(expires_at=None) | Q(expires_at__lte=Now())
    due = Q(not_before=None) | Q(not_before__lte=now)
    return cycles.filter(Exists(open_.filter(free, due)) | ~Exists(open_))


def mails(now: datetime) -> QuerySet[Mail]:
    """Mails whose time has come, without a message under way."""
    return Mail.due(now).filter(Q(queued_at=None) | Q(queued_at__lt=now - LAPSE))


def webhook_deliveries(now: datetime) -> QuerySet[WebhookDelivery]:
    """Calls of the webhook whose time has come, without a message under way."""
    return WebhookDelivery.due(now).filter(Q(queued_at=None) | Q(queued_at__lt=now - LAPSE))


def runs(now: datetime) -> QuerySet[OnDemandRun]:
    """Runs on demand that nobody has begun, without a message under way."""
    waiting = OnDemandRun.objects.exclude(status=RunStatus.DONE)
    return waiting.filter(Q(queued_at=None) | Q(queued_at__lt=now - LAPSE))


def wants_help(job: ProvisioningJob, now: datetime) -> bool:
    """Whether one more worker would find a slice, and there may be one more.

    A slow target is served by one worker: its rate would only be divided.
    """
    most = job.rate_limit or kind_of(job.application).requests_per_second
    if most is not None and most < SLOW:
        return False
    open_ = Slice.objects.filter(cycle__job=job, cycle__status=CycleStatus.RUNNING, done_at=None)
    live = open_.filter(expires_at__gt=Now()).count()
    hosts = max(1, Beat.objects.filter(cluster="cycles", beat_at__gt=now - LAPSE).count())
    return bool(live + 1 < min(open_.filter(phase=F("cycle__phase")).count(), settings.PORTAL_WORKERS * hosts))
