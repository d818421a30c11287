"""Opening the phases of a cycle, cutting them into slices, and ending cycles."""

from datetime import datetime, timedelta
from itertools import pairwise

from provisioning.choices import CycleStatus, ObjectType, Phase
from provisioning.jobs.candidates import user_keys
from provisioning.models import Cycle, ProvisioningJob, Slice

SLICE = 500
"""About so many objects are one slice: enough to be worth a claim, few enough to spread over workers."""


def open_users(cycle: Cycle, now: datetime) -> None:
    """Cut the users into slices by key range. The first is open below, the last above: nobody falls between.

    Nobody is looked at while the mapping of users is switched off.
    """
    is_mapped = cycle.job.mappings.filter(object_type=ObjectType.USER, enabled=True).exists()
    keys = list(user_keys(cycle, 0, None, now).values_list("pk", flat=True)) if is_mapped else []
    bounds = [0, *keys[SLICE - 1 : -1 : SLICE], None]
    Slice.objects.bulk_create(
        Slice(cycle=cycle, phase=Phase.USERS, object_type=ObjectType.USER, low=low or 0, high=high)
        for low, high in pairwise(bounds)
        if keys
    )
    Cycle.objects.filter(pk=cycle.pk).update(phase=Phase.USERS, total=len(keys))


def finish(cycle: Cycle, job: ProvisioningJob, now: datetime) -> None:
    """The last phase. The watermark is the head that was read when the cycle began: what changed since is looked at
    again next time."""
    job.watermark = cycle.head
    job.save(update_fields=["watermark"])
    end(cycle, job, CycleStatus.COMPLETED, now)


def supersede(cycle: Cycle, job: ProvisioningJob, now: datetime) -> None:
    """The configuration changed: this cycle ends as it stands, and a full one follows at once."""
    end(cycle, job, CycleStatus.SUPERSEDED, now)
    job.next_start_at = now
    job.save(update_fields=["next_start_at"])


def end(cycle: Cycle, job: ProvisioningJob, status: CycleStatus, now: datetime) -> None:
    """End it. A job whose next start passed while the cycle ran starts again now, not in the past."""
    Cycle.objects.filter(pk=cycle.pk).update(status=status, phase=Phase.FINISH, ended_at=now, stopped_at=None)
    if job.next_start_at and job.next_start_at < now:
        job.next_start_at = now
        job.save(update_fields=["next_start_at"])


STALE = timedelta(hours=24)
"""A cycle that stood still for longer is not resumed: too much has changed under it."""
