"""Beginning a cycle, or going on with one that stood still."""

from datetime import datetime

from django.db import transaction
from django.db.models.functions import Now

from provisioning.choices import CycleKind, CycleStatus
from provisioning.jobs import phases
from provisioning.models import Cycle, Directory, ProvisioningJob, Slice


@transaction.atomic
def begin(job_id: int, now: datetime) -> Cycle | None:
    """The cycle to work on now: the running one, a resumed one, or a new one. None when there is nothing to do.

    A second start while one runs gives the running one. No cycle begins while a lease of an earlier one is live: its
    worker may still have objects in hand.
    """
    job = ProvisioningJob.objects.select_for_update().get(pk=job_id)
    if not (job.is_set_up and job.is_on):
        return None
    cycle = job.cycles.open().first()
    if cycle and cycle.status == CycleStatus.RUNNING:
        return cycle
    if Slice.objects.filter(cycle__job=job, done_at=None, expires_at__gt=Now()).exists():
        return None
    if cycle:
        if resume(cycle, job, now):
            return cycle
        phases.end(cycle, job, CycleStatus.SUPERSEDED, now)
    elif job.next_start_at is None or job.next_start_at > now:
        return None
    return _new(job, now)


def resume(cycle: Cycle, job: ProvisioningJob, now: datetime) -> bool:
    """Go on where it stood: kind, phase and lower bounds are kept. Not after a change of configuration or a day."""
    stood_too_long = cycle.stopped_at is not None and now - cycle.stopped_at > phases.STALE
    if cycle.config_version != job.config_version or stood_too_long:
        return False
    cycle.status, cycle.stopped_at = CycleStatus.RUNNING, None
    cycle.stop_code, cycle.stop_message = "", {}
    cycle.save(update_fields=["status", "stopped_at", "stop_code", "stop_message"])
    _next_start(job, now)
    return True


def _new(job: ProvisioningJob, now: datetime) -> Cycle:
    head = Directory.objects.values_list("head", flat=True).get(pk=job.application.directory_id)
    cycle = Cycle.objects.create(
        job=job,
        kind=CycleKind.INITIAL if job.watermark is None else CycleKind.INCREMENTAL,
        config_version=job.config_version,
        watermark=job.watermark,
        head=head,
        started_at=now,
    )
    phases.open_users(cycle, now)
    job.first_started_at = job.first_started_at or now
    _next_start(job, now)
    return cycle


def _next_start(job: ProvisioningJob, now: datetime) -> None:
    job.next_start_at = now + job.interval
    job.save(update_fields=["next_start_at", "first_started_at"])
