"""What people and due jobs ask for: an import now, a held one to be applied anyway, one to be given up."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from provisioning.choices import ImportKind, ImportPhase, ImportStatus
from provisioning.jobs.control import NotPossible
from provisioning.jobs.imports import ending
from provisioning.jobs.notices import events
from provisioning.models import Directory, Import


@transaction.atomic
def ask(directory_id: int, now: datetime, by: str = "") -> Import:
    """An import of the source, to be queued by the caller. The one that is running is given instead of another."""
    directory = locked(directory_id)
    if running := directory.imports.filter(status=ImportStatus.RUNNING).first():
        return running
    if directory.is_own:
        raise NotPossible(_("People and groups are edited in this portal; there is nothing to import from."))
    if not directory.locked:
        raise NotPossible(_("Save the settings of the source first."))
    kind = ImportKind.CHANGES if directory.delta_token else ImportKind.SNAPSHOT  # decided anew when the reading begins
    return directory.imports.create(kind=kind, asked_at=now, asked_by=by)


@transaction.atomic
def approve(import_id: int, now: datetime, by: str) -> Import:
    """Apply a held import as it was judged; a newer one that is only being read is given up for it."""
    found = Import.objects.get(pk=import_id)
    locked(found.directory_id)
    found.refresh_from_db()
    if found.status != ImportStatus.HELD:
        raise NotPossible(_("The directory was read again meanwhile. Look at the newest import."))
    if found.directory.imports.filter(status=ImportStatus.RUNNING).exclude(phase=ImportPhase.READ).exists():
        raise NotPossible(_("A newer import is being applied. Wait until it has ended."))
    ending.discard_running(found.directory_id, now)
    found.status, found.phase, found.approved_by = ImportStatus.RUNNING, ImportPhase.JUDGE, by
    found.ended_at = found.expires_at = found.queued_at = None
    found.save(update_fields=["status", "phase", "approved_by", "ended_at", "expires_at", "queued_at"])
    return found


@transaction.atomic
def discard(import_id: int, now: datetime) -> Import:
    """Give up an import that has changed nothing yet: one that is being read, or is held."""
    found = Import.objects.get(pk=import_id)
    locked(found.directory_id)
    found.refresh_from_db()
    is_reading = found.status == ImportStatus.RUNNING and found.phase == ImportPhase.READ
    if not (is_reading or found.status == ImportStatus.HELD):
        raise NotPossible(_("The import is being applied or has ended already."))
    if found.status == ImportStatus.HELD:
        events.import_decided(now)
    found.status, found.ended_at = ImportStatus.DISCARDED, found.ended_at or now
    found.save(update_fields=["status", "ended_at"])
    return found


def locked(directory_id: int) -> Directory:
    """The directory's row, locked until the transaction ends: who begins or ends imports does so one at a time."""
    return Directory.objects.select_for_update(no_key=True).get(pk=directory_id)
