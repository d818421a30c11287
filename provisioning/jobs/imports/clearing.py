"""Clearing the directory: everybody goes, and nothing is done to the accounts they have. An import of nothing."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from provisioning.choices import ImportKind, ImportPhase, ImportStatus
from provisioning.jobs import beat, claims, control
from provisioning.jobs.bulk import Table
from provisioning.jobs.imports import ending
from provisioning.jobs.imports.asking import locked
from provisioning.jobs.imports.hand import Hand
from provisioning.models import (
    Assignment,
    DetachedAccount,
    Directory,
    Group,
    Import,
    Membership,
    ObjectStateRow,
    ProvisioningJob,
    StagedRecord,
    User,
)
from provisioning.models.directory import CHUNK

WAIT = timedelta(seconds=2)
"""So long until it is looked again whether a worker still has objects in hand."""
AT_ONCE = 500
ACCOUNTS = Table(
    DetachedAccount,
    ("job", "object_type", "source_id", "label", "target_id", "origin", "detached_at"),
    ["job", "object_type", "target_id"],
)


@transaction.atomic
def ask(directory_id: int, now: datetime, by: str) -> Import:
    """Switch every job Off and have the directory cleared; the caller queues the import."""
    directory = locked(directory_id)
    clearing = directory.imports.filter(status=ImportStatus.RUNNING, kind=ImportKind.CLEARING).first()
    if clearing:
        return clearing
    ending.discard_running(directory_id, now)
    ending.discard_held(directory_id)
    jobs = ProvisioningJob.objects.filter(application__directory=directory).order_by("pk")
    for job in jobs.select_for_update(no_key=True, of=("self",)):
        control.switch_off(job, now)
        job.reconfigured()
        job.held_at = None
        job.save()
    return directory.imports.create(kind=ImportKind.CLEARING, phase=ImportPhase.APPLY, asked_at=now, asked_by=by)


def clear(hand: Hand) -> None:
    """Wait until nobody has an object in hand, then take row after row away in chunks."""
    jobs = ProvisioningJob.objects.filter(application__directory=hand.run.directory).values_list("pk", flat=True)
    if any(claims.any_live(pk) for pk in jobs):
        hand.give_back(not_before=timezone.now() + WAIT)
        return
    while not hand.is_over:
        if not _chunk(hand):
            _finish(hand)
            return
        beat.write()
    hand.give_back()


def _chunk(hand: Hand) -> bool:
    """One chunk of the first kind of which there are any; False when nothing is left."""
    for rows, remove in _kinds(hand.run.directory):
        keys = list(rows.order_by("pk").values_list("pk", flat=True)[:CHUNK])
        if keys:
            with transaction.atomic():
                hand.run.directory.take()
                hand.fence()
                remove(rows.model._default_manager.filter(pk__in=keys))
                Import.objects.filter(pk=hand.run.pk).update(removed=F("removed") + len(keys))
            return True
    return False


def _kinds(directory: Directory) -> list[tuple[QuerySet[Any], Callable[[QuerySet[Any]], object]]]:
    """What goes, in this order. Every chunk begins anew, so that nothing that came meanwhile is left."""
    states = ObjectStateRow.objects.filter(job__application__directory=directory)
    people, groups = User.objects.filter(directory=directory), Group.objects.filter(directory=directory)
    return [
        (Assignment.objects.filter(application__directory=directory), QuerySet.delete),
        (Membership.objects.filter(group__directory=directory), QuerySet.delete),
        (states, _detach),
        (people, QuerySet.delete),
        (groups, QuerySet.delete),
        (StagedRecord.objects.filter(run__directory=directory), QuerySet.delete),
    ]


def _detach(states: QuerySet[ObjectStateRow]) -> None:
    """What is known of accounts goes where no cycle looks; of who has none nothing is kept."""
    now = timezone.now()
    linked = states.exclude(target_id="")
    rows = [
        (row.job_id, row.object_type, row.source_id, row.label, row.target_id, row.origin, now)
        for row in linked.only("job_id", "object_type", "source_id", "label", "target_id", "origin")
    ]
    for start in range(0, len(rows), AT_ONCE):
        ACCOUNTS.write(rows[start : start + AT_ONCE])
    ProvisioningJob.objects.filter(pk__in={job for job, *_ in rows}).update(has_detached=True)
    states.delete()


@transaction.atomic
def _finish(hand: Hand) -> None:
    """The next import reads the source whole."""
    Directory.objects.filter(pk=hand.run.directory_id).update(delta_token="", selection={})
    hand.give_back(status=ImportStatus.COMPLETED, ended_at=timezone.now())
