"""Pages of a long list by key instead of by number, in any order: with an index at the same cost on every page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)
PAGE_SIZE = 50


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _text(text: str) -> str:
    if "\0" in text:
        raise ValueError("No database holds this.")
    return text


@dataclass(frozen=True, slots=True)
class Order:
    """A column (or what a query adds as one) without empty values; rows with the same value go by their key.

    `read` makes a value of its text in an address, ValueError for what is none.
    """

    column: str
    descending: bool = False
    read: Callable[[str], Any] = _text

    @property
    def names(self) -> tuple[str, str]:
        sign = "-" if self.descending else ""
        return f"{sign}{self.column}", f"{sign}pk"

    @property
    def reverse(self) -> "Order":
        return Order(self.column, not self.descending, self.read)


NEWEST = Order("occurred_at", True, _moment)
"""Entries of the logs."""


def by_time(column: str, *, descending: bool = True) -> Order:
    return Order(column, descending, _moment)


@dataclass(frozen=True, slots=True)
class KeyPage(Generic[M]):
    """Rows, and the keys to ask for the pages before and after; empty where there is none."""

    rows: list[M] = field(default_factory=list)
    newer: str = ""
    older: str = ""


def key_of(row: Model, order: Order = NEWEST) -> str:
    """The place of a row in the order, for an address."""
    value = getattr(row, order.column)
    return f"{value.isoformat() if isinstance(value, datetime) else value}~{row.pk}"


def page_of(rows: QuerySet[M], query: Mapping[str, str], size: int = PAGE_SIZE, order: Order = NEWEST) -> KeyPage[M]:
    """The page that `newer` (before) or `older` (after) in the query asks for; the first one when there is neither."""
    if at := place_of(query.get("newer", ""), order):
        found = list(_after(rows, order.reverse, *at)[: size + 1])
        page = found[:size][::-1]
        if page:
            return KeyPage(page, key_of(page[0], order) if len(found) > size else "", key_of(page[-1], order))
    at = place_of(query.get("older", ""), order)
    found = list((_after(rows, order, *at) if at else rows.order_by(*order.names))[: size + 1])
    page = found[:size]
    newer = key_of(page[0], order) if at and page else ""
    return KeyPage(page, newer, key_of(page[-1], order) if len(found) > size else "")


def before(rows: QuerySet[M], key: str, order: Order = NEWEST) -> QuerySet[M] | None:
    """What stands before this key in the list; None for a key that was not made here."""
    at = place_of(key, order)
    return _after(rows, order.reverse, *at) if at else None


def neighbours(rows: QuerySet[M], row: M, order: Order = NEWEST) -> tuple[M | None, M | None]:
    """The entries before and after this one in the list: of the logs, the next newer and the next older."""
    at = getattr(row, order.column), row.pk
    return _after(rows, order.reverse, *at).first(), _after(rows, order, *at).first()


def _after(rows: QuerySet[M], order: Order, at: Any, pk: int) -> QuerySet[M]:
    # The plain bound on the column is what the index serves; the rest only sorts out rows of the same value.
    way, name = ("lt" if order.descending else "gt"), order.column
    later = Q(**{f"{name}__{way}": at}) | Q(**{f"pk__{way}": pk})
    return rows.filter(later, **{f"{name}__{way}e": at}).order_by(*order.names)


def oldest_first(rows: QuerySet[M], key: str = "", size: int = PAGE_SIZE) -> KeyPage[M]:
    """Of the logs, the page behind this key in the other order; from the oldest on without one."""
    at, order = place_of(key, NEWEST), NEWEST.reverse
    found = list((_after(rows, order, *at) if at else rows.order_by(*order.names))[: size + 1])
    return KeyPage(found[:size], newer=key_of(found[size - 1]) if len(found) > size else "")


def place_of(key: str, order: Order = NEWEST) -> tuple[Any, int] | None:
    """What a key stands for; None for one that was not made here: the list then begins with the first."""
    text, _tilde, pk = key.rpartition("~")
    try:
        at, number = order.read(text), int(pk)
    except (ValueError, OverflowError):
        return None
    return (at, number) if 0 <= number < 2**63 else None
