"""What administrators do to a job: start, stop, restart, sync now. The caller queues it when these say so."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from provisioning.choices import CycleStatus, Mode
from provisioning.models import ProvisioningJob


class NotPossible(Exception):
    """The deed can't be done as things are; the text says why and what to do."""


@transaction.atomic
def start(job_id: int, now: datetime) -> ProvisioningJob:
    """Switch it On. It goes on where it stopped, or begins; a quarantined job tries at once."""
    job = _locked(job_id)
    if not job.is_set_up or job.mode != Mode.AUTOMATIC:
        raise NotPossible(_("Set Provisioning Mode to Automatic and save admin credentials first."))
    switch_on(job, now)
    job.save()
    return job


def switch_on(job: ProvisioningJob, now: datetime) -> None:
    """On, due at once; the caller saves the row. One that was given up has its time in quarantine over again."""
    if job.given_up_at:
        job.given_up_at, job.quarantined_at, job.quarantine_tries = None, now, 0
    job.is_on = True
    job.next_start_at = now
    job.queued_at = None


@transaction.atomic
def stop(job_id: int, now: datetime) -> ProvisioningJob:
    """Switch it Off. The running cycle stops at the next object and keeps its place."""
    job = _locked(job_id)
    switch_off(job, now)
    job.save()
    return job


def switch_off(job: ProvisioningJob, now: datetime) -> None:
    """Off; the caller saves the row in the same transaction."""
    job.is_on = False
    job.cycles.open().filter(status=CycleStatus.RUNNING).update(status=CycleStatus.STOPPED, stopped_at=now)


@transaction.atomic
def restart(job_id: int, now: datetime) -> ProvisioningJob:
    """Clear watermark, retries and quarantine and look at everybody again; links to accounts are kept."""
    job = _locked(job_id)
    if not job.is_set_up:
        raise NotPossible(_("Set Provisioning Mode to Automatic and save admin credentials first."))
    job.reconfigured()
    job.leave_quarantine()
    job.object_states.exclude(failures=0).update(failures=0, first_failed_at=None, next_try_at=now)
    switch_on(job, now)
    job.save()
    return job


@transaction.atomic
def sync_now(job_id: int, now: datetime) -> ProvisioningJob:
    """Make the next cycle due. While one runs this changes nothing, and says so."""
    job = _locked(job_id)
    if not (job.is_set_up and job.is_on):
        raise NotPossible(_("Provisioning is off. Start provisioning first."))
    if job.cycles.open().filter(status=CycleStatus.RUNNING).exists():
        raise NotPossible(_("A cycle is running already. It looks at everything that changed before it began."))
    job.next_start_at = now
    job.queued_at = None
    job.save(update_fields=["next_start_at", "queued_at"])
    return job


def _locked(job_id: int) -> ProvisioningJob:
    return ProvisioningJob.objects.select_for_update().select_related("application").get(pk=job_id)
