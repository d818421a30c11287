"""Applying people and groups: new ones, changed ones, restored ones, and at last those who are gone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db.models.functions import Coalesce
from django.utils import timezone

from provisioning.choices import StagedKind
from provisioning.jobs.bulk import Table
from provisioning.jobs.imports.columns import group_values, user_values
from provisioning.jobs.imports.names import TAKEN, Entries, Entry, make_room, park
from provisioning.jobs.imports.steps import Written
from provisioning.models import Group, Import, StagedRecord, User
from provisioning.models.directory import CHUNK
from provisioning.texts import gettext_noop

NAMELESS = gettext_noop("It has no user principal name.")
AT_ONCE = 200
"""So many rows are written by one statement."""

T = TypeVar("T", User, Group)

USER_FIELDS = [each.name for each in User._meta.concrete_fields if each.name not in ("id", "manager")]
GROUP_FIELDS = [each.name for each in Group._meta.concrete_fields if each.name != "id"]
USERS, CHANGED_USERS = Table(User, USER_FIELDS), Table(User, USER_FIELDS, ["object_id"], ["created_at"])
GROUPS, CHANGED_GROUPS = Table(Group, GROUP_FIELDS), Table(Group, GROUP_FIELDS, ["object_id"], ["created_at"])


def write_objects(run: Import, rows: Sequence[StagedRecord], number: int) -> Written:
    """People and groups who are there. Names that pass from one to another do so within the chunk."""
    written, now = Written(), timezone.now()

    def read(staged: Sequence[StagedRecord]) -> Entries:
        return _entries(run, staged, written, now)

    groups = [row for row in rows if row.kind == StagedKind.GROUP]
    room = make_room(run, read([row for row in rows if row.kind == StagedKind.USER]), read, CHUNK - len(groups))
    refused = room.refused
    written.waits[TAKEN] += [room.entries[id_].row.pk for id_ in refused]
    entries = [each for id_, each in room.entries.items() if id_ not in refused]
    written.removed = remove_objects(run, room.leaving, number).removed
    park(entries)
    people = [each.user for each in entries]
    teams = _teams(run, groups, now)
    _write(people, USERS, CHANGED_USERS, USER_FIELDS, number)
    _write(teams, GROUPS, CHANGED_GROUPS, GROUP_FIELDS, number)
    written.changed = len(people) + len(teams) + written.removed
    return written


def remove_objects(run: Import, rows: Sequence[StagedRecord], number: int) -> Written:
    """Into the recycle bin, or for good. Their memberships stay with them, so that a restore brings everything back."""
    removed, now = 0, timezone.now()
    for kind, model in ((StagedKind.USER, User), (StagedKind.GROUP, Group)):
        of_kind = [row for row in rows if row.kind == kind]
        known = model._default_manager.filter(directory=run.directory, purged_at=None)
        soft = known.filter(object_id__in=[row.object_id for row in of_kind if not row.purged], deleted_at=None)
        removed += soft.update(deleted_at=now, change=number)
        hard = known.filter(object_id__in=[row.object_id for row in of_kind if row.purged])
        removed += hard.update(deleted_at=Coalesce("deleted_at", now), purged_at=now, change=number)
    return Written(changed=removed, removed=removed)


def _entries(run: Import, rows: Sequence[StagedRecord], written: Written, now: datetime) -> Entries:
    found = User.objects.filter(object_id__in=[row.object_id for row in rows])
    known, entries = {user.object_id: user for user in found}, Entries()
    for row in rows:
        user = known.get(row.object_id) or User(directory=run.directory, object_id=row.object_id, created_at=now)
        values, is_there = user_values(user, row.payload), _is_there(user)
        if not values.get("user_principal_name", user.user_principal_name):
            written.waits[NAMELESS].append(row.pk)
        elif values or not is_there:
            before = user.user_principal_name.lower() if is_there else ""
            entries[row.object_id] = Entry(row, _become(user, values), before)
    return entries


def _teams(run: Import, rows: Sequence[StagedRecord], now: datetime) -> list[Group]:
    found = Group.objects.filter(object_id__in=[row.object_id for row in rows])
    known, teams = {group.object_id: group for group in found}, []
    for row in rows:
        group = known.get(row.object_id) or Group(directory=run.directory, object_id=row.object_id, created_at=now)
        values = group_values(group, row.payload)
        if values or not _is_there(group):
            teams.append(_become(group, values))
    return teams


def _is_there(each: User | Group) -> bool:
    return each.pk is not None and each.deleted_at is None and each.purged_at is None


def _become(each: T, values: dict[str, Any]) -> T:
    for name, value in values.items():
        setattr(each, name, value)
    each.deleted_at = each.purged_at = None
    return each


def _write(objects: Sequence[User | Group], new: Table, changed: Table, fields: Sequence[str], number: int) -> None:
    for each in objects:
        each.change = number
    for table, of_table in ((new, [o for o in objects if o.pk is None]), (changed, [o for o in objects if o.pk])):
        for start in range(0, len(of_table), AT_ONCE):
            rows = [_row(each, fields) for each in of_table[start : start + AT_ONCE]]
            table.write(rows)


def _row(each: User | Group, fields: Sequence[str]) -> list[Any]:
    return [each.directory_id if name == "directory" else getattr(each, name) for name in fields]
