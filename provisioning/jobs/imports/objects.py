"""Applying people and groups: new ones, changed ones, restored ones, and at last those who are gone."""

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, TypeVar

from django.db.models.functions import Coalesce
from django.utils import timezone

from provisioning.choices import StagedKind
from provisioning.jobs.bulk import Table
from provisioning.jobs.imports.columns import group_values, user_values
from provisioning.jobs.imports.names import TAKEN, Entries, Entry, make_room, park
from provisioning.jobs.imports.steps import Staged, Written, keys_of
from provisioning.models import Group, Import, User
from provisioning.models.directory import CHUNK
from provisioning.texts import gettext_noop

NAMELESS = gettext_noop("It has no user principal name.")
AT_ONCE = 200
"""So many rows are written by one statement."""

T = TypeVar("T", User, Group)


class Rows(Table):
    """A table that takes objects of its model."""

    def __init__(self, model: type[User] | type[Group], fields: Sequence[str], *words: Sequence[str]) -> None:
        super().__init__(model, fields, *words)
        self._values = attrgetter(*fields)

    def save(self, objects: Sequence[User | Group]) -> None:
        for start in range(0, len(objects), AT_ONCE):
            self.write([self._values(each) for each in objects[start : start + AT_ONCE]])


def _fields(model: type[User] | type[Group], *left_out: str) -> list[str]:
    return [each.attname for each in model._meta.concrete_fields if each.attname not in ("id", *left_out)]


NEW_USERS, NEW_GROUPS = Rows(User, _fields(User)), Rows(Group, _fields(Group))
USERS = Rows(User, _fields(User, "manager_id"), ["object_id"], ["created_at"])
GROUPS = Rows(Group, _fields(Group), ["object_id"], ["created_at"])
BLANK = {model: {each.attname: each.get_default() for each in model._meta.concrete_fields} for model in (User, Group)}


def write_objects(run: Import, rows: Sequence[Staged], number: int) -> Written:
    """People and groups who are there. Names that pass from one to another do so within the chunk."""
    written, now = Written(), timezone.now()

    def read(told: Sequence[Staged]) -> Entries:
        return _entries(run, told, written, now)

    groups = [row for row in rows if row.kind == StagedKind.GROUP]
    room = make_room(run, read([row for row in rows if row.kind == StagedKind.USER]), read, CHUNK - len(groups))
    refused = room.refused
    written.waits[TAKEN] += [room.entries[id_].row.pk for id_ in refused]
    entries = [each for id_, each in room.entries.items() if id_ not in refused]
    written.removed = remove_objects(run, room.leaving, number).removed
    park(entries)
    people = [each.user for each in entries]
    teams = _teams(run, groups, now)
    _write(people, NEW_USERS, USERS, number)
    _write(teams, NEW_GROUPS, GROUPS, number)
    written.changed = len(people) + len(teams) + written.removed
    return written


def remove_objects(run: Import, rows: Sequence[Staged], number: int) -> Written:
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


def _entries(run: Import, rows: Sequence[Staged], written: Written, now: datetime) -> Entries:
    found = User.objects.filter(object_id__in=[row.object_id for row in rows])
    known, entries = {user.object_id: user for user in found}, Entries()
    managers = keys_of(User, {row.manager for row in rows if row.manager and row.object_id not in known})
    for row in rows:
        user = known.get(row.object_id)
        if user is None:  # the manager's step need not write them once more where the manager is there already
            user = _new(User, run, row, now)
            user.manager_id = managers.get(row.manager) if row.manager else None
        values, is_there = user_values(user, row.payload), _is_there(user)
        if not values.get("user_principal_name", user.user_principal_name):
            written.waits[NAMELESS].append(row.pk)
        elif values or not is_there:
            before = user.user_principal_name.lower() if is_there else ""
            entries[row.object_id] = Entry(row, _become(user, values), before)
    return entries


def _teams(run: Import, rows: Sequence[Staged], now: datetime) -> list[Group]:
    found = Group.objects.filter(object_id__in=[row.object_id for row in rows])
    known, teams = {group.object_id: group for group in found}, []
    for row in rows:
        group = known.get(row.object_id) or _new(Group, run, row, now)
        values = group_values(group, row.payload)
        if values or not _is_there(group):
            teams.append(_become(group, values))
    return teams


def _new(model: type[T], run: Import, row: Staged, now: datetime) -> T:
    """By position: naming the values of new rows would take most of the time that preparing them takes."""
    told = {"directory_id": run.directory_id, "object_id": row.object_id, "created_at": now}
    return model(*{**BLANK[model], **told}.values())


def _is_there(each: User | Group) -> bool:
    return each.pk is not None and each.deleted_at is None and each.purged_at is None


def _become(each: T, values: dict[str, Any]) -> T:
    for name, value in values.items():
        setattr(each, name, value)
    each.deleted_at = each.purged_at = None
    return each


def _write(objects: Sequence[User | Group], new: Rows, changed: Rows, number: int) -> None:
    for each in objects:
        each.change = number
    new.save([each for each in objects if each.pk is None])
    changed.save([each for each in objects if each.pk])
