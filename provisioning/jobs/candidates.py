"""Whom a cycle looks at, by index: everybody entitled or known, or what changed since the watermark."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from provisioning.choices import ObjectType, Scope
from provisioning.models import Assignment, Cycle, Membership, ObjectStateRow, ProvisioningJob, User

Keys = QuerySet[Any, Any]


def user_keys(cycle: Cycle, low: int, high: int | None, now: datetime) -> Keys:
    """Keys of the users to look at above `low` up to `high`, as one union that can be ordered, cut and counted.

    Full cycles take everyone who is entitled or has an object state; incremental ones what changed above the cycle's
    watermark, and states that are due. Removed assignments and memberships count when they were removed since.
    """
    within = Q(pk__gt=low) & (Q() if high is None else Q(pk__lte=high))
    users = User.objects.filter(within).values("pk")
    found = _full(cycle.job) if cycle.watermark is None else _changed(cycle.job, cycle.watermark, now)
    if found is None:
        return users.order_by("pk")
    first, *rest = [users.filter(condition) for condition in found]
    return first.union(*rest).order_by("pk")


def _full(job: ProvisioningJob) -> list[Q] | None:
    """Conditions of which any makes a user a candidate; None when everybody is one."""
    if job.scope == Scope.ALL:
        return None
    assigned = Assignment.objects.present().filter(application=job.application)
    groups = assigned.exclude(group=None).values("group")
    return [
        Q(pk__in=assigned.exclude(user=None).values("user")),
        Q(pk__in=Membership.objects.filter(group__in=groups, removed=False).exclude(user=None).values("user")),
        Q(pk__in=_states(job).values("source_key")),
    ]


def _changed(job: ProvisioningJob, watermark: int, now: datetime) -> list[Q]:
    """One condition per thing that can change; each has a test that changes that thing only."""
    assignments = Assignment.objects.filter(application=job.application)
    recent = assignments.filter(Q(change__gt=watermark) | Q(role__change__gt=watermark))
    counted = assignments.filter(Q(removed=False) | Q(change__gt=watermark))
    # A membership counts while it is present, and once more after it was removed.
    members = Membership.objects.filter(Q(removed=False) | Q(change__gt=watermark)).exclude(user=None)
    entitled = _full(job)
    known = Q() if entitled is None else entitled[0] | entitled[1] | entitled[2]
    return [
        Q(change__gt=watermark) & known,
        Q(pk__in=recent.exclude(user=None).values("user")),
        Q(pk__in=members.filter(group__in=recent.exclude(group=None).values("group")).values("user")),
        Q(pk__in=members.filter(group__in=counted.values("group"), group__change__gt=watermark).values("user")),
        Q(pk__in=members.filter(change__gt=watermark, group__in=counted.values("group")).values("user")),
        Q(pk__in=_states(job).filter(next_try_at__lte=now).values("source_key")),
    ]


def _states(job: ProvisioningJob) -> QuerySet[ObjectStateRow]:
    return ObjectStateRow.objects.filter(job=job, object_type=ObjectType.USER)
