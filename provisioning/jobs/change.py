"""Changes of the directory: every one takes its change number first and never deletes a row.

This is how rows are written. What people may do, checked and with an audit entry, is in `users`, `groups` and
`memberships`; what a source brings is staged and applied in chunks.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from provisioning.models import AppRole, Assignment, Directory, EnterpriseApplication, Group, Membership, User
from provisioning.models.directory import CHUNK

T = TypeVar("T")


def save(directory: Directory, *objects: User | Group) -> None:
    """Write new or changed people and groups under one change number, all or none. At most 1,000."""
    _refuse_many(objects)
    with transaction.atomic():
        number = directory.take()
        for each in objects:
            each.change = number
            each.save()


def _refuse_many(objects: Sequence[User | Group]) -> None:
    if len(objects) > CHUNK:
        raise ValueError(f"At most {CHUNK} objects at once; more is an import or a bulk operation.")


def delete(*objects: User | Group) -> None:
    """Put them in the recycle bin: they lose access, and can be restored."""
    mark(objects, deleted_at=timezone.now())


def restore(*objects: User | Group) -> None:
    mark(objects, deleted_at=None)


def purge(*objects: User | Group) -> None:
    """Delete for good. The row stays, marked, until no cycle needs it any more."""
    now = timezone.now()
    with transaction.atomic():
        mark([each for each in objects if not each.deleted_at], deleted_at=now)
        mark(objects, purged_at=now)


def mark(objects: Sequence[User | Group], **values: datetime | bool | None) -> None:
    """Give all of them these values under one change number, with a statement for each kind. At most 1,000."""
    if not objects:
        return
    _refuse_many(objects)
    with transaction.atomic():
        number = objects[0].directory.take()
        for kind in (User, Group):
            if keys := [each.pk for each in objects if isinstance(each, kind)]:
                kind._default_manager.filter(pk__in=keys).update(**values, change=number)
    for each in objects:
        each.change = number
        for name, value in values.items():
            setattr(each, name, value)


def assign(
    application: EnterpriseApplication, principals: Sequence[User | Group], role: AppRole | None
) -> list[Assignment]:
    """Assign with this role (None: Default Access). An assignment that was removed comes back."""

    def write(chunk: Sequence[User | Group], number: int) -> list[Assignment]:
        return [
            Assignment.objects.update_or_create(
                application=application,
                user=each if isinstance(each, User) else None,
                group=each if isinstance(each, Group) else None,
                role=role,
                defaults={"removed": False, "change": number},
            )[0]
            for each in chunk
        ]

    written = _in_chunks(application.directory, principals, write)
    return [each for chunk in written for each in chunk]


def unassign(application: EnterpriseApplication, assignments: Iterable[Assignment]) -> None:
    """Take the assignments away; whoever has no other loses access in the next cycle."""

    def write(chunk: Sequence[Assignment], number: int) -> None:
        keys = [each.pk for each in chunk]
        Assignment.objects.filter(pk__in=keys, application=application).update(removed=True, change=number)

    _in_chunks(application.directory, list(assignments), write)


def reassign(application: EnterpriseApplication, assignments: Sequence[Assignment], role: AppRole | None) -> None:
    """Give the same people and groups another role instead."""
    principals = [each.user or each.group for each in assignments]
    kept = {each.pk for each in assign(application, [each for each in principals if each], role)}
    unassign(application, [each for each in assignments if each.pk not in kept])


def add_members(group: Group, members: Sequence[User | Group]) -> None:
    """Who was a member once gets the same row again."""

    def write(chunk: Sequence[User | Group], number: int) -> None:
        rows = Membership.objects.filter(_these(chunk), group=group)
        rows.update(removed=False, change=number)
        present = set(rows.values_list("user", "member_group"))
        new = [Membership(group=group, change=number, **_kind(each)) for each in dict.fromkeys(chunk)]
        Membership.objects.bulk_create(each for each in new if (each.user_id, each.member_group_id) not in present)

    _in_chunks(group.directory, members, write)


def _kind(member: User | Group) -> dict[str, Any]:
    return {"user": member} if isinstance(member, User) else {"member_group": member}


def _these(members: Iterable[User | Group]) -> Q:
    users = [each for each in members if isinstance(each, User)]
    groups = [each for each in members if isinstance(each, Group)]
    return Q(user__in=users) | Q(member_group__in=groups)


def remove_members(group: Group, members: Sequence[User | Group]) -> None:
    def write(chunk: Sequence[User | Group], number: int) -> None:
        Membership.objects.filter(_these(chunk), group=group).update(removed=True, change=number)

    _in_chunks(group.directory, members, write)


R = TypeVar("R")


def _in_chunks(directory: Directory, rows: Sequence[T], write: Callable[[Sequence[T], int], R]) -> list[R]:
    """Each chunk is one transaction, and taking the change number is its first statement."""
    done = []
    for start in range(0, len(rows), CHUNK):
        with transaction.atomic():
            number = directory.take()
            done.append(write(rows[start : start + CHUNK], number))
    return done
