"""How people change the directory: checked behind the lock of the change number, whole or not at all, and told.

The acts themselves are in `users`, `groups` and `memberships`; pages and the REST face call those and nothing below.
Each is one transaction that takes change numbers first and writes an audit entry, with the values before and after,
for every row it changes. What can't be done raises ValidationError, by attribute where one is wrong, and then nothing
was changed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.accounts.audit import record_all
from portal.accounts.models import Account
from provisioning.models import Directory, Group, User
from provisioning.models.directory import CHUNK

Who = Account | AnonymousUser | str | None
"""Who does it, for the audit trail; a program by its name."""
T = TypeVar("T", User, Group)

NOT_OURS = _("The people and groups of this directory come from %(source)s. Change them there.")
GONE = _("It was deleted for good meanwhile.")
BINNED = _("%(name)s is deleted. Restore it first.")
OLD = _("Somebody else changed it meanwhile. Read it again.")
PRESENT = _("%(name)s is not deleted. Delete first what is to be deleted for good.")
TOO_MANY = _("Choose at most %(limit)d at once.")


class ReadOnly(ValidationError):
    """The directory's people and groups come from elsewhere."""


class ChangedMeanwhile(ValidationError):
    """Somebody else saved since the version that this change was made from."""


def name_of(row: User | Group) -> str:
    """How the audit trail calls it."""
    return row.user_principal_name if isinstance(row, User) else row.display_name


@contextmanager
def locked(directory: Directory) -> Iterator[None]:
    """A transaction whose first statement takes a change number: nobody else changes the directory meanwhile.

    Raises ReadOnly where people and groups are not edited here.
    """
    with transaction.atomic():
        directory.take()
        directory.refresh_from_db(fields=["source", "label"])
        if not directory.is_own:
            raise ReadOnly(NOT_OURS, code="read_only", params={"source": directory.label})
        yield


@contextmanager
def editing(row: T, version: int | None = None) -> Iterator[T]:
    """The row as it is stored now, locked. Raises ValidationError for one that was deleted meanwhile.

    With the change number it had when it was read, also when somebody else changed it since.
    """
    with locked(row.directory):
        row.refresh_from_db()
        if row.purged_at:
            raise ValidationError(GONE, code="gone")
        if row.deleted_at:
            raise ValidationError(BINNED, code="deleted", params={"name": row.display_name})
        if version is not None and row.change > version:
            raise ChangedMeanwhile(OLD, code="changed")
        yield row


def differences(row: User | Group, values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Old and new of each value that is another one than the row has."""
    pairs = {name: (getattr(row, name), value) for name, value in values.items()}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


Refused = tuple[T, ValidationError]


@dataclass(frozen=True)
class Deed(Generic[T]):
    """Something done to many rows at once. `attribute` is what the audit entry tells of the change.

    `is_open` tells whether a row needs it; `refuse` gives those of the rows that can't have it, and why.
    """

    activity: str
    attribute: str
    is_open: Callable[[T], bool]
    carry_out: Callable[..., None]
    refuse: Callable[[Sequence[T]], Iterable[Refused[T]]] = lambda _rows: ()


def refuse_present(rows: Sequence[T]) -> Iterator[Refused[T]]:
    """Only what is in the recycle bin is deleted for good."""
    for each in rows:
        if not each.deleted_at:
            yield each, ValidationError(PRESENT, code="not_deleted", params={"name": each.display_name})


def carry_out(deed: Deed[T], rows: Sequence[T], by: Who) -> list[T]:
    """Do it to those of the rows that need it, read anew: all of these or none. Gives them back, changed."""
    if not rows:
        return []
    if len(rows) > CHUNK:
        raise ValidationError(TOO_MANY, code="too_many", params={"limit": CHUNK})
    with locked(rows[0].directory):
        fresh = in_need(deed, type(rows[0]), [each.pk for each in rows])
        for _row, refusal in deed.refuse(fresh):
            raise refusal
        if not fresh:
            transaction.set_rollback(True)
        write(deed, fresh, by)
    return fresh


def in_need(deed: Deed[T], model: type[T], keys: Sequence[int]) -> list[T]:
    """Those of the rows that it would change, read anew behind the lock."""
    found = model._default_manager.filter(pk__in=keys, purged_at=None)
    return [each for each in found.select_related("directory").order_by("pk") if deed.is_open(each)]


def write(deed: Deed[T], rows: Sequence[T], by: Who) -> None:
    """Do it to these rows, which were read behind the lock and can have it, each with its audit entry."""
    if not rows:
        return
    old = [getattr(each, deed.attribute) for each in rows]
    deed.carry_out(*rows)
    pairs = zip(rows, old, strict=True)
    record_all(
        by,
        deed.activity,
        [(name_of(row), {deed.attribute: was}, {deed.attribute: getattr(row, deed.attribute)}) for row, was in pairs],
    )
