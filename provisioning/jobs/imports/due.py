"""Which imports are due, and which jobs wait for one: read from the rows, as `jobs.due` does for cycles."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from provisioning.choices import CycleStatus, ImportPhase, ImportStatus
from provisioning.jobs.imports.ending import READING
from provisioning.jobs.imports.hand import BEING_STAGED, free
from provisioning.models import Cycle, Directory, Import, ProvisioningJob
from provisioning.models.directory import OWN
from provisioning.models.job import LAPSE

FRESH = timedelta(minutes=1)
"""An import that began so long before a job became due still serves it."""


def is_served() -> Q:
    """Whether a job that is due may start: its people are edited here or were just read, and no import is applied."""
    imports = _imports(OuterRef("application__directory"))
    due = ExpressionWrapper(OuterRef("next_start_at") - FRESH, output_field=DateTimeField())
    read = imports.filter(kind__in=READING, started_at__gte=due)
    read = read.exclude(status__in=[ImportStatus.RUNNING, ImportStatus.DISCARDED])
    applying = imports.filter(status=ImportStatus.RUNNING, phase=ImportPhase.APPLY)
    return (Q(application__directory__source=OWN) | Q(Exists(read))) & ~Q(Exists(applying))


def is_applying(directory_id: int) -> bool:
    """Whether the directory is half one thing and half another: no cycle begins meanwhile."""
    return _imports(directory_id).filter(status=ImportStatus.RUNNING, phase=ImportPhase.APPLY).exists()


def waited_for(now: datetime) -> list[int]:
    """The directories whose import jobs wait for, and that have none under way."""
    running = Cycle.objects.filter(job=OuterRef("pk"), status=CycleStatus.RUNNING, ended_at=None)
    ready = Q(not_before=None) | Q(not_before__lte=now)
    waiting = ProvisioningJob.objects.due(now).filter(ready, ~Exists(running), ~is_served())
    busy = _imports(OuterRef("pk")).filter(status=ImportStatus.RUNNING)
    readable = Directory.objects.exclude(source=OWN).exclude(locked="").filter(~Exists(busy))
    return list(readable.filter(applications__job__in=waiting).distinct().values_list("pk", flat=True))


def imports(now: datetime) -> QuerySet[Import]:
    """Imports that need a worker, without a message under way."""
    return _free(now).filter(free(), Q(queued_at=None) | Q(queued_at__lt=now - LAPSE))


def unattended(since: datetime) -> QuerySet[Import]:
    """Imports that have needed a worker since then, and that none has had in hand since."""
    return _free(since).filter(Q(expires_at=None) | Q(expires_at__lte=since), asked_at__lte=since)


def _free(now: datetime) -> QuerySet[Import]:
    ready = Q(not_before=None) | Q(not_before__lte=now)
    return Import.objects.filter(ready, status=ImportStatus.RUNNING).exclude(BEING_STAGED)


def _imports(directory: Any) -> QuerySet[Import]:
    return Import.objects.filter(directory=directory).order_by()
