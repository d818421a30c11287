"""Records that could not be applied yet: a manager or member nobody knows, a name that is taken."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from provisioning.choices import ImportKind, ImportStatus, StagedKind
from provisioning.jobs.imports.staging import Row
from provisioning.models import Directory, Import, StagedRecord
from provisioning.texts import say


def waiting(directory: Directory) -> QuerySet[StagedRecord]:
    """What completed imports of this directory left to the next one."""
    return StagedRecord.objects.filter(run__directory=directory, run__status=ImportStatus.COMPLETED, waits=True)


def take_up(run: Import) -> None:
    """Add what earlier imports left waiting; what this one tells of the same object counts more.

    A snapshot tells everything anew: nothing has to wait any more. The caller's transaction has fenced the import.
    """
    left = waiting(run.directory)
    if run.kind == ImportKind.SNAPSHOT:
        left.delete()
        return
    same = {name: OuterRef(name) for name in ("kind", "object_id", "holder", "role")}
    for old in left.filter(Exists(StagedRecord.objects.filter(run=run, **same))):
        new = run.staged.get(kind=old.kind, object_id=old.object_id, holder=old.holder, role=old.role)
        merged = _as_row(new).over(old)
        StagedRecord.objects.filter(pk=new.pk).update(payload=merged.payload, manager=merged.manager)
        old.delete()
    left.update(run=run, waits=False, reason={})


def put_off(waits: Mapping[str, Sequence[int]], **forget: Any) -> None:
    """Leave these staged records to the next import, by the reason; `forget`: columns that are not kept."""
    for reason, keys in waits.items():
        StagedRecord.objects.filter(pk__in=keys).update(waits=True, reason=say(reason).as_json(), **forget)


def _as_row(record: StagedRecord) -> Row:
    return Row(kind=StagedKind(record.kind), manager=record.manager, gone=record.gone, payload=record.payload)
