"""Acts over everything that a filter of a list finds: exactly whom a person saw, in chunks, with progress."""

import os
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portal.accounts.audit import record
from provisioning.choices import ObjectType
from provisioning.errors import LeaseLost
from provisioning.jobs import beat, groups, memberships, users
from provisioning.jobs.control import NotPossible
from provisioning.jobs.writing import BINNED, Deed, Refused, Who, in_need, locked, write
from provisioning.models import BulkOperation, Directory, Group, User
from provisioning.models.bulk_operation import BulkStatus
from provisioning.models.directory import CHUNK
from provisioning.models.job import LAPSE
from provisioning.texts import Message

TASK_SECONDS = 45
MOST_PROBLEMS = 100
"""So many rows that could not be changed are told with the reason; the others are only counted."""
ADD = "add"
"""People into groups; everything else is a deed of `users` or `groups`."""
MODELS: Mapping[str, type[User] | type[Group]] = {ObjectType.USER: User, ObjectType.GROUP: Group}
DEEDS: Mapping[tuple[str, str], Deed[Any]] = {
    (ObjectType.USER, "enable"): users.ENABLE,
    (ObjectType.USER, "disable"): users.DISABLE,
    (ObjectType.USER, "delete"): users.DELETE,
    (ObjectType.USER, "restore"): users.RESTORE,
    (ObjectType.USER, "purge"): users.PURGE,
    (ObjectType.GROUP, "delete"): groups.DELETE,
    (ObjectType.GROUP, "restore"): groups.RESTORE,
    (ObjectType.GROUP, "purge"): groups.PURGE,
}


class ListChanged(Exception):
    """The filter finds others than those that were shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be done with what a filter finds: `words` and `query` tell the filter, `groups` where to add them."""

    object_type: ObjectType
    deed: str
    words: str = ""
    query: str = ""
    groups: Sequence[Group] = ()


def keys_of(found: QuerySet[Any]) -> list[int]:
    return list(found.order_by("pk").values_list("pk", flat=True))


def mark_of(keys: Sequence[int]) -> str:
    """The same for the same rows only."""
    return blake2b(repr(keys).encode(), digest_size=16).hexdigest()


@contextmanager
def as_seen(directory: Directory, found: QuerySet[Any], mark: str) -> Iterator[list[int]]:
    """A transaction in which nobody else changes the directory, with the keys of what the filter finds now.

    Raises ListChanged when that is not what was shown under this mark, and ReadOnly.
    """
    with locked(directory):
        keys = keys_of(found)
        if mark_of(keys) != mark:
            raise ListChanged
        yield keys


def begin(directory: Directory, wish: Wish, keys: Sequence[int], by: Who, now: datetime) -> BulkOperation:
    """Have it done with these rows, inside `as_seen`; the caller queues it. Raises NotPossible."""
    try:
        with transaction.atomic():
            operation = BulkOperation.objects.create(
                directory=directory,
                object_type=wish.object_type,
                deed=wish.deed,
                words=wish.words,
                query=wish.query,
                groups=[each.pk for each in wish.groups],
                keys=list(keys),
                number=len(keys),
                head=directory.head,
                asked_at=now,
                asked_by=str(by)[:150],
                account_id=getattr(by, "pk", None),
            )
    except IntegrityError:
        text = _("Another bulk operation is under way. Wait until it has ended, or stop it.")
        raise NotPossible(text) from None
    what = wish.groups[0].display_name if len(wish.groups) == 1 else len(wish.groups)
    told = {"Action": wish.deed, "Filter": wish.words or "None", "Number": len(keys)}
    record(by, gettext_noop("Start bulk operation"), operation, new=told | ({"Groups": what} if wish.groups else {}))
    return operation


def stop(operation: BulkOperation, by: Who, now: datetime) -> bool:
    """What was done stays done; False when it had ended already."""
    with transaction.atomic():
        is_stopped = _close(BulkOperation.objects.filter(pk=operation.pk), BulkStatus.STOPPED, now)
        if is_stopped:
            record(by, gettext_noop("Stop bulk operation"), operation)
    return is_stopped


def running() -> QuerySet[BulkOperation]:
    """Without the keys, which may be many."""
    return BulkOperation.objects.filter(status=BulkStatus.RUNNING).defer("keys")


def due(now: datetime) -> QuerySet[BulkOperation]:
    """Those that need a worker, without a message under way."""
    return _free().filter(Q(queued_at=None) | Q(queued_at__lt=now - LAPSE))


def unattended(since: datetime) -> QuerySet[BulkOperation]:
    """Those that have needed a worker since then, and that none has had in hand since."""
    free = Q(expires_at=None, asked_at__lte=since) | Q(expires_at__lte=since)
    return BulkOperation.objects.filter(free, status=BulkStatus.RUNNING)


def _free() -> QuerySet[BulkOperation]:
    return BulkOperation.objects.filter(Q(expires_at=None) | Q(expires_at__lte=Now()), status=BulkStatus.RUNNING)


def run(pk: int, seconds: float = TASK_SECONDS) -> None:
    """One task's share of it. A message that comes late or twice finds nothing to do; a killed worker costs a chunk."""
    beat.write()
    operation, until = _claim(pk), time.monotonic() + seconds
    if operation is None:
        return
    try:
        while operation.position < operation.number:
            _do_chunk(operation)
            beat.write()
            if time.monotonic() >= until:
                _write(operation, expires_at=Now(), queued_at=None)
                return
        _close(_mine(operation), BulkStatus.COMPLETED, timezone.now())
    except LeaseLost:
        return
    except ValidationError as refusal:
        _close(_mine(operation), BulkStatus.FAILED, timezone.now(), message=_said(refusal))


def _claim(pk: int) -> BulkOperation | None:
    length = timedelta(seconds=settings.PORTAL_LEASE_SECONDS)
    owner = f"{socket.gethostname()}:{os.getpid()}"
    if not _free().filter(pk=pk).update(token=F("token") + 1, owner=owner, expires_at=Now() + length, queued_at=None):
        return None
    return BulkOperation.objects.select_related("directory", "account").get(pk=pk)


def _mine(operation: BulkOperation) -> QuerySet[BulkOperation]:
    return BulkOperation.objects.filter(pk=operation.pk, token=operation.token)


def _write(operation: BulkOperation, **changes: Any) -> None:
    """Part of every recording transaction: hold it for longer, and write these columns. Raises LeaseLost."""
    changes = {"expires_at": Now() + timedelta(seconds=settings.PORTAL_LEASE_SECONDS), **changes}
    if not _mine(operation).filter(status=BulkStatus.RUNNING).update(**changes):
        raise LeaseLost


def _close(rows: QuerySet[BulkOperation], status: BulkStatus, now: datetime, **changes: Any) -> bool:
    changes |= {"status": status, "ended_at": now, "expires_at": None, "keys": []}
    return bool(rows.filter(status=BulkStatus.RUNNING).update(**changes, token=F("token") + 1))


@dataclass
class Outcome:
    done: int
    refused: Sequence[Refused[Any]]
    tried: int


def _do_chunk(operation: BulkOperation) -> None:
    """At most 1,000 rows of the directory, in one transaction with how far it has got."""
    size = CHUNK // max(1, len(operation.groups))
    keys = operation.keys[operation.position : operation.position + size]
    with locked(operation.directory):
        rows = MODELS[operation.object_type]._default_manager.filter(pk__in=keys, purged_at=None)
        still = rows.filter(change__lte=operation.head).select_related("directory")
        by = operation.account or operation.asked_by
        found = (_add if operation.deed == ADD else _do)(operation, still, by)
        position = operation.position + len(keys)
        problems = [*operation.problems, *map(_problem, found.refused)][:MOST_PROBLEMS]
        _write(
            operation,
            position=position,
            problems=problems,
            done=F("done") + found.done,
            refused=F("refused") + len(found.refused),
            same=F("same") + found.tried - found.done - len(found.refused),
            changed=F("changed") + len(keys) - found.tried,
        )
    operation.position, operation.problems = position, problems


def _do(operation: BulkOperation, rows: QuerySet[Any], by: Who) -> Outcome:
    """Who can't have it is left out; the others have it."""
    deed = DEEDS[operation.object_type, operation.deed]
    keys = keys_of(rows)
    open_ = in_need(deed, rows.model, keys)
    refused = list(deed.refuse(open_))
    left = {row.pk for row, _refusal in refused}
    fit = [each for each in open_ if each.pk not in left]
    write(deed, fit, by)
    return Outcome(len(fit), refused, len(keys))


def _add(operation: BulkOperation, people: QuerySet[Any], by: Who) -> Outcome:
    binned = [each for each in people if each.deleted_at]
    there = [each for each in people if not each.deleted_at]
    added = {
        person
        for group in Group.objects.filter(pk__in=operation.groups).select_related("directory").order_by("pk")
        for person in memberships.add_members(group, there, by)
    }
    refused = [(each, ValidationError(BINNED, params={"name": each.display_name})) for each in binned]
    return Outcome(len(added), refused, len(people))


def _problem(refused: Refused[Any]) -> dict[str, Any]:
    row, refusal = refused
    return {"id": str(row.object_id), "name": row.display_name, "message": _said(refusal)}


def _said(refusal: ValidationError) -> dict[str, Any]:
    """As rows keep it, so that everybody reads it in their language."""
    with translation.override("en"):
        return Message(str(refusal.message), refusal.params or {}).as_json()
