"""How an import ends: completed, failed, held for a person or discarded; what it staged goes when nobody needs it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from provisioning.choices import ImportKind, ImportStatus
from provisioning.errors import ProvisioningError
from provisioning.jobs.imports.hand import Hand
from provisioning.jobs.notices import events
from provisioning.models import Directory, Import, StagedRecord

CHUNK = 5000
NEEDED = (ImportStatus.RUNNING, ImportStatus.HELD)
READING = (ImportKind.SNAPSHOT, ImportKind.CHANGES)


def fail(hand: Hand, error: ProvisioningError, now: datetime) -> None:
    """It could not be read to its end; nothing of the directory was changed."""
    with transaction.atomic():
        hand.give_back(status=ImportStatus.FAILED, ended_at=now, **told(error))
        if hand.run.kind in READING:
            events.source_failed(error, now)


def told(error: ProvisioningError) -> dict[str, Any]:
    """The columns that tell of an error."""
    return {"error_code": error.code, "error_message": error.message.as_json(), "error_remedy": error.remedy}


def discard_held(directory_id: int) -> None:
    """What was held is out of date: the source was read again, or is another one."""
    Import.objects.filter(directory=directory_id, status=ImportStatus.HELD).update(status=ImportStatus.DISCARDED)


def discard_running(directory_id: int, now: datetime) -> None:
    """Whoever has it in hand finds that it has ended, and leaves."""
    Import.objects.filter(directory=directory_id, status=ImportStatus.RUNNING).update(
        status=ImportStatus.DISCARDED, ended_at=now
    )


def last_read(directory: Directory) -> Import | None:
    """The newest import of the source that came to an end, well or not."""
    return directory.imports.filter(kind__in=READING).exclude(status__in=[ImportStatus.RUNNING]).first()


def incomplete(directory: Directory) -> dict[str, Any]:
    """Why the directory is not what its source is: the newest read failed or is held. Empty when all is well."""
    newest = None if directory.is_own else last_read(directory)
    is_bad = newest is not None and newest.status in (ImportStatus.FAILED, ImportStatus.HELD)
    return dict(newest.error_message) if newest and is_bad else {}


def drop_staged() -> int:
    """Delete what imports staged that have ended, but for records that wait for the next one; gives how many."""
    dropped = 0
    runs = Import.objects.exclude(status__in=NEEDED)
    for run in runs.filter(Exists(StagedRecord.objects.filter(run=OuterRef("pk"), waits=False))):
        while keys := list(run.staged.filter(waits=False).values_list("pk", flat=True)[:CHUNK]):
            StagedRecord.objects.filter(pk__in=keys).delete()
            dropped += len(keys)
    return dropped
