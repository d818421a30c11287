"""Dates. All in UTC; dates may be given as texts everywhere."""

from collections.abc import Sequence
from datetime import datetime

from provisioning.expressions import date_formats, intervals, moments
from provisioning.expressions.kinds import Date, DateText, Given, Integer, Number, ShortText
from provisioning.expressions.nodes import Node, Omitted
from provisioning.expressions.signatures import function


@function()
def CDate(expr: Date) -> datetime:
    """The date that a text shows, in UTC.

    Example: `CDate("2021-06-30T12:00:00Z")` gives `6/30/2021 12:00:00 PM`
    """
    return expr


@function()
def Now(run: Given) -> datetime:
    """The present time in UTC; the same everywhere in an expression.

    Example: `DateDiff("s", Now(), Now())` gives `0`
    """
    return run.now


@function()
def DateAdd(interval: ShortText, value: Number, dateTime: Date) -> datetime:
    """A date and so many intervals later; with a negative number, earlier.

    Intervals are yyyy (years), m (months), ww (weeks), d (days), h (hours), n (minutes) and s (seconds).

    Example: `DateAdd("d", 7, "2021-06-30")` gives `7/7/2021 12:00:00 AM`
    """
    return intervals.add(interval, float(value), dateTime).replace(microsecond=0)


@function()
def DateDiff(interval: ShortText, date1: Date, date2: Date) -> int:
    """The whole intervals from date1 to date2, less than 0 if date2 is earlier. Intervals are those of DateAdd.

    Example: `DateDiff("d", "2021-06-30", "2021-07-07")` gives `7`
    """
    return intervals.difference(interval, date1, date2)


@function()
def DateFromNum(value: Integer) -> datetime:
    """The date that a number of Active Directory stands for: units of 100 ns since 1601.

    Example: `DateFromNum(129699324000000000)` gives `1/1/2012 11:00:00 PM`
    """
    return moments.from_file_time(value)


@function()
def NumFromDate(value: Date) -> int:
    """A date as Active Directory counts it: units of 100 ns since 1601.

    Example: `NumFromDate("2012-01-01T23:00:00Z")` gives `129699324000000000`
    """
    return moments.to_file_time(value)


def _with_styles(slots: Sequence[Node]) -> Sequence[Node]:
    """The older form of three slots has no styles."""
    return (slots[0], Omitted(slots[1].position), *slots[1:]) if len(slots) == 3 else slots


@function(slots=_with_styles)
def FormatDateTime(
    source: DateText, dateTimeStyles: ShortText | None, inputFormat: ShortText, outputFormat: ShortText
) -> str:
    """A date in another format. Formats are those of .NET; the slot of the styles may be left out altogether.

    Example: `FormatDateTime("24.08.2021", , "dd.MM.yyyy", "yyyy-MM-dd")` gives `2021-08-24`
    """
    return date_formats.reformat(source, dateTimeStyles or "", inputFormat, outputFormat)
