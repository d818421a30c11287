"""A task's share of an import: go on where it stood, for up to 45 seconds."""

import logging

from provisioning.choices import ImportKind, ImportPhase
from provisioning.errors import LeaseLost
from provisioning.jobs import beat
from provisioning.jobs.imports import clearing, ending
from provisioning.jobs.imports.applying import apply
from provisioning.jobs.imports.hand import Hand, claim
from provisioning.jobs.imports.judging import judge
from provisioning.jobs.imports.reading import read

log = logging.getLogger(__name__)

TASK_SECONDS = 45


def run(import_id: int, seconds: float = TASK_SECONDS) -> None:
    """Work on the import. A message that comes late or twice finds nothing to claim and changes nothing.

    Killed at any moment, it goes on from the last committed page or chunk when its lease has ended.
    """
    beat.write()
    hand = claim(import_id, seconds)
    if hand is None:
        return
    try:
        _work(hand)
    except LeaseLost:
        log.warning("Import %s is in other hands now, or was ended; left to them.", import_id)
    ending.drop_staged()


def _work(hand: Hand) -> None:
    """Each phase gives the import back itself when it does not lead to the next one."""
    if hand.run.kind == ImportKind.CLEARING:
        clearing.clear(hand)
        return
    if hand.run.phase == ImportPhase.READ and not read(hand):
        return
    if hand.run.phase == ImportPhase.JUDGE and not judge(hand):
        return
    apply(hand)
