"""What is done to people: created, changed, enabled, disabled, deleted, restored, deleted for good. See `writing`."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from portal.accounts.audit import record
from provisioning.jobs import change
from provisioning.jobs.attributes import USER_COLUMNS, check_user, cleaned
from provisioning.jobs.writing import (
    BINNED,
    Deed,
    Refused,
    Who,
    carry_out,
    differences,
    editing,
    locked,
    refuse_present,
)
from provisioning.models import Directory, User

Values = Mapping[str, Any]
"""By column (USER_COLUMNS); the manager is a User or None, the extension attributes a whole mapping."""


def create_user(directory: Directory, values: Values, by: Who) -> User:
    """A new person. Raises ValidationError by attribute."""
    user = User(directory=directory)
    with locked(directory):
        apply(user, values)
        check_user(user)
        change.save(directory, user)
        new = {name: value for name in values if (value := getattr(user, name)) not in ("", None, {})}
        record(by, gettext_noop("Add user"), user.user_principal_name, new=told(new))
    return user


def change_user(user: User, values: Values, by: Who, version: int | None = None) -> User:
    """Give a person these values; what stays the same is not written. Gives the person as they are now.

    Raises ValidationError by attribute, and ChangedMeanwhile when `version`, the change number of the row that was
    read, is not the stored one any more.
    """
    with editing(user, version) as stored:
        changed = apply(stored, values)
        if not changed:
            transaction.set_rollback(True)
            return stored
        check_user(stored, changed, changed.get("extensions", ({}, {}))[0])
        change.save(stored.directory, stored)
        old, new = ({name: pair[place] for name, pair in changed.items()} for place in (0, 1))
        record(by, gettext_noop("Update user"), stored.user_principal_name, old=told(old), new=told(new))
    return stored


def apply(user: User, values: Values) -> dict[str, tuple[Any, Any]]:
    """Put the values into the row without saving it; gives old and new of those that differ. Empty extensions go."""
    if unknown := values.keys() - set(USER_COLUMNS):
        raise ValueError(f"No attributes of a user: {', '.join(sorted(unknown))}")
    wanted = {name: cleaned(value) for name, value in values.items()}
    if "extensions" in wanted:
        wanted["extensions"] = {name: each for name, each in wanted["extensions"].items() if each not in ("", None, [])}
    changed = differences(user, wanted)
    for name, (_old, new) in changed.items():
        setattr(user, name, new)
    return changed


def told(values: Values) -> dict[str, Any]:
    """As the audit trail tells them: a manager by name, extension attributes beside the others."""
    plain = {name: each for name, each in values.items() if name != "extensions"}
    found = {name: each.user_principal_name if isinstance(each, User) else each for name, each in plain.items()}
    return {**found, **values.get("extensions", {})}


def enable_users(users: Sequence[User], by: Who) -> list[User]:
    """Let them sign in again; gives those that were disabled. Accounts in applications are enabled again."""
    return carry_out(ENABLE, users, by)


def disable_users(users: Sequence[User], by: Who) -> list[User]:
    """Applications disable their accounts; gives those that were enabled."""
    return carry_out(DISABLE, users, by)


def delete_users(users: Sequence[User], by: Who) -> list[User]:
    """Into the recycle bin; gives those that were not there yet. Applications disable their accounts."""
    return carry_out(DELETE, users, by)


def restore_users(users: Sequence[User], by: Who) -> list[User]:
    """Out of the recycle bin, with memberships and assignments. Raises when somebody else has one of the names."""
    return carry_out(RESTORE, users, by)


def purge_users(users: Sequence[User], by: Who) -> list[User]:
    """Delete for good who is in the recycle bin. Applications whose action Delete is on delete the accounts."""
    return carry_out(PURGE, users, by)


def _switch(on: bool) -> Any:
    def carry_out(*users: User) -> None:
        change.mark(users, account_enabled=on)

    return carry_out


def _refuse_binned(users: Sequence[User]) -> Iterator[Refused[User]]:
    for each in users:
        if each.deleted_at:
            yield each, ValidationError(BINNED, code="deleted", params={"name": each.display_name})


def _refuse_taken(users: Sequence[User]) -> Iterator[Refused[User]]:
    """Somebody else may have a name by now; of two of these with the same, the first gets it."""
    wanted = [each.user_principal_name.lower() for each in users]
    others = User.objects.present().annotate(name=Lower("user_principal_name")).filter(name__in=wanted)
    taken = set(others.values_list("directory", "name"))
    text = _("%(name)s: another user has this user principal name by now. Give that one a different name first.")
    for each, name in zip(users, wanted, strict=True):
        if (each.directory_id, name) in taken:
            yield each, ValidationError(text, code="taken", params={"name": name})
        taken.add((each.directory_id, name))


ENABLE = Deed[User](
    gettext_noop("Enable user"), "account_enabled", lambda user: not user.account_enabled, _switch(True), _refuse_binned
)
DISABLE = Deed[User](
    gettext_noop("Disable user"), "account_enabled", lambda user: user.account_enabled, _switch(False), _refuse_binned
)
DELETE = Deed[User](gettext_noop("Delete user"), "deleted_at", lambda user: user.deleted_at is None, change.delete)
RESTORE = Deed[User](
    gettext_noop("Restore user"), "deleted_at", lambda user: user.deleted_at is not None, change.restore, _refuse_taken
)
PURGE = Deed[User](
    gettext_noop("Hard delete user"), "purged_at", lambda user: user.purged_at is None, change.purge, refuse_present
)
