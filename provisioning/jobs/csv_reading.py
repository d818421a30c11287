"""Reads a CSV file in the background: line by line into staged records and problems, with what it would change."""

import os
import socket
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from provisioning.choices import FileStatus, StagedKind
from provisioning.directory.base import Gone, Person
from provisioning.directory.csvfile import Unreadable
from provisioning.directory.csvfile_columns import What
from provisioning.directory.csvfile_groups import Groups, Members
from provisioning.directory.csvfile_lines import Read
from provisioning.directory.csvfile_people import People
from provisioning.errors import LeaseLost
from provisioning.jobs import beat, csv_imports
from provisioning.jobs.control import NotPossible
from provisioning.jobs.csv_comparing import Compared, compare
from provisioning.jobs.csv_rows import RowsKnown
from provisioning.jobs.imports import staging
from provisioning.models import CsvImport, CsvProblem, Import, StagedRecord, User
from provisioning.models.directory import CHUNK
from provisioning.models.job import LAPSE
from provisioning.texts import Message, gettext_noop, say

TASK_SECONDS = 45
MOST_SAMPLES = 100
"""So many people who would change are kept with their old and new values; the others are only counted."""
MOST_PROBLEMS = 20_000
"""A file with more is the wrong file, or its columns are mapped wrongly."""
READERS: dict[What, Any] = {What.USERS: People, What.GROUPS: Groups, What.MEMBERS: Members}

LOST = gettext_noop("The uploaded file is not on this host. Hosts that work together have to share PORTAL_VAR/imports.")
TOO_BAD = gettext_noop("More than %(n)d lines cannot be used. Check that the columns are mapped as they should be.")


def due(now: datetime) -> QuerySet[CsvImport]:
    """Files that need a worker, without a message under way."""
    return _free().filter(Q(queued_at=None) | Q(queued_at__lt=now - LAPSE))


def unattended(since: datetime) -> QuerySet[CsvImport]:
    """Files that have needed a worker since then, and that none has had in hand since."""
    free = Q(expires_at=None, chosen_at__lte=since) | Q(expires_at__lte=since)
    return CsvImport.objects.filter(free, status=FileStatus.READING)


def _free() -> QuerySet[CsvImport]:
    return CsvImport.objects.filter(Q(expires_at=None) | Q(expires_at__lte=Now()), status=FileStatus.READING)


def read(pk: int, seconds: float = TASK_SECONDS) -> None:
    """One task's share of it. A message that comes late or twice finds nothing to do; a killed worker costs a chunk."""
    beat.write()
    taken = _claim(pk)
    if taken is None:
        return
    until = time.monotonic() + seconds
    try:
        reader = READERS[What(taken.what)](taken.path, taken.as_form(), RowsKnown(taken.directory))
        _fence(taken, lines=reader.count)
        for chunk in reader.read(skip=taken.position):
            _record(taken, chunk)
            beat.write()
            if time.monotonic() >= until:
                _fence(taken, expires_at=Now(), queued_at=None)
                return
        if taken.delete_missing:
            _stage_missing(taken)
        _fence(taken, status=FileStatus.READ, read_at=timezone.now(), expires_at=None)
    except LeaseLost:
        return
    except FileNotFoundError:
        _break(taken, say(LOST))
    except Unreadable as error:
        _break(taken, error.message)


def _claim(pk: int) -> CsvImport | None:
    length = timedelta(seconds=settings.PORTAL_LEASE_SECONDS)
    owner = f"{socket.gethostname()}:{os.getpid()}"
    found = _free().filter(pk=pk)
    if not found.update(token=F("token") + 1, owner=owner, expires_at=Now() + length, queued_at=None):
        return None
    return CsvImport.objects.select_related("directory", "run").get(pk=pk)


def _fence(taken: CsvImport, **changes: Any) -> None:
    """First in every recording transaction: hold it for longer, and write these columns. Raises LeaseLost."""
    changes = {"expires_at": Now() + timedelta(seconds=settings.PORTAL_LEASE_SECONDS), **changes}
    mine = CsvImport.objects.filter(pk=taken.pk, token=taken.token, status=FileStatus.READING)
    if not mine.update(**changes):
        raise LeaseLost


def _record(taken: CsvImport, chunk: Sequence[Read]) -> None:
    """A chunk's lines: what they come to, what they would change, and what is wrong. All of it or nothing."""
    found = compare(chunk, taken.as_form())
    compared, refused = (
        [each for each in found if not each.read.problems],
        [each.read for each in found if each.read.problems],
    )
    bad = [*(each for each in chunk if each.problems), *refused]
    position = taken.position + len(chunk)
    samples = [*taken.samples, *(_sample(each) for each in compared if each.is_changed)][:MOST_SAMPLES]
    counts = {
        "created": sum(each.is_new for each in compared),
        "changed": sum(each.is_changed for each in compared),
        "left": sum(each.read.is_left for each in compared),
        "bad": len(bad),
    }
    counts["same"] = len(chunk) - sum(counts.values())
    with transaction.atomic():
        _fence(taken, position=position, samples=samples, **{name: F(name) + n for name, n in counts.items()})
        _stage(taken, compared)
        CsvProblem.objects.bulk_create(
            CsvProblem(
                csv_import=taken,
                line=each.line,
                column=each.column[:256],
                message=each.message.as_json(),
                remedy=each.remedy.as_json(),
            )
            for read in sorted(bad, key=lambda read: read.line)
            for each in read.problems
        )
    taken.position, taken.samples, taken.bad = position, samples, taken.bad + len(bad)
    if taken.bad > MOST_PROBLEMS:
        raise Unreadable(say(TOO_BAD, n=MOST_PROBLEMS))


def _stage(taken: CsvImport, compared: Sequence[Compared]) -> None:
    """Whoever stays as they are is staged too where those who are missing go."""
    wanted = [each for each in compared if taken.delete_missing or each.is_new or each.differences]
    staging.stage(_run(taken), [each.read.record for each in wanted if each.read.record])


def _run(taken: CsvImport) -> Import:
    if taken.run is None:
        raise LeaseLost
    return taken.run


def _sample(each: Compared) -> dict[str, Any]:
    values = [{"name": name, "old": old, "new": new} for name, old, new in each.differences]
    return {"line": each.read.line, "label": each.label, "id": each.id, "values": values}


def _stage_missing(taken: CsvImport) -> None:
    """Who is in the directory and in no line goes into the recycle bin. Nobody in the bin is touched by it."""
    named = StagedRecord.objects.filter(run=taken.run, kind=StagedKind.USER, object_id=OuterRef("object_id"))
    others = User.objects.present().filter(~Exists(named), directory=taken.directory).order_by("pk")
    while ids := list(others.values_list("object_id", flat=True)[:CHUNK]):
        with transaction.atomic():
            _fence(taken, missing=F("missing") + len(ids))
            staging.stage(_run(taken), [Person(id=str(id_), attributes={}, gone=Gone.SOFT) for id_ in ids])
        beat.write()


def _break(taken: CsvImport, message: Message) -> None:
    """The file can't be read: nothing of it is used."""
    try:
        _fence(taken, message=message.as_json())
        csv_imports.put_away(taken, timezone.now(), FileStatus.BROKEN)
    except (LeaseLost, NotPossible):
        return
