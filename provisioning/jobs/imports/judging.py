"""Judging a whole read: who would be gone, and is that to be believed?"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from provisioning.choices import ImportKind, ImportPhase, ImportStatus, ObjectType, StagedKind
from provisioning.jobs.imports import ending, staging, waiting
from provisioning.jobs.imports.applying import STEPS
from provisioning.jobs.imports.hand import Hand
from provisioning.jobs.imports.staging import Row
from provisioning.jobs.notices import events
from provisioning.models import AppRole, Assignment, Directory, Group, Import, Membership, StagedRecord, User
from provisioning.models.directory_import import NOBODY
from provisioning.texts import Message, gettext_noop, say

CHUNK = 1000
LEAST, PERCENT = 10, 10
"""The fuse: at least so many are gone, and more than so many of a hundred."""
BIN = timedelta(days=30)
"""So long a deleted object can be restored; a source that is read whole does not tell it afterwards."""

LOOK = gettext_noop("Look whether the source tells everybody. If they are gone, apply it anyway.")
EMPTY = gettext_noop("The directory answered with 0 of %(there)s users.")
GONE: Mapping[str, str] = {
    StagedKind.USER: gettext_noop("%(gone)s of %(there)s users are gone."),
    StagedKind.GROUP: gettext_noop("%(gone)s of %(there)s groups are gone."),
    StagedKind.MEMBER: gettext_noop("%(gone)s of %(there)s memberships are gone."),
    StagedKind.ASSIGNMENT: gettext_noop("%(gone)s of %(there)s assignments are gone."),
}


def judge(hand: Hand) -> bool:
    """Stage what is missing, count, decide. True: apply it. Held otherwise, and nothing was changed."""
    run = hand.run
    for kind, missing in _missing(run):
        while rows := [_gone(kind, each) for each in missing[:CHUNK]]:
            with transaction.atomic():
                hand.fence()
                staging.write(run, rows)
    judged = _figures(run)
    reasons = _reasons(run, judged)
    if reasons and not run.approved_by:
        _hold(hand, judged, reasons)
        return False
    with transaction.atomic():
        hand.fence(phase=ImportPhase.APPLY, step=STEPS[0].name, position=0, judged=judged)
        waiting.take_up(run)
        ending.discard_held(run.directory_id)
    return True


def _hold(hand: Hand, judged: dict[str, Any], reasons: Sequence[Message]) -> None:
    now = timezone.now()
    with transaction.atomic():
        ending.discard_held(hand.run.directory_id)
        hand.give_back(
            status=ImportStatus.HELD,
            ended_at=now,
            judged=judged,
            error_code="TooManyGone",
            error_message=reasons[0].as_json(),
            error_remedy=LOOK,
        )
        if hand.run.kind in ending.READING:
            events.import_held(reasons[0], LOOK, now)


def _missing(run: Import) -> list[tuple[StagedKind, QuerySet[Any, Any]]]:
    """What the directory has and the import would have told if it still were there."""
    directory, covered = run.directory, set(run.covers)
    long_ago = timezone.now() - BIN
    there = Q(deleted_at=None) | Q(deleted_at__lt=long_ago, purged_at=None)
    found: list[tuple[StagedKind, QuerySet[Any, Any]]] = []
    for kind, model in ((StagedKind.USER, User), (StagedKind.GROUP, Group)):
        if kind in covered:
            objects: QuerySet[Any] = model._default_manager.filter(there, directory=directory)
            untold = objects.filter(~Exists(_told(run, kind, object_id=OuterRef("object_id"))))
            found.append((kind, untold.values("object_id", "deleted_at")))
    if StagedKind.MEMBER in covered:
        found += [(StagedKind.MEMBER, each) for each in _missing_members(run)]
    if applications := run.selection.get("applications"):
        found.append((StagedKind.ROLE, _missing_roles(run, applications)))
        found += [(StagedKind.ASSIGNMENT, each) for each in _missing_assignments(run, applications)]
    return found


def _missing_members(run: Import) -> list[QuerySet[Any, Any]]:
    """Of groups and people who are told themselves: what hangs on somebody who is gone comes back with a restore."""
    rows = Membership.objects.filter(removed=False, group__directory=run.directory)
    rows = rows.filter(Exists(_told(run, StagedKind.GROUP, gone=False, object_id=OuterRef("group__object_id"))))
    found = []
    for kind, end in ((StagedKind.USER, "user"), (StagedKind.GROUP, "member_group")):
        member, holder = OuterRef(f"{end}__object_id"), OuterRef("group__object_id")
        untold = rows.filter(
            Exists(_told(run, kind, gone=False, object_id=member)),
            ~Exists(_told(run, StagedKind.MEMBER, object_id=member, holder=holder)),
        )
        found.append(untold.values("group__object_id", f"{end}__object_id"))
    return found


def _missing_roles(run: Import, applications: Sequence[str]) -> QuerySet[Any, Any]:
    told = _told(run, StagedKind.ROLE, role=OuterRef("role_id"), holder=OuterRef("application__source_principal"))
    mine = AppRole.objects.filter(application__directory=run.directory, enabled=True)
    mine = mine.filter(application__source_principal__in=applications)
    return mine.filter(~Exists(told)).values("application__source_principal", "role_id")


def _missing_assignments(run: Import, applications: Sequence[str]) -> list[QuerySet[Any, Any]]:
    rows = Assignment.objects.filter(
        removed=False, application__directory=run.directory, application__source_principal__in=applications
    )
    found = []
    for end in ("user", "group"):
        same = {"object_id": OuterRef(f"{end}__object_id"), "holder": OuterRef("application__source_principal")}
        there = {f"{end}__deleted_at": None, f"{end}__purged_at": None, f"{end}__isnull": False}
        for has_role in (True, False):
            role = OuterRef("role__role_id") if has_role else NOBODY
            untold = rows.filter(role__isnull=not has_role, **there)
            untold = untold.filter(~Exists(_told(run, StagedKind.ASSIGNMENT, role=role, **same)))
            found.append(untold.values("application__source_principal", f"{end}__object_id", "role__role_id"))
    return found


def _told(run: Import, kind: StagedKind, **same: Any) -> QuerySet[StagedRecord]:
    return StagedRecord.objects.filter(run=run, kind=kind, **same)


def _gone(kind: StagedKind, values: Mapping[str, Any]) -> Row:
    """A row that says that this is gone."""
    if kind is StagedKind.ROLE:
        return Row(kind=kind, holder=values["application__source_principal"], role=values["role_id"], gone=True)
    if kind in (StagedKind.USER, StagedKind.GROUP):
        return Row(
            kind=kind,
            object_id=values["object_id"],
            object_type=ObjectType.USER if kind is StagedKind.USER else ObjectType.GROUP,
            gone=True,
            purged=values["deleted_at"] is not None,
        )
    person = "user__object_id" in values
    other = "group__object_id" if kind is StagedKind.ASSIGNMENT else "member_group__object_id"
    return Row(
        kind=kind,
        object_id=values["user__object_id" if person else other],
        holder=values["application__source_principal" if kind is StagedKind.ASSIGNMENT else "group__object_id"],
        role=values.get("role__role_id") or NOBODY,
        object_type=ObjectType.USER if person else ObjectType.GROUP,
        gone=True,
    )


def _figures(run: Import) -> dict[str, dict[str, int]]:
    """By kind, how many go; where the fuse may come in, also how many there are."""
    figures = {}
    for kind in GONE:
        gone = _going(run, StagedKind(kind)).count()
        if gone:
            figures[str(kind)] = {"gone": gone}
            if gone >= LEAST:
                figures[str(kind)]["there"] = _there(run.directory, StagedKind(kind)).count()
    return figures


def _going(run: Import, kind: StagedKind) -> QuerySet[StagedRecord]:
    """Staged as gone, and there: asked of each by index, so that many who stay cost nothing."""
    staged = _told(run, kind, gone=True)
    id_, holder = OuterRef("object_id"), OuterRef("holder")
    if kind in (StagedKind.USER, StagedKind.GROUP):
        model = User if kind is StagedKind.USER else Group
        there: QuerySet[Any] = model._default_manager.filter(object_id=id_, deleted_at=None, purged_at=None)
        return staged.filter(Exists(there))
    if kind is StagedKind.MEMBER:
        rows = Membership.objects.filter(removed=False, group__object_id=holder)
        return staged.filter(
            Exists(rows.filter(user__object_id=id_)) | Exists(rows.filter(member_group__object_id=id_))
        )
    return staged  # only those that are there are staged as gone


def _there(directory: Directory, kind: StagedKind) -> QuerySet[Any]:
    if kind is StagedKind.USER:
        return User.objects.present().filter(directory=directory)
    if kind is StagedKind.GROUP:
        return Group.objects.present().filter(directory=directory)
    if kind is StagedKind.MEMBER:
        return Membership.objects.filter(removed=False, group__directory=directory)
    mine = directory.applications.exclude(source_principal=None)
    return Assignment.objects.present().filter(application__in=mine)


def _reasons(run: Import, judged: dict[str, dict[str, int]]) -> list[Message]:
    """Why it is not to be applied unseen."""
    is_empty = run.kind == ImportKind.SNAPSHOT and not _told(run, StagedKind.USER, gone=False).exists()
    if is_empty and (there := _there(run.directory, StagedKind.USER).count()):
        return [say(EMPTY, there=there)]
    return [
        say(text, gone=found["gone"], there=found["there"])
        for kind, text in GONE.items()
        if (found := judged.get(kind)) and "there" in found and found["gone"] * 100 > found["there"] * PERCENT
    ]
