"""What is due now: read from the rows, so that lost, doubled or late messages change nothing."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from provisioning.choices import CycleStatus
from provisioning.models import Cycle, Mail, ProvisioningJob, Slice
from provisioning.models.job import LAPSE, JobQuerySet


def jobs(now: datetime) -> JobQuerySet:
    """Jobs that need a worker: due to start, or running with a slice that nobody holds, or with no slice left.

    While a worker still has a slice of a cycle that was stopped or superseded, the next start waits for it; queued
    all the same, it would be queued again and again.
    """
    needs_hands = Exists(_with_work(_running()))
    live = Slice.objects.filter(cycle__job=OuterRef("pk"), done_at=None, expires_at__gt=Now())
    starting = ProvisioningJob.objects.due(now).filter(~Exists(_running()), ~Exists(live))
    return ProvisioningJob.objects.filter(needs_hands | Q(pk__in=starting.values("pk")))


def unattended(since: datetime) -> JobQuerySet:
    """Jobs that have needed a worker since then, and that no worker has had in hand since, on whichever host.

    A slice tells when it was last in hand: by the end of its lease, which lies ahead while it is held, or when it was
    done. What a worker holds of a cycle that was stopped holds up the next start, too.
    """
    in_hand = Q(expires_at__gt=since) | Q(done_at__gt=since)
    abandoned = _running().filter(started_at__lte=since).exclude(Exists(_slices().filter(in_hand)))
    held = Slice.objects.filter(in_hand, cycle__job=OuterRef("pk"), cycle__ended_at=None)
    starting = ProvisioningJob.objects.due(since).filter(~Exists(_running()), ~Exists(held))
    return ProvisioningJob.objects.filter(Exists(_with_work(abandoned)) | Q(pk__in=starting.values("pk")))


def _running() -> QuerySet[Cycle]:
    return Cycle.objects.filter(job=OuterRef("pk"), status=CycleStatus.RUNNING, ended_at=None)


def _slices() -> QuerySet[Slice]:
    return Slice.objects.filter(cycle=OuterRef("pk"))


def _with_work(cycles: QuerySet[Cycle]) -> QuerySet[Cycle]:
    """Those with a slice that nobody holds, or with none left: then somebody has to open the next phase."""
    open_ = _slices().filter(phase=OuterRef("phase"), done_at=None)
    return cycles.filter(Exists(open_.filter(Q(expires_at=None) | Q(expires_at__lte=Now()))) | ~Exists(open_))


def mails(now: datetime) -> QuerySet[Mail]:
    """Mails whose time has come, without a message under way."""
    return Mail.objects.due(now).filter(Q(queued_at=None) | Q(queued_at__lt=now - LAPSE))
