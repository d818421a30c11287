"""Reading the source: page after page into staging, with the place of the next one in the same transaction."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from provisioning.choices import ImportKind, ImportPhase, StagedKind
from provisioning.directory.base import Page, StartOver
from provisioning.engine.escrow import LONGEST_WAIT, seconds_to_wait
from provisioning.errors import InternalError, OutOfTime, ProvisioningError, RetryLater, UnexpectedAnswer
from provisioning.jobs import beat
from provisioning.jobs.imports import ending, staging
from provisioning.jobs.imports.hand import Hand
from provisioning.jobs.imports.selection import grows, wanted
from provisioning.jobs.imports.source import connect
from provisioning.models import StagedRecord
from provisioning.texts import gettext_noop, say

log = logging.getLogger(__name__)

TRIES = 5
"""So often the same page is asked for when the source does not give it."""
WHOLE = [StagedKind.USER.value, StagedKind.GROUP.value, StagedKind.MEMBER.value]
"""What a snapshot covers. Roles and assignments always come whole, of the applications that were asked for."""

ROUND = gettext_noop("The source named the page it had just given as the next one.")
BROKEN = gettext_noop("The source could not be read: %(detail)s")


def read(hand: Hand) -> bool:
    """Read on until the last page is staged (True), the time is up, or the source does not go on."""
    try:
        if _pages(hand):
            return True
    except StartOver:
        _start_over(hand)
    except OutOfTime:
        log.info("Import %s: the lease was too short for another page; it goes on with the next task.", hand.run.pk)
    except ProvisioningError as error:
        _stop(hand, error)
        return False
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:  # an answer it can't take
        log.exception("Import %s: the source failed.", hand.run.pk)
        _stop(hand, InternalError(say(BROKEN, detail=str(error)[:300])))
        return False
    hand.give_back()
    return False


def _pages(hand: Hand) -> bool:
    """Page after page; True when the last one is staged, False when the time is up.

    While one is staged the next is on its way: most of a read is waiting. A thread asks for it, and touches no row.
    """
    run = hand.run
    if not run.selection:
        _begin(hand)
    source = connect(run.directory, run.selection, hand.budget.timeout, hand.budget.check)
    with ThreadPoolExecutor(1, thread_name_prefix="page") as thread:
        ask = partial(thread.submit, source.read, since=run.since)
        coming = None if hand.is_over else ask(place=run.place)
        while coming:
            page = coming.result()
            if page.next and page.next == run.place:
                raise UnexpectedAnswer(say(ROUND))
            coming = ask(place=page.next) if page.next and not hand.is_over else None
            if _stage(hand, page):
                return True
            beat.write()
    return False


def _begin(hand: Hand) -> None:
    """What is asked for is decided when the reading begins: whole, when more is needed than was read before."""
    directory = hand.run.directory
    now = wanted(directory)
    if directory.delta_token and not grows(directory.selection, now):
        selection = {**directory.selection, "applications": now["applications"]}
        hand.fence(kind=ImportKind.CHANGES, covers=[], since=directory.delta_token, selection=selection)
    else:
        hand.fence(kind=ImportKind.SNAPSHOT, covers=WHOLE, since="", selection=now)


@transaction.atomic
def _stage(hand: Hand, page: Page) -> bool:
    """One page, and where it goes on: both or neither."""
    run = hand.run
    changes = {"place": page.next, "pages": run.pages + 1, "tries": 0}
    if not page.next:
        changes |= {"phase": ImportPhase.JUDGE, "next_token": page.token, "read_at": timezone.now()}
    hand.fence(**changes)
    staging.stage(run, page.records)
    return not page.next


@transaction.atomic
def _start_over(hand: Hand) -> None:
    """The token is too old: what it gave so far is dropped, and the source is read whole. Nobody goes because of it."""
    none = dict.fromkeys(staging.COUNTERS.values(), 0)
    hand.fence(
        kind=ImportKind.SNAPSHOT, covers=WHOLE, since="", place="", pages=0, told=[], skipped=0,
        selection=wanted(hand.run.directory), **none,
    )  # fmt: skip
    StagedRecord.objects.filter(run=hand.run).delete()


def _stop(hand: Hand, error: ProvisioningError) -> None:
    """Waiting is a row: the import is given back until then. Too often or too long, or for good, and it has failed."""
    now, tries = timezone.now(), hand.run.tries + 1
    if isinstance(error, RetryLater) and tries < TRIES:
        wait = timedelta(seconds=seconds_to_wait(error, tries))
        if wait <= LONGEST_WAIT:
            hand.give_back(tries=tries, not_before=now + wait, **ending.told(error))
            return
    ending.fail(hand, error, now)
