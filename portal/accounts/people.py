"""What is done to accounts: made, changed, disabled, given a new password. Each act has its audit entry."""

import secrets
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portal.accounts import sessions
from portal.accounts.audit import record
from portal.accounts.models import Account, Role, SignInAttempt

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is easily mistaken for another
FIELDS = {
    "User name": "username",
    "Display name": "display_name",
    "Email": "email",
    "Role": "role",
    "Microsoft user principal name": "principal_name",
}
"""What audit entries call them."""


class NotAllowed(Exception):
    """The act would lock somebody out; the words say whom."""


def made_up_password() -> str:
    return "-".join("".join(secrets.choice(LETTERS) for letter in range(4)) for group in range(4))


@transaction.atomic
def add(values: Mapping[str, Any], password: str | None, by: Account) -> Account:
    """Without a password the account can sign in with Microsoft only."""
    account = Account.objects.create_user(**values, password=password, must_change_password=password is not None)
    record(by, gettext_noop("Create account"), account.username, new=_told(account))
    return account


@transaction.atomic
def change(account: Account, values: Mapping[str, Any], by: Account) -> None:
    """Raises NotAllowed. Another user principal name is another person at Microsoft: their id is asked for again."""
    locked = _locked(account)
    if values.get("role", locked.role) != locked.role:
        _guard(locked, by)
    before, name_before = _told(locked), locked.principal_name
    for name, value in values.items():
        setattr(locked, name, value)
    if locked.principal_name != name_before:
        locked.microsoft_id = None
    locked.save(update_fields=[*values, "microsoft_id"])
    if before != _told(locked):
        record(by, gettext_noop("Change account"), locked.username, before, _told(locked))


@transaction.atomic
def disable(account: Account, by: Account) -> None:
    """Whoever uses it is signed out. Raises NotAllowed."""
    locked = _locked(account)
    _guard(locked, by)
    locked.is_active = False
    locked.save(update_fields=["is_active"])
    sessions.end(locked.sessions.all())
    record(by, gettext_noop("Disable account"), locked.username, {"Enabled": True}, {"Enabled": False})


@transaction.atomic
def enable(account: Account, by: Account) -> None:
    account.is_active = True
    account.save(update_fields=["is_active"])
    record(by, gettext_noop("Enable account"), account.username, {"Enabled": False}, {"Enabled": True})


@transaction.atomic
def reset_password(account: Account, password: str, by: Account) -> None:
    """Whoever uses the account is signed out, and waiting times of wrong passwords end."""
    account.set_password(password)
    account.must_change_password = True
    account.save(update_fields=["password", "must_change_password"])
    SignInAttempt.objects.filter(username=account.username).delete()
    sessions.end(account.sessions.all())
    record(by, gettext_noop("Reset password"), account.username)


@transaction.atomic
def end_sessions(account: Account, by: Account) -> int:
    number = sessions.end(account.sessions.all())
    record(by, gettext_noop("End sessions"), account.username, old={"Sessions": number})
    return number


def _locked(account: Account) -> Account:
    """All administrators are locked with it, so that two of them cannot take each other away at the same moment."""
    ids = {account.pk, *Account.objects.filter(role=Role.APPLICATION_ADMINISTRATOR).values_list("pk", flat=True)}
    rows = {each.pk: each for each in Account.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
    return rows[account.pk]


def _guard(account: Account, by: Account) -> None:
    """Raises NotAllowed where nobody would be left who could undo it."""
    if account.pk == by.pk:
        raise NotAllowed(_("You cannot take your own role or access away. Another Application Administrator can."))
    others = Account.objects.filter(role=Role.APPLICATION_ADMINISTRATOR, is_active=True).exclude(pk=account.pk)
    if account.role == Role.APPLICATION_ADMINISTRATOR and not others.exists():
        raise NotAllowed(_("This is the last Application Administrator. Give somebody else the role first."))


def _told(account: Account) -> dict[str, Any]:
    return {name: getattr(account, field) for name, field in FIELDS.items()}
