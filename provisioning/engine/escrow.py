"""When a failed object is tried again: within the cycle, and after it."""

from dataclasses import replace
from datetime import datetime, timedelta

from provisioning.choices import Status
from provisioning.errors import RetryLater
from provisioning.records import ObjectState

GIVE_UP = timedelta(days=28)
DAY = timedelta(hours=24)
EARLY = (timedelta(hours=6), timedelta(hours=12), DAY)

TRIES = 3
"""So often an object is tried within one cycle when nothing is wrong with it."""
LONGEST_WAIT = timedelta(minutes=15)
"""A longer wait is left to the next cycle."""
SLOW_DOWN = 2.0
"""So many seconds the whole job waits after a 429 that named no time."""
FIRST_WAIT = 5.0
"""Seconds before the second try when the target named no time; before the third it is four times as long."""


def next_try(first_failed_at: datetime, now: datetime, failures: int) -> datetime | None:
    """The time of the next try after `failures` failures in a row, the last of them now; None when given up.

    The next cycle first, then 6, 12 and 24 hours after the first failure, then daily, for 28 days (Microsoft's
    documented times). A change of the object is tried at once whatever this says.
    """
    if failures <= 1:
        return now
    since = now - first_failed_at
    if since >= GIVE_UP:
        return None
    early = next((each for each in EARLY if each > since), None)
    return first_failed_at + (early or DAY * (since // DAY + 1))


def deferred_until(error: RetryLater, now: datetime, tries: int) -> datetime | None:
    """The time of the next try within the cycle after `tries` of them, the last one now; None: not in this cycle."""
    wait = timedelta(seconds=seconds_to_wait(error, tries))
    return now + wait if tries < TRIES and wait <= LONGEST_WAIT else None


def seconds_to_wait(error: RetryLater, tries: int) -> float:
    """What the target named (Retry-After, in seconds or as a date), else a little, and longer each time."""
    return FIRST_WAIT * 4 ** (tries - 1) if error.retry_after is None else error.retry_after


def escrowed(state: ObjectState, code: str, now: datetime) -> ObjectState:
    """One more failure in a row, and the time of the next try."""
    first, failures = state.first_failed_at or now, state.failures + 1
    return replace(
        state,
        status=Status.FAILURE,
        code=code,
        failures=failures,
        first_failed_at=first,
        next_try_at=next_try(first, now, failures),
        tries=0,
        deferred_until=None,
    )


def settled(state: ObjectState, status: Status, code: str) -> ObjectState:
    """Failures of the past are forgotten."""
    return replace(
        state,
        status=status,
        code=code,
        failures=0,
        first_failed_at=None,
        next_try_at=None,
        tries=0,
        deferred_until=None,
        members_failed=False,
    )


def not_deferred(state: ObjectState) -> ObjectState:
    """It waits for no other try in this cycle."""
    return replace(state, tries=0, deferred_until=None)
