"""Beginning a cycle, or going on with one that stood still."""

from datetime import datetime

from django.db import transaction

from provisioning.choices import CycleKind, CycleStatus
from provisioning.jobs import leases, phases
from provisioning.jobs.imports import ending
from provisioning.jobs.imports.due import is_applying
from provisioning.models import Cycle, Directory, ProvisioningJob, SurveyRow


@transaction.atomic
def begin(job_id: int, now: datetime) -> Cycle | None:
    """The cycle to work on now: the running one, a resumed one, or a new one. None when there is nothing to do.

    A second start while one runs gives the running one. No cycle begins while a lease of an earlier one is live: its
    worker may still have objects in hand, nor while an import of the directory is being applied. A preview runs
    whatever the switch says, until a cycle is due.
    """
    jobs = ProvisioningJob.objects.select_related("application__directory")
    job = jobs.select_for_update(no_key=True, of=("self",)).get(pk=job_id)
    cycle, preview = job.cycles.open().first(), job.cycles.open_preview().first()
    if not _is_due(job, cycle, now):
        return preview
    if preview:
        phases.end(preview, job, CycleStatus.SUPERSEDED, now)
    if cycle and cycle.status == CycleStatus.RUNNING:
        return cycle
    if leases.live(job_id) or is_applying(job.application.directory_id):
        return None
    if cycle and resume(cycle, job, now):
        return cycle
    leases.look_after(job_id, now)
    if cycle:
        phases.end(cycle, job, CycleStatus.SUPERSEDED, now)
    return new(job, _kind(job), now)


def _is_due(job: ProvisioningJob, cycle: Cycle | None, now: datetime) -> bool:
    if not (job.is_set_up and job.is_on):
        return False
    if cycle and cycle.status == CycleStatus.RUNNING:
        return True
    return job.next_start_at is not None and job.next_start_at <= now


def _kind(job: ProvisioningJob) -> CycleKind:
    return CycleKind.INITIAL if job.watermark is None else CycleKind.INCREMENTAL


def resume(cycle: Cycle, job: ProvisioningJob, now: datetime) -> bool:
    """Go on where it stood: kind, phase and lower bounds are kept. Not after a change of configuration or a day.

    What was listed of the target is old by now: unlinked objects are asked for one by one. A reconcile cycle, which
    is about nothing else, is not resumed.
    """
    stood_too_long = cycle.stopped_at is not None and now - cycle.stopped_at > phases.STALE
    if cycle.config_version != job.config_version or stood_too_long or cycle.kind == CycleKind.RECONCILE:
        return False
    SurveyRow.objects.filter(cycle=cycle).delete()
    cycle.status, cycle.stopped_at, cycle.surveyed = CycleStatus.RUNNING, None, []
    cycle.stop_code, cycle.stop_message = "", {}
    cycle.source_message = ending.incomplete(job.application.directory)
    cycle.save(update_fields=["status", "stopped_at", "surveyed", "stop_code", "stop_message", "source_message"])
    _next_start(job, now)
    return True


def new(job: ProvisioningJob, kind: CycleKind, now: datetime, *, repair: bool = False) -> Cycle:
    """A cycle of this kind, with its first phase open; the caller has locked the job.

    The directory's head is read first: what changes from here on is looked at by the next cycle.
    """
    head = Directory.objects.values_list("head", flat=True).get(pk=job.application.directory_id)
    cycle = Cycle.objects.create(
        job=job,
        kind=kind,
        repair=repair,
        config_version=job.config_version,
        watermark=job.watermark if kind == CycleKind.INCREMENTAL else None,
        head=head,
        source_message=ending.incomplete(job.application.directory),
        started_at=now,
    )
    if kind != CycleKind.PREVIEW:
        job.first_started_at = job.first_started_at or now
        _next_start(job, now)
    phases.begin(cycle, job, now)
    return cycle


def _next_start(job: ProvisioningJob, now: datetime) -> None:
    job.next_start_at = now + job.interval
    job.save(update_fields=["next_start_at", "first_started_at"])
