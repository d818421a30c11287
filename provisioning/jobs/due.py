"""What is due now: read from the rows, so that lost, doubled or late messages change nothing."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from provisioning.choices import CycleStatus
from provisioning.models import Cycle, Mail, ProvisioningJob, Slice
from provisioning.models.job import LAPSE, JobQuerySet


def jobs(now: datetime) -> JobQuerySet:
    """Jobs that need a worker: due to start, or running with a slice that nobody holds, or with no slice left."""
    running = Cycle.objects.filter(job=OuterRef("pk"), status=CycleStatus.RUNNING, ended_at=None)
    open_ = Slice.objects.filter(cycle=OuterRef("pk"), phase=OuterRef("phase"), done_at=None)
    free = open_.filter(Q(expires_at=None) | Q(expires_at__lt=Now()))
    needs_hands = running.filter(Exists(free) | ~Exists(open_))
    started = ProvisioningJob.objects.filter(Exists(needs_hands))
    starting = ProvisioningJob.objects.due(now).filter(~Exists(running))
    return ProvisioningJob.objects.filter(Q(pk__in=started.values("pk")) | Q(pk__in=starting.values("pk")))


def mails(now: datetime) -> QuerySet[Mail]:
    """Mails without a message under way; a failed one waits the time of a lapse."""
    return Mail.objects.unsent().filter(Q(queued_at=None) | Q(queued_at__lt=now - LAPSE))
