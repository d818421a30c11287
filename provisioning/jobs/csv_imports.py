"""The life of a CSV import: a file is taken in, its columns are chosen, it is read, then applied or put away."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from provisioning.choices import FileStatus, ImportKind, ImportStatus
from provisioning.directory.csvfile import Unreadable, lines, look
from provisioning.directory.csvfile_cells import taken_back
from provisioning.directory.csvfile_columns import What, guess
from provisioning.directory.csvfile_lines import as_id
from provisioning.jobs.control import NotPossible
from provisioning.jobs.imports import asking, staging
from provisioning.models import CsvImport, Directory, Import
from provisioning.models.csv_import import OPEN

REMEMBERED = 50
"""So many earlier files are looked at for the same header."""
SAMPLE_LINES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is chosen for a file: its columns, and what is done with people who are known, empty cells and others."""

    mapping: Mapping[int, str]
    update_known: bool = True
    clear_empty: bool = False
    delete_missing: bool = False
    group: str = ""


def take_in(what: What, name: str, parts: Iterable[bytes], by: str, now: datetime) -> CsvImport:
    """Keep the file, and find out how it is to be read. Raises NotPossible and Unreadable; then nothing is kept."""
    directory = Directory.objects.the_one()
    refuse_when_not_own(directory)
    taken = CsvImport(directory=directory, what=what, name=name[-256:], uploaded_at=now, uploaded_by=by)
    try:
        taken.size = _write(taken, parts)
        taken.shape = asdict(look(taken.path))
        taken.mapping = _remembered(taken) or guess(what, taken.header)
        with transaction.atomic():
            taken.save()
    except IntegrityError:
        _forget_file(taken)
        raise NotPossible(_("Another file is being imported. Put that one away first.")) from None
    except (NotPossible, Unreadable):
        _forget_file(taken)
        raise
    return taken


def suggest_group(taken: CsvImport, object_id: str) -> None:
    """The group from whose page the file was uploaded; it can still be changed."""
    CsvImport.objects.filter(pk=taken.pk, what=What.MEMBERS).update(group=as_id(object_id))


def refuse_when_not_own(directory: Directory) -> None:
    if not directory.is_own:
        raise NotPossible(_("The people of this directory come from its source and can only be changed there."))


def open_files() -> QuerySet[CsvImport]:
    """Those that somebody still has to decide on."""
    return CsvImport.objects.filter(status__in=OPEN)


def samples(taken: CsvImport) -> list[tuple[str, ...]]:
    """The first lines of the file."""
    first = islice(lines(taken.path, taken.as_form().shape), SAMPLE_LINES)
    return [tuple(taken_back(cell) for cell in line.cells) for line in first]


def choose(taken: CsvImport, choice: Choice, now: datetime) -> None:
    """Have the file read with these columns, from its beginning. The caller queues it. Raises NotPossible."""
    with transaction.atomic():
        locked = _locked(taken)
        _end_run(locked, now)
        locked.problems.all().delete()
        fresh = CsvImport(file_id=locked.file_id)
        for counter in ("lines", "position", "created", "changed", "same", "left", "bad", "missing", "samples"):
            setattr(locked, counter, getattr(fresh, counter))
        locked.mapping = {str(place): name for place, name in choice.mapping.items()}
        locked.update_known, locked.clear_empty = choice.update_known, choice.clear_empty
        locked.delete_missing, locked.group = choice.delete_missing, choice.group
        locked.status, locked.chosen_at, locked.read_at = FileStatus.READING, now, None
        locked.token, locked.expires_at, locked.queued_at = locked.token + 1, None, now
        locked.run = _new_run(locked, now)
        locked.save()


def apply(taken: CsvImport, by: str, now: datetime, without_bad: bool = False) -> Import:
    """What was read is to be judged and applied; the caller queues the import. Raises NotPossible."""
    with transaction.atomic():
        locked = _locked(taken)
        if locked.status != FileStatus.READ or locked.run is None:
            raise NotPossible(_("This file has not been read yet."))
        if locked.run.status != ImportStatus.RUNNING:
            raise NotPossible(_("The directory was changed as a whole meanwhile. Have the file read again."))
        if locked.bad and not without_bad:
            raise NotPossible(_("Some lines have errors. Correct the file, or leave these lines out."))
        if locked.bad and locked.delete_missing:
            raise NotPossible(_("Whoever is missing is only deleted when no line has an error."))
        run = locked.run
        run.asked_at, run.asked_by = now, by
        run.save(update_fields=["asked_at", "asked_by"])
        staging.complete(run, now)
        _close(locked, FileStatus.APPLIED, now)
    _forget_file(taken)
    return run


def put_away(taken: CsvImport, now: datetime, status: FileStatus = FileStatus.PUT_AWAY) -> None:
    """Nothing of it is used."""
    with transaction.atomic():
        locked = _locked(taken)
        _end_run(locked, now)
        _close(locked, status, now)
    _forget_file(taken)


def _locked(taken: CsvImport) -> CsvImport:
    """The directory first: who begins or ends imports does so one at a time."""
    asking.locked(taken.directory_id)
    locked = open_files().select_for_update(of=("self",)).select_related("run").filter(pk=taken.pk).first()
    if locked is None:
        raise NotPossible(_("This file was applied or put away meanwhile."))
    return locked


def _close(locked: CsvImport, status: FileStatus, now: datetime) -> None:
    locked.status, locked.ended_at, locked.token = status, now, locked.token + 1
    locked.save(update_fields=["status", "ended_at", "token"])


def _new_run(locked: CsvImport, now: datetime) -> Import:
    try:
        with transaction.atomic():
            return Import.objects.create(
                directory=locked.directory,
                kind=ImportKind.FILE,
                label=locked.name,
                asked_at=now,
                asked_by=locked.uploaded_by,
            )
    except IntegrityError:
        raise NotPossible(_("Another import is running. Try again when it has ended.")) from None


def _end_run(locked: CsvImport, now: datetime) -> None:
    """What was staged of it is not needed any more; the nightly sweep takes it."""
    if locked.run:
        Import.objects.filter(pk=locked.run.pk, status=ImportStatus.RUNNING).update(
            status=ImportStatus.DISCARDED, ended_at=now
        )
        locked.run = None
        locked.save(update_fields=["run"])


def _write(taken: CsvImport, parts: Iterable[bytes]) -> int:
    """Nobody else on this machine may read it: it is full of names."""
    most, size = settings.PORTAL_IMPORT_MEGABYTES * 2**20, 0
    taken.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(taken.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        for part in parts:
            size += len(part)
            if size > most:
                raise NotPossible(_("The file is larger than %(n)d MB.") % {"n": settings.PORTAL_IMPORT_MEGABYTES})
            stream.write(part)
    return size


def _forget_file(taken: CsvImport) -> None:
    taken.path.unlink(missing_ok=True)


def _remembered(taken: CsvImport) -> dict[str, str]:
    """How a file with the same header was mapped the last time."""
    earlier = CsvImport.objects.filter(directory=taken.directory, what=taken.what).exclude(mapping={})
    for shape, mapping in earlier.exclude(status=FileStatus.UPLOADED).values_list("shape", "mapping")[:REMEMBERED]:
        if shape["header"] == list(taken.header):
            return dict(mapping)
    return {}
