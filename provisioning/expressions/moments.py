"""Moments: dates and times in UTC, read, shown and counted as .NET does it in its invariant culture."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from provisioning.texts import Message, gettext_noop, say

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WHITE = "".join(each for each in map(chr, range(0x3001)) if each.isspace() and not 0x1C <= ord(each) <= 0x1F)
"""What .NET takes for white space; Python's own idea has four control characters more."""

TICKS = 10_000_000
"""In a second."""
FARTHEST = 14 * 60
"""From UTC, in minutes."""

NO_DATE = gettext_noop("This is not a date; write it like 2021-06-30, 2021-06-30T16:00:00Z or 6/30/2021 4:00:00 PM")
BEYOND = gettext_noop("The date is not within the years 1 to 9999")
NO_FILE_TIME = gettext_noop("A file time counts from the year 1601 to the year 9999; the date is outside")

_FIRST = datetime(1601, 1, 1, tzinfo=UTC)
_LONGEST = 200
_NAMED = {name: number for number, month in enumerate(MONTHS, 1) for name in (month.lower(), month[:3].lower())}
_BLANKS = re.compile(f"[{WHITE}]+")
_WEEKDAY = r"(?:(?P<weekday>[a-z]+),? )?"
_TIME = r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]+))?)?"
_TIME += r"(?: ?(?P<mark>AM|PM))?(?: ?(?P<zone>Z|GMT|[-+](?:[0-9]{1,2}(?::[0-9]{2})?|[0-9]{4})))?"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})(?: ?(?P<zone>Z|[-+][0-9]{1,2}:[0-9]{2}))?",
        rf"(?P<year>[0-9]{{4}})-(?P<month>[0-9]{{1,2}})-(?P<day>[0-9]{{1,2}})[T ]{_TIME}",
        rf"(?P<year>[0-9]{{4}})/(?P<month>[0-9]{{1,2}})/(?P<day>[0-9]{{1,2}})(?: {_TIME})?",
        rf"(?P<month>[0-9]{{1,2}})/(?P<day>[0-9]{{1,2}})/(?P<year>[0-9]{{4}})(?: {_TIME})?",
        rf"{_WEEKDAY}(?P<day>[0-9]{{1,2}}) (?P<name>[a-z]+) (?P<year>[0-9]{{4}})(?: {_TIME})?",
        rf"{_WEEKDAY}(?P<name>[a-z]+) (?P<day>[0-9]{{1,2}}),? (?P<year>[0-9]{{4}})(?: {_TIME})?",
    )
)


class BadDate(ValueError):
    """A text that is no date, a date out of reach, or a way to write dates that can't be followed."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def parse(text: str) -> datetime:
    """The moment that this text means, in UTC; without an offset it is UTC already. A time alone is refused.

    Microseconds are the finest that is kept.
    """
    plain = _BLANKS.sub(" ", text).strip(" ")
    found = next(filter(None, (form.fullmatch(plain) for form in _FORMS)), None)
    if not found or len(plain) > _LONGEST:
        raise BadDate(say(NO_DATE))
    parts = {name: value.lower() for name, value in found.groupdict().items() if value}
    try:
        day = datetime(int(parts["year"]), _month(parts), int(parts["day"]), tzinfo=UTC)
    except ValueError as error:
        raise BadDate(say(NO_DATE)) from error
    if parts.get("weekday") not in (None, DAYS[day.weekday()].lower(), DAYS[day.weekday()][:3].lower()):
        raise BadDate(say(NO_DATE))
    try:
        return day + _since_midnight(parts) - _offset(parts.get("zone", "z"))
    except OverflowError as error:
        raise BadDate(say(BEYOND)) from error


def shown(moment: datetime) -> str:
    """The text of a moment that is in UTC: `M/d/yyyy h:mm:ss tt`."""
    date = f"{moment.month}/{moment.day}/{moment.year:04}"
    return f"{date} {moment.hour % 12 or 12}:{moment:%M:%S} {'PM' if moment.hour >= 12 else 'AM'}"


def to_file_time(moment: datetime) -> int:
    """The file time of Active Directory: units of 100 ns since the year 1601."""
    if moment < _FIRST:
        raise BadDate(say(NO_FILE_TIME))
    return (moment - _FIRST) // timedelta(microseconds=1) * 10


def from_file_time(ticks: int) -> datetime:
    """The moment of a file time, cut to microseconds."""
    if ticks < 0:
        raise BadDate(say(NO_FILE_TIME))
    try:
        return _FIRST + timedelta(microseconds=ticks // 10)
    except OverflowError as error:
        raise BadDate(say(NO_FILE_TIME)) from error


def _month(parts: Mapping[str, str]) -> int:
    return _NAMED.get(parts["name"], 0) if "name" in parts else int(parts["month"])


def _since_midnight(parts: Mapping[str, str]) -> timedelta:
    hour, minute, second = (int(parts.get(name, "0")) for name in ("hour", "minute", "second"))
    if minute > 59 or second > 59 or hour > (12 if parts.get("mark") == "am" else 23):
        raise BadDate(say(NO_DATE))
    if parts.get("mark") == "am":
        hour %= 12
    elif parts.get("mark") == "pm" and hour < 12:
        hour += 12
    # .NET rounds to its ticks. Twenty digits are more than any rounding needs.
    fraction = parts.get("fraction", "0")[:20]
    ticks = round(int(fraction) * TICKS / 10 ** len(fraction))
    return timedelta(hours=hour, minutes=minute, seconds=second, microseconds=ticks // 10)


def _offset(zone: str) -> timedelta:
    if zone in ("z", "gmt"):
        return timedelta(0)
    digits = zone[1:].replace(":", "")
    hours, minutes = (int(digits), 0) if len(digits) <= 2 else (int(digits[:-2]), int(digits[-2:]))
    if minutes > 59 or hours * 60 + minutes > FARTHEST:
        raise BadDate(say(NO_DATE))
    return timedelta(hours=hours, minutes=minutes) * (-1 if zone[0] == "-" else 1)
