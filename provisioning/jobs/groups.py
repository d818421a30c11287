"""What is done to groups: created, changed, deleted, restored, deleted for good. See `writing`, and `memberships`."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from portal.accounts.audit import record
from provisioning.jobs import change
from provisioning.jobs.attributes import GROUP_COLUMNS, check_group, cleaned
from provisioning.jobs.writing import Deed, Who, carry_out, differences, editing, locked, refuse_present
from provisioning.models import Directory, Group

Values = Mapping[str, Any]
"""By column (GROUP_COLUMNS)."""


def create_group(directory: Directory, values: Values, by: Who) -> Group:
    """A new group, without members. Raises ValidationError by attribute."""
    group = Group(directory=directory)
    with locked(directory):
        apply(group, values)
        check_group(group)
        change.save(directory, group)
        new = {name: value for name in values if (value := getattr(group, name)) not in ("", None)}
        record(by, gettext_noop("Add group"), group, new=new)
    return group


def change_group(group: Group, values: Values, by: Who, version: int | None = None) -> Group:
    """Give a group these values; what stays the same is not written. Gives the group as it is now.

    Raises ValidationError by attribute, and ChangedMeanwhile when `version`, the change number of the row that was
    read, is not the stored one any more.
    """
    with editing(group, version) as stored:
        changed = apply(stored, values)
        if not changed:
            transaction.set_rollback(True)
            return stored
        check_group(stored, changed)
        change.save(stored.directory, stored)
        old, new = ({name: pair[place] for name, pair in changed.items()} for place in (0, 1))
        record(by, gettext_noop("Update group"), stored, old=old, new=new)
    return stored


def apply(group: Group, values: Values) -> dict[str, tuple[Any, Any]]:
    """Put the values into the row without saving it; gives old and new of those that differ."""
    if unknown := values.keys() - set(GROUP_COLUMNS):
        raise ValueError(f"No attributes of a group: {', '.join(sorted(unknown))}")
    changed = differences(group, {name: cleaned(value) for name, value in values.items()})
    for name, (_old, new) in changed.items():
        setattr(group, name, new)
    return changed


def delete_groups(groups: Sequence[Group], by: Who) -> list[Group]:
    """Into the recycle bin: they give nobody access any more. Gives those that were not there yet."""
    return carry_out(DELETE, groups, by)


def restore_groups(groups: Sequence[Group], by: Who) -> list[Group]:
    """Out of the recycle bin, with members and assignments."""
    return carry_out(RESTORE, groups, by)


def purge_groups(groups: Sequence[Group], by: Who) -> list[Group]:
    """Delete for good what is in the recycle bin."""
    return carry_out(PURGE, groups, by)


DELETE = Deed[Group](gettext_noop("Delete group"), "deleted_at", lambda group: group.deleted_at is None, change.delete)
RESTORE = Deed[Group](
    gettext_noop("Restore group"), "deleted_at", lambda group: group.deleted_at is not None, change.restore
)
PURGE = Deed[Group](
    gettext_noop("Hard delete group"), "purged_at", lambda group: group.purged_at is None, change.purge, refuse_present
)
