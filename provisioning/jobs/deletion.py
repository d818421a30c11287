"""Deleting an application in the background: its accounts are disabled first, where that was asked for."""

import time
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portal.accounts.audit import Doer, record
from provisioning.choices import CycleStatus, Deletion, ObjectType
from provisioning.jobs import beat, claims, control, discard, held
from provisioning.jobs.control import NotPossible
from provisioning.jobs.standing import MANY
from provisioning.jobs.sweep import delete_in_chunks
from provisioning.models import Activity, Cycle, EnterpriseApplication, ObjectStateRow, ProvisioningJob
from provisioning.models.job import LAPSE

ASK = gettext_noop("Ask to delete application")
CALL_OFF = gettext_noop("Call off deletion of application")
TASK_SECONDS = 45


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """What a deletion means: accounts that can be used, accounts that are disabled, and how much else goes."""

    usable: int
    disabled: int
    groups: int
    assignments: int
    entries: int
    cycles: int


def extent(application: EnterpriseApplication) -> Extent:
    """Counted now; entries of the logs up to their limit, as everywhere."""
    job = application.job
    linked = job.object_states.exclude(target_id="")
    people = linked.filter(object_type=ObjectType.USER)
    return Extent(
        usable=usable(job).count(),
        disabled=people.filter(disabled=True).count(),
        groups=linked.filter(object_type=ObjectType.GROUP).count(),
        assignments=application.assignments.present().count(),
        entries=Activity.objects.filter(job=job).order_by()[: MANY + 1].count(),
        cycles=job.cycles.real().count(),
    )


def usable(job: ProvisioningJob) -> QuerySet[ObjectStateRow]:
    """People with an account that came into its care and that it has not disabled."""
    people = job.object_states.filter(object_type=ObjectType.USER, was_in_scope=True, disabled=False)
    return people.exclude(target_id="")


def why_not_disable(job: ProvisioningJob) -> str:
    """Why accounts can't be disabled first; empty when they can."""
    if not job.is_set_up:
        return _("Provisioning is not set up, so the application cannot be reached.")
    if job.quarantine:
        return _("Provisioning is in quarantine, so the application cannot be reached. Mend its cause first.")
    mapping = job.mappings.filter(object_type=ObjectType.USER, enabled=True).first()
    if mapping is None or not mapping.update_objects:
        return _("The mapping of users is off, or its action Update is: nothing of accounts is changed.")
    return ""


@transaction.atomic
def ask(application: EnterpriseApplication, by: Doer, now: datetime, *, disable: bool) -> EnterpriseApplication:
    """Have it deleted; the caller queues it, or the job whose accounts are to be disabled. Raises NotPossible."""
    job = _locked(application)
    found = job.application
    if found.is_going:
        return found
    if disable and (why := why_not_disable(job)):
        raise NotPossible(why)
    found.deletion = Deletion.DISABLING if disable else Deletion.EMPTYING
    found.deletion_asked_at, found.deletion_asked_by, found.deletion_queued_at = now, str(by)[:150], None
    found.save()
    if disable:
        held.approve_all(job, str(by), now)
        job.reconfigured()
        control.switch_on(job, now)
    else:
        control.switch_off(job, now)
    job.save()
    record(by, ASK, found, new={"Accounts": "Disable them first" if disable else "Leave them as they are"})
    return found


@transaction.atomic
def call_off(application: EnterpriseApplication, by: Doer, now: datetime) -> EnterpriseApplication:
    """Keep it after all: the next cycle enables again who is in scope. Raises NotPossible once it is being emptied."""
    job = _locked(application)
    found = job.application
    if found.is_going:
        raise NotPossible(_("It is too late: parts of the application are deleted already."))
    if found.is_leaving:
        found.deletion, found.deletion_asked_at, found.deletion_asked_by = Deletion.NONE, None, ""
        found.save()
        job.reconfigured()
        if job.is_on:
            job.next_start_at, job.queued_at = now, None
        job.save()
        record(by, CALL_OFF, found)
    return found


def advance(now: datetime) -> None:
    """Empty those whose accounts are all disabled. Called by the tick; who can't be disabled holds it up."""
    for application in EnterpriseApplication.objects.filter(deletion=Deletion.DISABLING).select_related("job"):
        if has_looked_at_all(application) and not usable(application.job).exists():
            _empty(application, now)


@transaction.atomic
def _empty(application: EnterpriseApplication, now: datetime) -> None:
    """Go on from disabling, unless somebody called it off a moment ago."""
    job = _locked(application)
    if job.application.is_leaving:
        job.application.deletion, job.application.deletion_queued_at = Deletion.EMPTYING, None
        job.application.save()
        control.switch_off(job, now)
        job.save()


def has_looked_at_all(application: EnterpriseApplication) -> bool:
    """Whether a cycle that began after the deletion was asked for has ended and looked at everybody."""
    since = Q(started_at__gte=application.deletion_asked_at, status=CycleStatus.COMPLETED)
    return bool(application.job.cycles.real().filter(since, config_version=application.job.config_version).exists())


def due(now: datetime) -> QuerySet[EnterpriseApplication]:
    """Those that need a worker, without a message under way."""
    unqueued = Q(deletion_queued_at=None) | Q(deletion_queued_at__lt=now - LAPSE)
    return EnterpriseApplication.objects.filter(unqueued, deletion=Deletion.EMPTYING)


def run(pk: int, now: datetime, seconds: float = TASK_SECONDS) -> None:
    """One task's share of it. A message that comes late or twice finds less to do, or nothing."""
    beat.write()
    found = EnterpriseApplication.objects.select_related("job", "directory").filter(pk=pk, deletion=Deletion.EMPTYING)
    application, until = found.first(), time.monotonic() + seconds
    if application is None:
        return
    if not _is_reset(application.job, application.deletion_asked_by, now):
        _give_back(pk)
        return

    def goes_on() -> bool:
        beat.write()
        return time.monotonic() < until

    for rows in discard.belongings(application.job):
        delete_in_chunks(rows, goes_on)
    if goes_on():
        discard.delete_emptied(pk, application.deletion_asked_by)
    else:
        _give_back(pk)


def _is_reset(job: ProvisioningJob, by: str, now: datetime) -> bool:
    """The cycle ended and nobody at work; False while a worker still has objects in hand."""
    if claims.any_live(job.pk):
        return False
    if job.is_on or Cycle.objects.filter(job=job, ended_at=None).exists() or job.first_started_at or job.quarantine:
        try:
            discard.reset(job.pk, by, now)
        except NotPossible:
            return False
    return True


def _give_back(pk: int) -> None:
    EnterpriseApplication.objects.filter(pk=pk).update(deletion_queued_at=None)


def _locked(application: EnterpriseApplication) -> ProvisioningJob:
    """The job and its application, locked and read anew."""
    jobs = ProvisioningJob.objects.select_for_update(no_key=True, of=("self", "application"))
    return jobs.select_related("application__directory").get(application=application.pk)
