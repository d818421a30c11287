"""What administrators do to a job: start, stop, restart, sync now. The caller queues it when these say so."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from provisioning.choices import CycleKind, CycleStatus, Mode, ResetScope
from provisioning.jobs import begin, claims, held, quarantine
from provisioning.models import Cycle, MemberLink, ObjectStateRow, ProvisioningJob, StagedRemoval


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


RESTART = frozenset({ResetScope.WATERMARK, ResetScope.ESCROWS, ResetScope.QUARANTINE_STATE})
"""What Restart clears: everything but the links to accounts."""


@transaction.atomic
def restart(job_id: int, now: datetime, scopes: Iterable[ResetScope] = RESTART) -> ProvisioningJob:
    """Start anew, with as much cleared as asked for (resetScope of Microsoft Graph); it is switched on.

    Raises NotPossible when links are to be forgotten while a worker still has objects in hand.
    """
    job = _locked(job_id)
    _check_set_up(job)
    cleared = set(scopes) | (RESTART | {ResetScope.CONNECTOR_DATA_STORE} if ResetScope.FULL in scopes else set())
    if ResetScope.CONNECTOR_DATA_STORE in cleared:
        _forget_links(job)
    if cleared & {ResetScope.WATERMARK, ResetScope.CONNECTOR_DATA_STORE}:
        job.reconfigured()
    if ResetScope.ESCROWS in cleared:
        job.object_states.exclude(failures=0).update(failures=0, first_failed_at=None, next_try_at=now)
    if ResetScope.QUARANTINE_STATE in cleared:
        quarantine.clear(job, now)
    if ResetScope.FORCE_DELETES in cleared:
        held.approve_all(job, "", now)
    switch_on(job, now)
    job.save()
    return job


def _forget_links(job: ProvisioningJob) -> None:
    """Every object is matched anew. The states stay, so that accounts of leavers are still found and disabled."""
    if claims.any_live(job.pk):
        raise NotPossible(_("A worker still has objects in hand. Stop provisioning, wait a moment and try again."))
    unlink(job, job.object_states.all())
    job.held_at = None


def unlink(job: ProvisioningJob, states: QuerySet[ObjectStateRow]) -> int:
    """Forget the accounts of these objects, and give how many had one; the caller has locked the job."""
    MemberLink.objects.filter(state__in=states).delete()
    StagedRemoval.objects.filter(state__in=states).delete()
    return states.exclude(target_id="").update(target_id="", sent={}, uncertain=True, moved=job.epoch)


@transaction.atomic
def preview(job_id: int, now: datetime) -> Cycle:
    """Begin a preview: what the next full cycle would do, with nothing sent. A running one is given."""
    job = _locked(job_id)
    _check_set_up(job)
    if job.cycles.open().filter(status=CycleStatus.RUNNING).exists():
        raise NotPossible(_("A cycle is running. Wait until it has ended, or stop provisioning first."))
    return job.cycles.open_preview().first() or begin.new(job, CycleKind.PREVIEW, now)


@transaction.atomic
def reconcile(job_id: int, now: datetime, *, repair: bool) -> Cycle:
    """Begin a cycle that lists the application and compares every account; with `repair` it mends what differs."""
    job = _locked(job_id)
    if not (job.is_set_up and job.is_on):
        raise NotPossible(_("Provisioning is off. Start provisioning first."))
    if job.quarantine:
        raise NotPossible(_("Provisioning is in quarantine. Mend its cause first."))
    if job.cycles.open().exists() or claims.any_live(job_id):
        raise NotPossible(_("A cycle is under way. Wait until it has ended."))
    return begin.new(job, CycleKind.RECONCILE, now, repair=repair)


def _check_set_up(job: ProvisioningJob) -> None:
    if not job.is_set_up:
        raise NotPossible(_("Set Provisioning Mode to Automatic and save admin credentials first."))


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
    return ProvisioningJob.objects.select_for_update(no_key=True).select_related("application").get(pk=job_id)
