"""Members of groups: those of the directory against those the target accepted, compared in SQL, never loaded whole."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from provisioning.choices import Kind, ObjectType, Work
from provisioning.jobs.candidates import states
from provisioning.jobs.load import candidates
from provisioning.models import Cycle, Group, MemberLink, Membership, ObjectStateRow, ProvisioningJob, StagedRemoval
from provisioning.records import Candidate, MemberWork, Reference


def group_keys(cycle: Cycle, work: Work, now: datetime, *, again: bool = False) -> QuerySet[Any, Any]:
    """Keys of the groups whose members differ, or that have members to be taken out."""
    return _groups(cycle, work, now, again).order_by("source_key").values("source_key")


def _groups(cycle: Cycle, work: Work, now: datetime, again: bool) -> QuerySet[Any]:
    known = states(cycle.job, ObjectType.GROUP)
    waiting = known.filter(cycle_key=cycle.pk).exclude(deferred_until=None)
    if work is Work.MEMBER_REMOVALS:
        staged = StagedRemoval.objects.executable().filter(job=cycle.job, kind=Kind.MEMBERS)
        return staged.filter(Q(state__in=waiting) if again else of_now(now))
    if again:
        return waiting
    linked = known.filter(managed=True).exclude(target_id="").filter(_touched(cycle, now))
    tried = Q(cycle_key=cycle.pk) & (Q(members_failed=True) | ~Q(deferred_until=None))
    missing = _missing(cycle.job, OuterRef("source_key"), OuterRef(OuterRef("pk")))
    differs = Exists(missing) | Exists(_leaving(OuterRef("pk")))
    return linked.exclude(tried).filter(differs | Q(members_failed=True))  # what no longer differs is settled


def of_now(now: datetime) -> Q:
    """Staged removals of objects that are not waiting for another time."""
    return (Q(state__next_try_at=None) | Q(state__next_try_at__lte=now)) & Q(state__deferred_until=None)


def _touched(cycle: Cycle, now: datetime) -> Q:
    """Whom an incremental cycle compares.

    Groups it recorded, that changed, with changed memberships, with a member that moved, went or came back, or whose
    members failed and are due.
    """
    if cycle.watermark is None:
        return Q()
    changed = Membership.objects.filter(change__gt=cycle.watermark).values("group")
    itself = Group.objects.filter(change__gt=cycle.watermark).values("pk")
    due = Q(members_failed=True, next_try_at__lte=now)
    users, groups = (moved(cycle, type_).values("source_key") for type_ in ObjectType)
    of_moved = Membership.objects.filter(Q(user__in=users) | Q(member_group__in=groups)).values("group")
    of_member = Q(source_key__in=of_moved) | Q(source_key__in=_of_changed_members(cycle))
    return Q(cycle_key=cycle.pk) | Q(source_key__in=itself) | Q(source_key__in=changed) | of_member | due


def _of_changed_members(cycle: Cycle) -> Any:
    """Groups of members that were deleted since, or that changed and are not in the group there."""
    since = Q(user__change__gt=cycle.watermark) | Q(member_group__change__gt=cycle.watermark)
    accepted = MemberLink.objects.filter(
        Q(member_type=ObjectType.USER, member_key=OuterRef("user"))
        | Q(member_type=ObjectType.GROUP, member_key=OuterRef("member_group")),
        state__job=cycle.job_id,
        state__object_type=ObjectType.GROUP,
        state__source_key=OuterRef("group"),
        doubtful=False,
    )
    deleted = Q(user__deleted_at__isnull=False) | Q(member_group__deleted_at__isnull=False)
    return Membership.objects.filter(since, removed=False).filter(deleted | ~Exists(accepted)).values("group")


def to_be_tried(cycle: Cycle) -> None:
    """Members that failed in an earlier cycle were not tried in this one yet, although their group was looked at."""
    failed = states(cycle.job, ObjectType.GROUP).filter(cycle_key=cycle.pk, members_failed=True, deferred_until=None)
    failed.update(cycle_key=None)


def moved(cycle: Cycle, type_: ObjectType) -> QuerySet[ObjectStateRow]:
    """Objects whose account is another one, or gone, since references were followed last."""
    return states(cycle.job, type_).filter(moved__gt=cycle.references_from, moved__lte=cycle.references_to)


def load(cycle: Cycle, work: Work, keys: Sequence[int], chunk: int) -> list[MemberWork]:
    """One request's worth of changes for each of these groups."""
    rows = {row.source_key: row.pk for row in states(cycle.job, ObjectType.GROUP).filter(source_key__in=keys)}
    found = candidates(cycle.job, ObjectType.GROUP, [key for key in keys if key in rows])
    if work is Work.MEMBER_REMOVALS:
        return [_removals(each, rows[each.source.key], chunk) for each in found]
    return [_additions(cycle.job, each, rows[each.source.key], chunk) for each in found]


def additions(job: ProvisioningJob, key: int, chunk: int) -> MemberWork | None:
    """Who is missing in one group; None while the group has no counterpart."""
    row = states(job, ObjectType.GROUP).filter(source_key=key).exclude(target_id="").first()
    found = candidates(job, ObjectType.GROUP, [key]) if row else []
    return _additions(job, found[0], row.pk, chunk) if row and found else None


def _additions(job: ProvisioningJob, candidate: Candidate, state: int, chunk: int) -> MemberWork:
    missing: Any = _missing(job, candidate.source.key, state).order_by("pk")
    rows = list(
        missing.values_list("user", "user__display_name", "member_group", "member_group__display_name", "account")[
            : chunk + 1
        ]
    )
    add = tuple(
        Reference(type=ObjectType.USER, key=user, label=name, target_id=account)
        if user
        else Reference(type=ObjectType.GROUP, key=group, label=group_name, target_id=account)
        for user, name, group, group_name, account in rows[:chunk]
    )
    more = len(rows) > chunk
    removals = 0 if more else _leaving(state).count()
    return MemberWork(candidate=candidate, add=add, more=more, removals=removals)


def _removals(candidate: Candidate, state: int, chunk: int) -> MemberWork:
    staged = StagedRemoval.objects.filter(state=state, kind=Kind.MEMBERS).first()
    leaving = _leaving(state)
    remove = tuple(
        Reference(type=ObjectType(row.member_type), key=row.member_key, label=row.label, target_id=row.target_id)
        for row in leaving.order_by("pk")[:chunk]
    )
    number = leaving.count()
    return MemberWork(
        candidate=Candidate(candidate.source, candidate.state, None, staged.as_value() if staged else None),
        remove=remove,
        more=number > len(remove),
        removals=number,
    )


def _missing(job: ProvisioningJob, group: Any, state: Any) -> QuerySet[Membership]:
    """Members of the directory who have an account and are not in the group there, or with another account."""
    users = Q(user__isnull=False, user__deleted_at=None, user__purged_at=None)
    groups = Q(member_group__isnull=False, member_group__deleted_at=None, member_group__purged_at=None)
    account = Coalesce(_account(job, ObjectType.USER, "user"), _account(job, ObjectType.GROUP, "member_group"))
    accepted = MemberLink.objects.filter(state=state, target_id=OuterRef("account"), doubtful=False)
    is_in = Exists(accepted.filter(member_type=ObjectType.USER, member_key=OuterRef("user"))) | Exists(
        accepted.filter(member_type=ObjectType.GROUP, member_key=OuterRef("member_group"))
    )
    present = Membership.objects.filter(users | groups, group=group, removed=False)
    return present.annotate(account=account).filter(account__isnull=False).filter(~is_in)


def _account(job: ProvisioningJob, type_: ObjectType, column: str) -> Subquery:
    linked = states(job, type_).filter(source_key=OuterRef(column)).exclude(target_id="")
    return Subquery(linked.values("target_id")[:1])


def _leaving(state: Any) -> QuerySet[MemberLink]:
    """Accepted members whose account is still the same, and who are no members in the directory any more."""
    account = ObjectStateRow.objects.filter(
        job=OuterRef("state__job"),
        object_type=OuterRef("member_type"),
        source_key=OuterRef("member_key"),
        target_id=OuterRef("target_id"),
    )
    present = Membership.objects.filter(group=OuterRef("state__source_key"), removed=False)
    user = present.filter(user=OuterRef("member_key"), user__deleted_at=None, user__purged_at=None)
    group = present.filter(
        member_group=OuterRef("member_key"), member_group__deleted_at=None, member_group__purged_at=None
    )
    gone = Q(~Exists(user), member_type=ObjectType.USER) | Q(~Exists(group), member_type=ObjectType.GROUP)
    return MemberLink.objects.filter(Exists(account), state=state).filter(gone)


def note(cycle: Cycle, works: Sequence[MemberWork]) -> None:
    """Before anything is sent: whatever becomes of it, these members are in doubt until the target accepted them."""
    rows = {
        row.source_key: row.pk for row in states(cycle.job, ObjectType.GROUP).filter(source_key__in=map(_key, works))
    }
    for each in works:
        _write(rows[_key(each)], each.add, doubtful=True)
        _write(rows[_key(each)], each.remove, doubtful=True)


def _key(work: MemberWork) -> int:
    return work.candidate.source.key


def _write(state: int, members: Sequence[Reference], *, doubtful: bool) -> None:
    rows = [
        MemberLink(
            state_id=state,
            member_type=each.type,
            member_key=each.key,
            target_id=each.target_id,
            label=each.label[:256],
            doubtful=doubtful,
        )
        for each in members
    ]
    MemberLink.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["state", "member_type", "member_key"],
        update_fields=["target_id", "label", "doubtful"],
    )


def accept(state: int, work: MemberWork) -> None:
    """Remember what the target accepted; of a group that is done, forget members whose account is gone."""
    _write(state, work.add, doubtful=False)
    for type_ in ObjectType:
        keys = [each.key for each in work.remove if each.type is type_]
        MemberLink.objects.filter(state=state, member_type=type_, member_key__in=keys).delete()
    if not work.more:
        account = ObjectStateRow.objects.filter(
            job=OuterRef("state__job"), object_type=OuterRef("member_type"), source_key=OuterRef("member_key")
        ).exclude(target_id="")
        gone = MemberLink.objects.filter(~Exists(account), state=state).values_list("pk", flat=True)
        MemberLink.objects.filter(pk__in=list(gone)).delete()
