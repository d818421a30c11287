"""Whom a cycle looks at, by index: everybody entitled or known, or what changed since the watermark."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from provisioning.choices import CycleKind, ObjectType, Scope, Staging
from provisioning.jobs.below import below, changed_below
from provisioning.jobs.prepared import Given, Prepared
from provisioning.models import (
    Assignment,
    Cycle,
    EnterpriseApplication,
    Group,
    Membership,
    ObjectStateRow,
    ProvisioningJob,
    StagedRemoval,
    User,
)

Keys = QuerySet[Any, Any]
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
FEW = 500
"""So many changed people are asked for by their keys."""


def object_keys(cycle: Cycle, type_: ObjectType, low: int, high: int | None, now: datetime) -> Keys:
    """Keys of the objects to look at above `low` up to `high`, as one union that can be ordered, cut and counted.

    Full cycles take everyone who is entitled or has an object state; incremental ones what changed above the cycle's
    watermark, and states that are due; reconcile cycles who has an account. Removed assignments and memberships count
    when they were removed since.
    """
    objects: Keys = _model(type_).filter(within(low, high)).values("pk")
    found = _conditions(cycle, type_, now)
    if found is None:
        return objects.order_by("pk")
    first, *rest = [objects.filter(condition) for condition in found]
    return first.union(*rest).order_by("pk") if rest else first.order_by("pk")


def is_plain(cycle: Cycle) -> bool:
    """Whether `next_entitled` knows whom this cycle looks at: a full one, of who is assigned, without nested groups."""
    full = cycle.watermark is None and cycle.kind != CycleKind.RECONCILE
    return full and cycle.job.scope == Scope.ASSIGNED and not cycle.job.nested_groups


@cache
def next_entitled(type_: ObjectType, limit: int) -> Prepared:
    """The next `limit` keys above `low` up to `high` of who is assigned to `application` or known to `job`."""
    known = ObjectStateRow.objects.filter(job=Given("job"), object_type=type_, source_key=OuterRef("pk"))
    bounds = Q(pk__gt=Given("low"), pk__lte=Given("high"))
    entitled = _assigned(type_, Given("application")) | Q(Exists(known))
    return Prepared(lambda: _model(type_).filter(bounds).filter(entitled).order_by("pk").values_list("pk")[:limit])


def states(job: ProvisioningJob, type_: ObjectType) -> QuerySet[ObjectStateRow]:
    return ObjectStateRow.objects.filter(job=job, object_type=type_)


def within(low: int, high: int | None, name: str = "pk") -> Q:
    return Q(**{f"{name}__gt": low}) & (Q() if high is None else Q(**{f"{name}__lte": high}))


def _conditions(cycle: Cycle, type_: ObjectType, now: datetime) -> list[Q] | None:
    job = cycle.job
    if cycle.kind == CycleKind.RECONCILE:
        return [Q(_state(job, type_, ~Q(target_id="")))]
    if cycle.watermark is None:
        entitled = _entitled(job, type_)
        return None if entitled is None else [entitled | Q(_state(job, type_))]
    changed = _changed_users if type_ is ObjectType.USER else _changed_groups
    return [*changed(job, cycle.watermark), *_due(cycle, type_, now)]


def _entitled(job: ProvisioningJob, type_: ObjectType) -> Q | None:
    """Whether anything assigns an object, asked for each by index; None when everything is."""
    if job.scope == Scope.ALL:
        return None
    if type_ is ObjectType.GROUP or not job.nested_groups:
        return _assigned(type_, job.application)
    assigned = Assignment.objects.present().filter(application=job.application)
    roots = assigned.exclude(group=None).values_list("group", flat=True)
    through = Membership.objects.filter(user=OuterRef("pk"), removed=False, group__in=below(roots))
    return Q(Exists(assigned.filter(user=OuterRef("pk")))) | Q(Exists(through))


def _assigned(type_: ObjectType, application: EnterpriseApplication | Given) -> Q:
    """Assigned directly, or as a direct member of an assigned group."""
    assigned = Assignment.objects.present().filter(application=application)
    if type_ is ObjectType.GROUP:
        return Q(Exists(assigned.filter(group=OuterRef("pk"))))
    members = Membership.objects.filter(user=OuterRef("pk"), removed=False)
    through = members.filter(Exists(assigned.filter(group=OuterRef("group"))))
    return Q(Exists(assigned.filter(user=OuterRef("pk")))) | Q(Exists(through))


def _model(type_: ObjectType) -> Any:
    return User.objects if type_ is ObjectType.USER else Group.objects


def _state(job: ProvisioningJob, type_: ObjectType, condition: Q | None = None) -> Exists:
    return Exists(states(job, type_).filter(condition or Q(), source_key=OuterRef("pk")))


def _changed_users(job: ProvisioningJob, watermark: int) -> list[Q]:
    """One condition per thing that can change; each has a test that changes that thing only."""
    recent = _recent(job, watermark)
    counted, fresh = _groups(job, watermark, recent)
    # A membership counts while it is present, and once more after it was removed.
    members = Membership.objects.filter(Q(removed=False) | Q(change__gt=watermark)).exclude(user=None)
    entitled = _entitled(job, ObjectType.USER)
    known = Q() if entitled is None else entitled | Q(_state(job, ObjectType.USER))
    return [
        _changed_since(watermark) & known,
        Q(pk__in=recent.exclude(user=None).values("user")),
        Q(pk__in=members.filter(group__in=fresh).values("user")),
        Q(pk__in=members.filter(counted, change__gt=watermark).values("user")),
    ]


def _changed_since(watermark: int) -> Q:
    """Users above the watermark. SQLite prefers the range of keys to the index on changes, and would read everybody."""
    changed = User.objects.filter(change__gt=watermark)
    keys = list(changed.values_list("pk", flat=True)[: FEW + 1])
    return Q(pk__in=keys) if len(keys) <= FEW else Q(change__gt=watermark)


def _groups(job: ProvisioningJob, watermark: int, recent: QuerySet[Assignment]) -> tuple[Q, Any]:
    """Which groups of a membership count (assigned by now, or since the watermark), and which of them changed."""
    assignments = Assignment.objects.filter(application=job.application)
    counted = assignments.filter(Q(removed=False) | Q(change__gt=watermark))
    groups = recent.exclude(group=None).values("group")
    if not job.nested_groups:
        changed = Group.objects.filter(Exists(counted.filter(group=OuterRef("pk"))), change__gt=watermark)
        return Q(Exists(counted.filter(group=OuterRef("group")))), groups.union(changed.values("pk"))
    roots = set(counted.exclude(group=None).values_list("group", flat=True))
    fresh = changed_below(roots, groups.values_list("group", flat=True), watermark)
    return Q(group__in=below(roots, watermark)), fresh


def _changed_groups(job: ProvisioningJob, watermark: int) -> list[Q]:
    """The group itself; its members are compared in a phase of their own."""
    entitled = _entitled(job, ObjectType.GROUP)
    known = Q() if entitled is None else entitled | Q(_state(job, ObjectType.GROUP))
    members = Membership.objects.filter(change__gt=watermark)
    return [
        Q(change__gt=watermark) & known,
        Q(pk__in=members.values("group")) & known,
        Q(pk__in=_recent(job, watermark).exclude(group=None).values("group")),
    ]


def _recent(job: ProvisioningJob, watermark: int) -> QuerySet[Assignment]:
    """Assignments that changed, or whose role did."""
    roles = list(job.application.roles.filter(change__gt=watermark))
    if roles:
        changed = Q(change__gt=watermark) | Q(role__in=roles)
        return Assignment.objects.filter(changed, application=job.application)
    # As a sum, so that the index on changes is used: the one on applications would read all of the assignments.
    return Assignment.objects.alias(its=F("application_id") + 0).filter(its=job.application_id, change__gt=watermark)


def _due(cycle: Cycle, type_: ObjectType, now: datetime) -> list[Q]:
    """To be tried again by now, left waiting by an earlier cycle, or to be removed because a person said so."""
    known = states(cycle.job, type_)
    approved = StagedRemoval.objects.filter(job=cycle.job, object_type=type_, status=Staging.APPROVED)
    # Each in the words of its index's condition and as a range: otherwise SQLite would read all states.
    again = known.exclude(next_try_at=None).filter(next_try_at__lte=now)
    left = known.exclude(deferred_until=None).filter(deferred_until__gt=LONG_AGO).exclude(cycle_key=cycle.pk)
    return [
        Q(pk__in=again.values("source_key")),
        Q(pk__in=left.values("source_key")),
        Q(pk__in=approved.values("source_key")),
    ]
