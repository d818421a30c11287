"""Staging: records of any origin become rows that wait until the import is judged and applied."""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import F, Q

from provisioning.choices import ImportPhase, ObjectType, StagedKind
from provisioning.directory.base import NOT_TOLD, Gone, Member, Person, Record, SourceAssignment, SourceRole, Team
from provisioning.jobs.bulk import Table
from provisioning.models import Import, StagedRecord
from provisioning.models.directory_import import NOBODY
from provisioning.texts import Message, gettext_noop, say
from provisioning.wire.exchanges import cleaned

COLUMNS = (
    "run", "kind", "object_id", "holder", "role", "object_type", "manager", "gone", "purged", "waits", "reason",
    "payload",
)  # fmt: skip
STAGED = Table(StagedRecord, COLUMNS)
AT_ONCE = 500
"""So many rows are written by one statement."""
MOST_TOLD = 100
"""So many skipped records are kept with their reasons; the others are only counted."""
COUNTERS = {
    StagedKind.USER: "users",
    StagedKind.GROUP: "groups",
    StagedKind.MEMBER: "memberships",
    StagedKind.ASSIGNMENT: "assignments",
}

NO_ID = gettext_noop("It has no object ID that could be used: %(id)s")

Key = tuple[str, uuid.UUID, uuid.UUID, uuid.UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A record on its way into staging; fields as in StagedRecord."""

    kind: StagedKind
    object_id: uuid.UUID = NOBODY
    holder: uuid.UUID = NOBODY
    role: uuid.UUID = NOBODY
    object_type: str = ""
    manager: uuid.UUID | None = None
    gone: bool = False
    purged: bool = False
    payload: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        return (self.kind.value, self.object_id, self.holder, self.role)

    def over(self, before: "Row | StagedRecord") -> "Row":
        """What counts when this is told after `before` of the same object: the last word, and what only the first said.

        Of somebody who went and came back, what was told before the going counts too.
        """
        manager = before.manager if self.manager is None else self.manager
        return replace(self, manager=manager, payload={**before.payload, **self.payload})


class Unusable(Exception):
    """A record that can't be staged; the reason is for people."""

    def __init__(self, record: Record, reason: Message) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.label = _label(record)


def stage(run: Import, records: Iterable[Record]) -> None:
    """Stage these records; the caller's transaction has fenced or locked the import, and may stage more.

    Records of the same object are one row, whichever page they stood on: the last one counts, and what it does not tell
    stays as told before. Records that can't be used are told with the import and skipped.
    """
    rows, unusable = _rows(records)
    before = _staged_before(run, rows)
    new = Counter(COUNTERS.get(row.kind) for row in rows.values() if row.key not in before)
    if before:
        StagedRecord.objects.filter(pk__in=[each.pk for each in before.values()]).delete()
    write(run, [row.over(before[key]) if key in before else row for key, row in rows.items()])
    counts: dict[str, Any] = {name: F(name) + number for name, number in new.items() if name}
    Import.objects.filter(pk=run.pk).update(**counts, **told(run, unusable))


def write(run: Import, rows: Sequence[Row]) -> None:
    """Rows that are not staged yet."""
    values: list[tuple[Any, ...]] = [
        (
            run.pk, row.kind.value, row.object_id, row.holder, row.role, row.object_type, row.manager, row.gone,
            row.purged, False, {}, dict(row.payload),
        )
        for row in rows
    ]  # fmt: skip
    for start in range(0, len(values), AT_ONCE):
        STAGED.write(values[start : start + AT_ONCE])


def complete(run: Import, now: datetime) -> None:
    """Everything is staged: the next worker judges it. The caller queues the import."""
    Import.objects.filter(pk=run.pk).update(phase=ImportPhase.JUDGE, read_at=now)


def told(run: Import, skipped: Sequence[Unusable]) -> dict[str, Any]:
    """The columns of the import that tell of skipped records; these come on top of those it has."""
    if not skipped:
        return {}
    kept = [{"label": each.label[:256], "reason": each.reason.as_json()} for each in skipped]
    run.told = [*run.told, *kept][:MOST_TOLD]
    return {"told": run.told, "skipped": F("skipped") + len(skipped)}


def _rows(records: Iterable[Record]) -> tuple[dict[Key, Row], list[Unusable]]:
    rows: dict[Key, Row] = {}
    unusable = []
    for record in records:
        try:
            row = _row(record)
        except Unusable as error:
            unusable.append(error)
            continue
        before = rows.pop(row.key, None)
        rows[row.key] = row.over(before) if before else row
    return rows, unusable


def _staged_before(run: Import, rows: Mapping[Key, Row]) -> dict[Key, StagedRecord]:
    """Those of the same objects that earlier pages told."""
    found: dict[Key, StagedRecord] = {}
    for kind in {row.kind for row in rows.values()}:
        of_kind = [row for row in rows.values() if row.kind is kind]
        same = Q(object_id__in={row.object_id for row in of_kind}, holder__in={row.holder for row in of_kind})
        for each in StagedRecord.objects.filter(same, run=run, kind=kind):
            found[(each.kind, each.object_id, each.holder, each.role)] = each
    return {key: each for key, each in found.items() if key in rows}


def _row(record: Record) -> Row:
    match record:
        case Person():
            return _person(record)
        case Team():
            payload = {} if record.gone else cleaned(dict(record.attributes))
            return Row(
                kind=StagedKind.GROUP,
                object_id=_id(record, record.id),
                object_type=ObjectType.GROUP,
                gone=record.gone is not None,
                purged=record.gone is Gone.HARD,
                payload=payload,
            )
        case Member():
            return Row(
                kind=StagedKind.MEMBER,
                object_id=_id(record, record.id),
                holder=_id(record, record.group),
                object_type=record.type,
                gone=record.removed,
            )
        case SourceRole():
            return Row(
                kind=StagedKind.ROLE,
                holder=_id(record, record.application),
                role=_id(record, record.id),
                payload=cleaned({"value": record.value, "label": record.label, "enabled": record.enabled}),
            )
        case SourceAssignment():
            return Row(
                kind=StagedKind.ASSIGNMENT,
                object_id=_id(record, record.principal),
                holder=_id(record, record.application),
                role=_id(record, record.role),
                object_type=record.type,
            )


def _person(record: Person) -> Row:
    manager = None
    if record.manager != NOT_TOLD and not record.gone:
        manager = _id(record, record.manager) if record.manager else NOBODY
    return Row(
        kind=StagedKind.USER,
        object_id=_id(record, record.id),
        object_type=ObjectType.USER,
        manager=manager,
        gone=record.gone is not None,
        purged=record.gone is Gone.HARD,
        payload={} if record.gone else cleaned(dict(record.attributes)),
    )


def _id(record: Record, text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except (ValueError, AttributeError, TypeError):
        raise Unusable(record, say(NO_ID, id=str(text)[:80])) from None


def _label(record: Record) -> str:
    """How a record is named to people."""
    if isinstance(record, Person | Team):
        name = record.attributes.get("userPrincipalName") or record.attributes.get("displayName")
        return str(name or record.id)
    return record.id if isinstance(record, Member | SourceRole) else record.principal
