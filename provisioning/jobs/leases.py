"""Claiming a slice: token and expiry, and what a worker that vanished may have left behind."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Now

from provisioning.choices import ObjectType, Work
from provisioning.engine.ports import Lease
from provisioning.jobs.candidates import states
from provisioning.jobs.prepared import Given, Prepared
from provisioning.models import Cycle, Group, ObjectStateRow, Slice, SurveyRow, User

LIVE = Slice.objects.filter(cycle=OuterRef("pk"), done_at=None, expires_at__gt=Now()).order_by()
SIGNS = Prepared(
    lambda: (
        Cycle.objects.filter(pk=Given("cycle"))
        .annotate(live=Coalesce(Subquery(LIVE.values("cycle").values_list(Count("pk"))), 0))
        .values_list("status", "job__is_on", "job__config_version", "job__not_before", "live")
    )
)
"""What a worker has to know to go on: whether the cycle still runs, and how many slices of it are in hands."""
STUCK = 3
"""Claimed so often without getting on, a slice is done one object at a time."""


def claim(cycle: Cycle, owner: str, length: timedelta, now: datetime) -> tuple[Lease, list[int]] | None:
    """Take the next free slice of the running phase, with whom it is done ahead; inside a transaction.

    Whoever had it last and did not give it back may have created accounts for the objects it had in hand: they are
    remembered as uncertain.
    """
    phase = Cycle.objects.values_list("phase", flat=True).get(pk=cycle.pk)
    free = Q(expires_at=None) | Q(expires_at__lte=Now())
    due = Q(not_before=None) | Q(not_before__lte=now)
    slices = Slice.objects.filter(free, due, cycle=cycle, phase=phase, done_at=None).order_by("low", "pk")
    found = slices.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked).first()
    if found is None:
        return None
    if found.dirty:
        _look_after(cycle, found, now)
    Slice.objects.filter(pk=found.pk).update(
        token=found.token + 1,
        owner=owner,
        expires_at=Now() + length,
        in_hand=None,
        intents=[],
        dirty=True,
        stuck=found.stuck + 1,
    )
    lease = Lease(
        slice_id=found.pk,
        token=found.token + 1,
        work=Work(found.work),
        type=ObjectType(found.object_type),
        low=found.low,
        high=found.high,
        clean=not found.dirty,
        again=found.again,
        careful=found.stuck >= STUCK,
        suspect=found.in_hand if found.dirty and found.stuck > STUCK else None,
    )
    return lease, list(found.ahead)


def look_after(job_id: int, now: datetime) -> None:
    """A new cycle begins: what workers left behind in earlier ones, which nobody goes on with, is remembered.

    No lease is live; whoever wakes up late finds the slice in other hands.
    """
    left = Slice.objects.filter(cycle__job=job_id, done_at=None, dirty=True).select_related("cycle")
    for found in left.select_for_update(of=("self",)).order_by("pk"):
        _look_after(found.cycle, found, now)
        Slice.objects.filter(pk=found.pk).update(token=found.token + 1, dirty=False, intents=[])


def live(job_id: int) -> int:
    """How many slices of the job are in somebody's hands."""
    return Slice.objects.filter(cycle__job=job_id, done_at=None, expires_at__gt=Now()).count()


def _look_after(cycle: Cycle, found: Slice, now: datetime) -> None:
    """A survey begins anew; objects that may have got an account are looked up before anything is decided on them."""
    type_ = ObjectType(found.object_type)
    if found.work == Work.SURVEY:
        SurveyRow.objects.filter(cycle=cycle, object_type=type_).delete()
        return
    keys = [key for key in found.intents if key > found.low]
    known = states(cycle.job, type_).filter(source_key__in=keys)
    there = set(known.values_list("source_key", flat=True))
    known.filter(target_id="").update(uncertain=True, was_in_scope=True, managed=True, next_try_at=now)
    known.exclude(target_id="").update(uncertain=True, next_try_at=now)  # what was sent to it last is in doubt
    ObjectStateRow.objects.bulk_create(_new_states(cycle, type_, [key for key in keys if key not in there], now))


def _new_states(cycle: Cycle, type_: ObjectType, keys: Sequence[int], now: datetime) -> list[ObjectStateRow]:
    model: Any = User if type_ is ObjectType.USER else Group
    return [
        ObjectStateRow(
            job_id=cycle.job_id,
            object_type=type_,
            source_key=row.pk,
            source_id=str(row.object_id),
            label=row.display_name[:256],
            was_in_scope=True,
            managed=True,
            uncertain=True,
            next_try_at=now,
        )
        for row in model.objects.filter(pk__in=keys)
    ]
