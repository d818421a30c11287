"""The activity report as it was in 2017: the same entries, a line for each thing that was done for one of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from provisioning.choices import Status, StepType
from provisioning.models import Activity, Cycle


class Deed(StrEnum):
    """What the column Activity says."""

    IMPORT = "Import"
    RULE = "Synchronization rule action"
    EXPORT = "Export"
    ESCROW = "Process escrow"
    QUARANTINE = "Quarantine"


DEEDS = {
    StepType.IMPORT: Deed.IMPORT,
    StepType.MATCHING: Deed.IMPORT,
    StepType.SCOPING: Deed.RULE,
    StepType.PROCESSING: Deed.RULE,
    StepType.REFERENCE: Deed.RULE,
    StepType.EXPORT: Deed.EXPORT,
}
"""Matching reads from the target: that is the second import."""
LAST = "_last"


@dataclass(frozen=True, slots=True)
class Line:
    """`reason` is a stored message; `entry` the log entry it is about, `cycle` the one that stood still."""

    at: datetime
    deed: Deed
    status: str
    code: str
    reason: dict[str, Any]
    entry: Activity | None = None
    cycle: Cycle | None = None


def with_last(rows: QuerySet[Activity]) -> QuerySet[Activity]:
    """Each with the status that the same object's entry before it had: after a failure it was tried again."""
    before = Activity.objects.filter(
        job=OuterRef("job"), source_id=OuterRef("source_id"), occurred_at__lt=OuterRef("occurred_at")
    )
    newest = before.order_by("-occurred_at").values("status")[:1]
    return rows.annotate(**{LAST: Subquery(newest)})


def lines(entries: Iterable[Activity], stops: Iterable[Cycle]) -> list[Line]:
    """Newest first."""
    found = [line for each in entries for line in _of_entry(each)]
    found += [
        Line(each.stopped_at, Deed.QUARANTINE, Status.FAILURE, each.stop_code, each.stop_message, cycle=each)
        for each in stops
        if each.stopped_at
    ]
    return sorted(found, key=lambda line: line.at, reverse=True)


def stopped_within(job_ids: Iterable[int], since: datetime | None, until: datetime | None) -> QuerySet[Cycle]:
    """Cycles that stood still because their job as a whole failed: it was in quarantine then."""
    found = Cycle.objects.real().filter(job__in=list(job_ids)).exclude(stop_code="").exclude(stopped_at=None)
    if since:
        found = found.filter(stopped_at__gte=since)
    return found.filter(stopped_at__lte=until) if until else found


def _of_entry(entry: Activity) -> Iterator[Line]:
    """One line a step, the last first; each ends when the next begins. Without steps there is one."""
    at = entry.occurred_at
    is_retry = getattr(entry, LAST, None) == Status.FAILURE
    acted = Deed.ESCROW if is_retry else Deed.EXPORT
    if not entry.steps:
        yield Line(at, acted, entry.status, entry.code, entry.reason, entry)
    for number, step in enumerate(reversed(entry.steps)):
        deed = DEEDS.get(step["provisioningStepType"], Deed.EXPORT)
        failed = number == 0 and entry.status != Status.SUCCESS
        reason = entry.reason if failed else step["text"]
        code = entry.code if failed else ""
        yield Line(at, acted if deed is Deed.EXPORT else deed, step["status"], code, reason, entry)
        at -= timedelta(milliseconds=step["milliseconds"] or 0)
