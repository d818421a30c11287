"""Held removals: a person approves or rejects them, one by one or all."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from provisioning.choices import Kind, Staging
from provisioning.jobs import on_demand
from provisioning.jobs.notices import events
from provisioning.models import OnDemandRun, ProvisioningJob, StagedRemoval

AT_ONCE = 10
"""Up to so many approved accounts are removed at once; more make a cycle due."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many accounts and memberships are held, and since when."""

    accounts: int
    members: int
    since: datetime


def waiting(job: ProvisioningJob) -> Waiting | None:
    """What waits for a person; None, without a query, when nothing does."""
    if job.held_at is None:
        return None
    sums = StagedRemoval.objects.filter(job=job).held().order_by().values_list("kind").annotate(sum=Sum("number"))
    numbers = dict(sums)
    return Waiting(numbers.get(Kind.ACCOUNT, 0), numbers.get(Kind.MEMBERS, 0), job.held_at)


@transaction.atomic
def approve(job_id: int, keys: Iterable[int], by: str, now: datetime) -> tuple[int, list[OnDemandRun]]:
    """Let these removals happen. Gives how many there are, and the runs that carry them out at once, to be queued.

    Each is judged once more before it is carried out; one whose reason changed meanwhile is held anew.
    """
    job = _locked(job_id)
    rows = list(StagedRemoval.objects.filter(job=job, pk__in=list(keys)).held().select_related("state"))
    _decide(job, [row.pk for row in rows], Staging.APPROVED, by, now)
    if len(rows) <= AT_ONCE and all(row.kind == Kind.ACCOUNT for row in rows):
        return len(rows), [on_demand.ask_removal(job, row, by, now) for row in rows]
    if rows:
        _make_due(job, now)
    return len(rows), []


@transaction.atomic
def reject(job_id: int, keys: Iterable[int], by: str, now: datetime) -> int:
    """Leave these accounts alone until their objects change, or a full cycle; gives how many there were."""
    job = _locked(job_id)
    held = StagedRemoval.objects.filter(job=job, pk__in=list(keys)).held()
    return _decide(job, list(held.values_list("pk", flat=True)), Staging.REJECTED, by, now)


def approve_all(job: ProvisioningJob, by: str, now: datetime) -> int:
    """Every one that is held; the caller has locked the job and makes it due."""
    held = StagedRemoval.objects.filter(job=job).held()
    return _decide(job, list(held.values_list("pk", flat=True)), Staging.APPROVED, by, now)


def _decide(job: ProvisioningJob, keys: list[int], status: Staging, by: str, now: datetime) -> int:
    for start in range(0, len(keys), 1000):
        chunk = StagedRemoval.objects.filter(pk__in=keys[start : start + 1000])
        chunk.update(status=status, decided_at=now, decided_by=by)
    if not StagedRemoval.objects.filter(job=job).held().exists():
        job.held_at = None
        job.save(update_fields=["held_at"])
        events.nothing_is_held(job, now)
    return len(keys)


def _make_due(job: ProvisioningJob, now: datetime) -> None:
    if job.is_on and job.is_set_up:
        job.next_start_at, job.queued_at = now, None
        job.save(update_fields=["next_start_at", "queued_at"])


def _locked(job_id: int) -> ProvisioningJob:
    return ProvisioningJob.objects.select_for_update(no_key=True).get(pk=job_id)
