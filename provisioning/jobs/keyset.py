"""Pages of a long list by key instead of by number: newest first, at the same cost on every page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Q, QuerySet

from provisioning.models import Activity

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class KeyPage:
    """Rows, and the keys to ask for the pages before and after; empty where there is none."""

    rows: list[Activity]
    newer: str = ""
    older: str = ""


def key_of(row: Activity) -> str:
    """The place of a row in the order, for an address."""
    return f"{row.occurred_at.isoformat()}~{row.pk}"


def page_of(rows: QuerySet[Activity], query: Mapping[str, str], size: int = PAGE_SIZE) -> KeyPage:
    """The page that `newer` or `older` in the query asks for; the newest one when there is neither."""
    if at := place_of(query.get("newer", "")):
        found = list(_newer(rows, *at)[: size + 1])
        page = found[:size][::-1]
        if page:
            return KeyPage(page, key_of(page[0]) if len(found) > size else "", key_of(page[-1]))
    at = place_of(query.get("older", ""))
    found = list((_older(rows, *at) if at else _in_order(rows))[: size + 1])
    page = found[:size]
    newer = key_of(page[0]) if at and page else ""
    return KeyPage(page, newer, key_of(page[-1]) if len(found) > size else "")


def oldest_first(rows: QuerySet[Activity], key: str = "", size: int = PAGE_SIZE) -> KeyPage:
    """The page behind this key in the other order; from the oldest on without one."""
    at = place_of(key)
    found = list((_newer(rows, *at) if at else rows.order_by("occurred_at", "pk"))[: size + 1])
    return KeyPage(found[:size], newer=key_of(found[size - 1]) if len(found) > size else "")


def neighbours(rows: QuerySet[Activity], row: Activity) -> tuple[Activity | None, Activity | None]:
    """The entries before and after this one in the list: the next newer and the next older."""
    return _newer(rows, row.occurred_at, row.pk).first(), _older(rows, row.occurred_at, row.pk).first()


def _in_order(rows: QuerySet[Activity]) -> QuerySet[Activity]:
    return rows.order_by("-occurred_at", "-pk")


def _older(rows: QuerySet[Activity], at: datetime, pk: int) -> QuerySet[Activity]:
    # The plain bound on the time is what the index serves; the rest only sorts out rows of the same moment.
    return _in_order(rows.filter(Q(occurred_at__lt=at) | Q(pk__lt=pk), occurred_at__lte=at))


def _newer(rows: QuerySet[Activity], at: datetime, pk: int) -> QuerySet[Activity]:
    return rows.filter(Q(occurred_at__gt=at) | Q(pk__gt=pk), occurred_at__gte=at).order_by("occurred_at", "pk")


def place_of(key: str) -> tuple[datetime, int] | None:
    """What a key stands for; None for one that was not made here: the list then begins with the newest."""
    moment, _tilde, pk = key.partition("~")
    try:
        at, number = datetime.fromisoformat(moment).astimezone(UTC), int(pk)
    except (ValueError, OverflowError):
        return None
    return (at, number) if 0 <= number < 2**63 else None
