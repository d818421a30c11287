"""Intervals between moments, counted as Visual Basic .NET counts them."""

from calendar import monthrange
from datetime import UTC, datetime, timedelta

from provisioning.expressions.moments import BEYOND, BadDate
from provisioning.texts import gettext_noop, say

_MONTHS = {"yyyy": 12, "m": 1}
_LENGTHS = {
    "ww": timedelta(weeks=1),
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "n": timedelta(minutes=1),
    "s": timedelta(seconds=1),
}
_NO_INTERVAL = gettext_noop(
    "There is no interval of this name; write yyyy for years, m months, ww weeks, d days, h hours, n minutes, s seconds"
)
_NO_NUMBER = gettext_noop("This is not a number of intervals")
_EPOCH = datetime(1, 1, 1, tzinfo=UTC)


def add(interval: str, number: float, moment: datetime) -> datetime:
    """The moment so many intervals later, or earlier. Fractions are cut off; a month too short ends on its last day."""
    _check(interval)
    try:
        count = int(number)
    except (OverflowError, ValueError) as error:  # infinite, or no number at all
        raise BadDate(say(_NO_NUMBER)) from error
    if interval in _MONTHS:
        return _add_months(count * _MONTHS[interval], moment)
    try:
        return moment + count * _LENGTHS[interval]
    except OverflowError as error:
        raise BadDate(say(BEYOND)) from error


def difference(interval: str, first: datetime, second: datetime) -> int:
    """How many intervals the second is after the first.

    Years and months look at the calendar only, weeks begin on Sunday; anything shorter is elapsed time, cut to whole
    intervals.
    """
    _check(interval)
    if interval == "yyyy":
        return second.year - first.year
    if interval == "m":
        return _month_number(second) - _month_number(first)
    elapsed = _week_begun(second) - _week_begun(first) if interval == "ww" else second - first
    count = abs(elapsed) // _LENGTHS[interval]
    return count if elapsed >= timedelta(0) else -count


def _check(interval: str) -> None:
    if interval not in _MONTHS and interval not in _LENGTHS:
        raise BadDate(say(_NO_INTERVAL))


def _add_months(count: int, moment: datetime) -> datetime:
    year, month = divmod(_month_number(moment) + count, 12)
    if not 1 <= year <= 9999:
        raise BadDate(say(BEYOND))
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))


def _month_number(moment: datetime) -> int:
    return moment.year * 12 + moment.month - 1


def _week_begun(moment: datetime) -> timedelta:
    """The same time on the Sunday before, as a distance: that Sunday may lie before the year 1."""
    return moment - _EPOCH - timedelta(days=(moment.weekday() + 1) % 7)
