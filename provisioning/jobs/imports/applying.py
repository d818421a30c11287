"""Applying an import in chunks, each a transaction: who is there first, then what hangs on them, all removals last."""

import logging
from collections.abc import Sequence

from django.db import DataError, IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from provisioning.choices import ImportStatus, StagedKind
from provisioning.jobs import beat
from provisioning.jobs.imports import ending, links, objects, roles, waiting
from provisioning.jobs.imports.hand import Hand
from provisioning.jobs.imports.steps import Staged, Step, Written, staged
from provisioning.jobs.notices import events
from provisioning.models import Directory, Import, StagedRecord
from provisioning.models.directory import CHUNK
from provisioning.texts import gettext_noop

log = logging.getLogger(__name__)

REFUSED = gettext_noop("The database refused it; this is a fault of the portal.")

USER, GROUP, MEMBER, ROLE, ASSIGNMENT = StagedKind
THERE, GONE = Q(gone=False), Q(gone=True)
OBJECTS, MANAGED = Q(kind__in=[USER, GROUP]), Q(kind=USER, manager__isnull=False)
STEPS = (
    Step(name="objects", of=OBJECTS & THERE, write=objects.write_objects, chunk=CHUNK // 2),
    Step(name="managers", of=MANAGED & THERE & ~links.HAS_MANAGER, write=links.write_managers),
    Step(name="members", of=Q(kind=MEMBER) & THERE, write=links.write_members),
    Step(name="roles", of=Q(kind=ROLE) & THERE, write=roles.write_roles),
    Step(name="assignments", of=Q(kind=ASSIGNMENT) & THERE, write=links.write_assignments),
    Step(name="members gone", of=Q(kind=MEMBER) & GONE, write=links.remove_members),
    Step(name="assignments gone", of=Q(kind=ASSIGNMENT) & GONE, write=links.remove_assignments),
    Step(name="roles gone", of=Q(kind=ROLE) & GONE, write=roles.disable_roles),
    Step(name="objects gone", of=OBJECTS & GONE, write=objects.remove_objects),
)
"""In this order, so that a half-applied directory never takes anything from anybody."""
PLACES = {step.name: place for place, step in enumerate(STEPS)}


def apply(hand: Hand) -> bool:
    """Go on from the step and staged record it had reached. True when everything is applied."""
    run = hand.run
    while not hand.is_over:
        step = STEPS[PLACES[run.step]]
        rows = _next(run, step)
        if rows:
            _write(hand, step, rows)
        elif step is STEPS[-1]:
            _finish(hand)
            return True
        else:
            hand.fence(step=STEPS[PLACES[run.step] + 1].name, position=0)
        beat.write()
    hand.give_back()
    return False


def _next(run: Import, step: Step) -> list[Staged]:
    """In the order of staging; as a sum, so that they are not looked for by kind and sorted for every chunk."""
    rows = StagedRecord.objects.alias(of=F("run_id") + 0).filter(step.of, of=run.pk, pk__gt=run.position, waits=False)
    return staged(rows.order_by("pk")[: step.chunk])


def _write(hand: Hand, step: Step, rows: Sequence[Staged]) -> None:
    """One chunk. What the database refuses is found by writing its rows alone, and left to the next import."""
    try:
        _chunk(hand, step, rows)
    except (DataError, IntegrityError):
        log.exception("Import %s: a chunk of the step %s was refused.", hand.run.pk, step.name)
        if len(rows) > 1:
            half = len(rows) // 2
            _write(hand, step, rows[:half])
            _write(hand, step, rows[half:])
        else:
            _note(hand, rows, Written(waits={REFUSED: [rows[0].pk]}))


def _chunk(hand: Hand, step: Step, rows: Sequence[Staged]) -> None:
    """The numbers first, then the fence; where nothing is to be written, no number is taken either."""
    with transaction.atomic():
        number = hand.run.directory.take()
        hand.fence(position=rows[-1].pk)
        written = step.write(hand.run, rows, number)
        if written.changed:
            _count(hand, rows, written)
        else:
            transaction.set_rollback(True)
    if not written.changed:
        _note(hand, rows, written)


@transaction.atomic
def _note(hand: Hand, rows: Sequence[Staged], written: Written) -> None:
    hand.fence(position=rows[-1].pk)
    _count(hand, rows, written)


def _count(hand: Hand, rows: Sequence[Staged], written: Written) -> None:
    Import.objects.filter(pk=hand.run.pk).update(
        applied=F("applied") + len(rows),
        changed=F("changed") + written.changed,
        removed=F("removed") + written.removed,
    )
    waiting.put_off(written.waits, **written.forget)


@transaction.atomic
def _finish(hand: Hand) -> None:
    """The next read goes on from here."""
    run = hand.run
    if run.next_token or run.since:
        Directory.objects.filter(pk=run.directory_id).update(
            delta_token=run.next_token, selection={name: run.selection[name] for name in ("users", "groups")}
        )
    now = timezone.now()
    hand.give_back(status=ImportStatus.COMPLETED, ended_at=now, error_message={}, error_code="")
    if run.kind in ending.READING:
        events.import_completed(now)
