"""Deleting a provisioning job with all that it remembers, and what there is of an application. Accounts stay."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portal.accounts.audit import Doer, record
from provisioning.choices import CycleStatus, Mode, RunStatus
from provisioning.jobs import claims, control, phases, quarantine
from provisioning.jobs.control import NotPossible
from provisioning.jobs.notices import events
from provisioning.jobs.save import mark_saved
from provisioning.jobs.sweep import delete_in_chunks
from provisioning.models import Activity, Cycle, EnterpriseApplication, OnDemandRun, PreviewEntry, ProvisioningJob
from provisioning.texts import say

DELETE_JOB = gettext_noop("Delete provisioning configuration")
DELETE_APPLICATION = gettext_noop("Delete application")
JOB_DELETED = gettext_noop("The provisioning job was deleted meanwhile.")
PATIENCE, PAUSE = 10.0, 0.5
"""Seconds for which it is waited until the workers have left, and between two looks."""


def discard_job(job: ProvisioningJob, by: Doer, now: datetime, sleep: Callable[[float], None] = time.sleep) -> None:
    """Switch it Off and to Manual, and forget everybody; the admin credentials and the logs are kept.

    Raises NotPossible when a worker still has objects in hand; the job is Off then.
    """
    control.stop(job.pk, now)
    _await_workers(job.pk, sleep)
    reset(job.pk, by, now)
    delete_in_chunks(job.object_states.all())


def belongings(job: ProvisioningJob) -> list[QuerySet[Any]]:
    """The rows of an application of which there may be many, in the order in which they can go."""
    return [
        job.object_states.all(),
        Activity.objects.filter(job=job),
        PreviewEntry.objects.filter(cycle__job=job),
        Cycle.objects.filter(job=job),
        job.application.assignments.all(),
    ]


@transaction.atomic
def delete_emptied(pk: int, by: Doer) -> None:
    """The application itself, with what is left; nothing when somebody was quicker."""
    application = EnterpriseApplication.objects.select_for_update().filter(pk=pk).first()
    if application:
        record(by, DELETE_APPLICATION, application, old={"gallery": application.gallery_key})
        application.delete()


def _await_workers(job_id: int, sleep: Callable[[float], None]) -> None:
    waited = 0.0
    while claims.any_live(job_id) and waited < PATIENCE:
        sleep(PAUSE)
        waited += PAUSE


@transaction.atomic
def reset(job_id: int, by: Doer, now: datetime) -> None:
    """As if it had just been made, but for the settings and the history of its mappings. Raises NotPossible."""
    job = ProvisioningJob.objects.select_for_update(of=("self",)).select_related("application").get(pk=job_id)
    if claims.any_live(job_id):
        raise NotPossible(_("A worker still has objects in hand. Wait a moment and try again."))
    for cycle in [*job.cycles.open(), *job.cycles.open_preview()]:
        phases.end(cycle, job, CycleStatus.SUPERSEDED, now)
    waiting = OnDemandRun.objects.filter(job=job).exclude(status=RunStatus.DONE)
    waiting.update(status=RunStatus.DONE, ended_at=now, message=say(JOB_DELETED).as_json())
    mode, job.mode = job.mode, Mode.MANUAL
    job.next_start_at = job.queued_at = job.not_before = job.held_at = job.first_started_at = None
    job.is_on = False
    quarantine.clear(job, now)
    events.nothing_is_held(job, now)
    job.reconfigured()
    mark_saved(job, by, now)
    job.save()
    record(by, DELETE_JOB, job.application, old={"Provisioning Mode": mode}, new={"Provisioning Mode": job.mode})
