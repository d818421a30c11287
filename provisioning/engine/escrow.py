"""When a failed object is tried again."""

from datetime import datetime, timedelta

GIVE_UP = timedelta(days=28)
DAY = timedelta(hours=24)
EARLY = (timedelta(hours=6), timedelta(hours=12), DAY)


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
