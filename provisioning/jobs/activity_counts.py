"""Counts of log entries by hour, moved as entries are written."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from provisioning.jobs.bulk import Tally
from provisioning.models import ActivityCount

COLUMNS = ("job", "hour", "action", "status", "code", "number")
COUNTS = Tally(ActivityCount, COLUMNS, COLUMNS[:-1])

Kind = tuple[str, str, str]
"""Action, status and code of an entry."""


def count(job_id: int, kinds: Iterable[Kind], now: datetime) -> None:
    """So many entries of each kind were written now, in the running transaction.

    In order of their kind: two workers that count for the same job never wait for each other in a circle.
    """
    numbers = Counter((str(action), str(status), code) for action, status, code in kinds)
    COUNTS.write([(job_id, hour_of(now), *kind, number) for kind, number in sorted(numbers.items())])


def hour_of(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
