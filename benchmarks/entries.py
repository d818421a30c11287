"""Entries of the provisioning logs in any number: thirty days of cycles over as many people as that takes."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from provisioning import gallery
from provisioning.choices import Action, CycleKind, CycleStatus, Mode, ObjectType, Origin, Status
from provisioning.jobs import activity_counts, change, setup
from provisioning.jobs.entries import ACTIVITIES
from provisioning.models import Activity, Credentials, Cycle, Directory, ObjectStateRow, ProvisioningJob, User

DAYS = 30
OF_EACH = 20
"""Entries of one person."""
PORTION = 100
EVERY = timedelta(minutes=20)
CYCLES = timedelta(days=DAYS) // EVERY
PEOPLE = 500
"""So many of them are in the directory and have a state, however many entries there are: these are what is measured."""
HOME = uuid.UUID("0b7e6a52-71c4-4f6b-9e1f-2a94d3c58e10")
CODES = ("EntryConflict", "LicenseLimitExceeded", "MissingValues", "ServerError")


def fill(number: int) -> dict[str, Any]:
    """So many entries of one job, and a tenth more of another; gives what the pages are asked with."""
    directory = Directory.objects.the_one()
    main, other = (_job(name) for name in ("Bench", "Another"))
    people = _people(directory, main)
    start = timezone.now() - CYCLES * EVERY
    with indexed_afterwards(Activity):
        _write(main, number, start, people)
        _write(other, number // 10, start, people)
    return {"application": str(main.application.application_id), "user": str(people[0].object_id)}


@contextmanager
def indexed_afterwards(model: type[Model]) -> Iterator[None]:
    """Its indexes are made when its rows are there, which takes a fraction of the time."""
    with connection.schema_editor() as editor:
        for index in model._meta.indexes:
            editor.remove_index(model, index)
    yield
    with connection.schema_editor() as editor:
        for index in model._meta.indexes:
            editor.add_index(model, index)


def _job(name: str) -> ProvisioningJob:
    job: ProvisioningJob = setup.create_application(gallery.application("citrix_gotomeeting"), name).job
    job.mode, job.is_on, job.next_start_at = Mode.AUTOMATIC, True, timezone.now() + timedelta(days=1)
    job.save()
    credentials = Credentials(job=job, saved_at=timezone.now(), saved_by="bench")
    credentials.lock({"username": "bench"})
    credentials.save()
    return job


def _people(directory: Directory, job: ProvisioningJob) -> list[User]:
    people = [
        User(
            directory=directory,
            object_id=_id(number),
            user_principal_name=f"{_name(number).replace(' ', '.').lower()}@contoso.example",
            display_name=_name(number),
        )
        for number in range(PEOPLE)
    ]
    change.save(directory, *people)
    ObjectStateRow.objects.bulk_create(
        ObjectStateRow(
            job=job,
            object_type=ObjectType.USER,
            source_key=each.pk,
            source_id=str(each.object_id),
            label=each.display_name,
            target_id=f"a{each.pk}",
            origin=Origin.CREATED,
            was_in_scope=True,
            managed=True,
            status=Status.SUCCESS,
        )
        for each in people
    )
    return people


def _write(job: ProvisioningJob, number: int, start: datetime, people: list[User]) -> None:
    """A cycle every twenty minutes whatever the number, so that only entries are more; a fifth is the initial one's.

    Each portion is one transaction, as in a cycle.
    """
    first = number // 5
    for turn in range(CYCLES):
        begin, end = (first + (number - first) * (turn + more - 1) // (CYCLES - 1) for more in (0, 1))
        begin, now = begin if turn else 0, start + turn * EVERY
        cycle = _cycle(job, now, end - begin, is_first=not turn)
        for place in range(begin, end, PORTION):
            moment = now + EVERY * ((place - begin) / (end - begin))
            rows = list(_rows(job, cycle, range(place, min(place + PORTION, end)), moment, number // OF_EACH or 1))
            with transaction.atomic():
                ACTIVITIES.write(rows)
                activity_counts.count(job.pk, ((row[5], row[6], row[7]) for row in rows), moment)


def _cycle(job: ProvisioningJob, now: datetime, room: int, *, is_first: bool) -> Cycle:
    return Cycle.objects.create(
        job=job,
        kind=CycleKind.INITIAL if is_first else CycleKind.INCREMENTAL,
        status=CycleStatus.COMPLETED,
        config_version=1,
        head=1,
        started_at=now,
        ended_at=now + EVERY,
        total=room,
        looked_at=room,
        created=room,
    )


def _rows(job: ProvisioningJob, cycle: Cycle, numbers: range, now: datetime, people: int) -> Iterator[tuple[Any, ...]]:
    for number in numbers:
        who = number % people
        name, address = _name(who), f"{_name(who).replace(' ', '.').lower()}@contoso.example"
        status, code = _outcome(number)
        reason = {"text": "It is active and assigned.", "values": {}}
        steps = [
            {"name": kind, "provisioningStepType": kind, "status": "success", "text": reason, "details": {},
             "milliseconds": 4}
            for kind in ("import", "scoping", "matching", "export")
        ]  # fmt: skip
        modified = [{"displayName": "surname", "oldValue": "Bell", "newValue": name}]
        yield (
            uuid.uuid4(), uuid.uuid4(), job.pk, cycle.pk, now, _action(number).value, status.value, code,
            ObjectType.USER.value, str(_id(who)), name, address, address, name.lower(), f"99{who:08}", address, reason,
            "", steps, modified, 40, None,
        )  # fmt: skip


def _action(number: int) -> Action:
    place = number % 100
    if place == 7:
        return Action.DELETE
    return Action.DISABLE if place < 4 else Action.CREATE if place < 20 else Action.UPDATE


def _outcome(number: int) -> tuple[Status, str]:
    place = number % 97
    if place < 4:
        return Status.FAILURE, CODES[number % len(CODES)]
    if place < 10:
        return Status.SKIPPED, "NotEffectivelyEntitled"
    return (Status.WARNING, "TooManyRequests") if place == 10 else (Status.SUCCESS, "")


def _name(number: int) -> str:
    """Beginnings are shared by ever fewer, as with real names."""
    return f"Bench {chr(97 + number % 26)}{number:07}"


def _id(number: int) -> uuid.UUID:
    return uuid.uuid5(HOME, str(number))
