"""Writes the audit trail; what looks like a secret never gets into it."""

import re
import uuid
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.serializers.json import DjangoJSONEncoder

from portal.accounts.models import Account, AuditEntry

Doer = Account | str
"""A person, or the name of a program."""
HIDDEN = "[hidden]"
SECRET_NAME = re.compile(r"(password|passphrase|secret|token|authorization|(api|private|encryption)[ _-]?key)s?$", re.I)


def record(
    who: Account | AnonymousUser | str | None, activity: str, target: object = "", old: Any = None, new: Any = None
) -> AuditEntry:
    """Note that `who` did `activity` to `target`; call it inside the transaction that makes the change.

    `activity` is a literal marked with `gettext_noop`: it is stored in English and translated when shown. `old` and
    `new` are plain values (dict, list, text, number); under a key that names a secret only "[hidden]" is kept, which
    still tells that it was set. `who` is a name where a program acts, None where the portal itself does. A target
    with an `application_id` (an application, or what belongs to it) puts the entry into that application's audit log.
    """
    entry = _entry(who, activity, target, old, new)
    entry.save(force_insert=True)
    return entry


def record_all(
    who: Account | AnonymousUser | str | None, activity: str, changes: Iterable[tuple[object, Any, Any]]
) -> None:
    """As `record` for many targets at once, each with its old and new values, in one statement."""
    AuditEntry.objects.bulk_create(_entry(who, activity, *each) for each in changes)


def _entry(who: Account | AnonymousUser | str | None, activity: str, target: object, old: Any, new: Any) -> AuditEntry:
    account = who if isinstance(who, Account) else None
    who_name, target_name = str(account or (who if isinstance(who, str) else ""))[:150], str(target)[:300]
    return AuditEntry(
        who=account,
        who_name=who_name,
        who_lower=who_name.lower()[:150],
        activity=activity[:200],
        target=target_name,
        target_lower=target_name.lower()[:300],
        application=_application_of(target),
        old=without_secrets(old),
        new=without_secrets(new),
    )


def _application_of(target: object) -> uuid.UUID | None:
    found = getattr(target, "application_id", None)
    return found if isinstance(found, uuid.UUID) else None


def without_secrets(value: Any) -> Any:
    """The same value as JSON can hold it, with the values of secret keys struck out."""
    if isinstance(value, dict):
        return {str(key): _kept(str(key), each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [without_secrets(each) for each in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return DjangoJSONEncoder().default(value) if _is_plain(value) else str(value)


def _kept(key: str, value: Any) -> Any:
    return HIDDEN if SECRET_NAME.search(key) and value not in (None, "") else without_secrets(value)


def _is_plain(value: object) -> bool:
    return hasattr(value, "isoformat")
