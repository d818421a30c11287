"""Dates read by a format of .NET, in English, on a host in UTC."""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta

from provisioning.expressions.date_pieces import Stamp, expand, literal, pieces_to_read
from provisioning.expressions.moments import BEYOND, DAYS, FARTHEST, MONTHS, WHITE, BadDate
from provisioning.expressions.scanning import Scanner
from provisioning.texts import gettext_noop, say

_DIGITS = re.compile("[0-9]*")
_NO_FORMAT = gettext_noop("The input format of the date is empty")
_OTHER_FORM = gettext_noop("The date does not follow its input format from character %(place)s on")
_NO_SUCH = gettext_noop("The date follows its input format, but there is no such day or time")
_TWICE = gettext_noop("The date says the same thing twice, and differently")
_NO_YEAR = gettext_noop(
    "The input format of the date has no year; for a time alone, give the style NoCurrentDateDefault"
)


def read(text: str, form: str, styles: Collection[str]) -> Stamp:
    """The date in the text, which must follow the format to its end. `styles` are those of .NET, by name."""
    if not form:
        raise BadDate(say(_NO_FORMAT))
    text, pattern = _without_blanks(text, expand(form), styles)
    reader = Reader(text, styles)
    if form == "U":
        reader.keep("offset", 0)
        reader.keep("UTC", 1)
    for piece in pieces_to_read(pattern):
        reader.read(piece)
    if not reader.scan.ended:
        raise reader.wrong()
    return _in_zone(_date(reader.found, styles), reader.found, styles)


class Reader:
    """Reads a date piece by piece. `found` holds its parts by name, as numbers."""

    def __init__(self, text: str, styles: Collection[str]) -> None:
        self.scan = Scanner(text)
        self.inner_blanks = "AllowInnerWhite" in styles
        self.trailing_blanks = "AllowTrailingWhite" in styles
        self.found: dict[str, int] = {}

    def read(self, piece: str) -> None:
        self.skip_blanks()
        if piece[0] in _SPECIFIERS:
            _SPECIFIERS[piece[0]](self, len(piece))
        elif piece == " ":
            self.read_blank()
        elif piece[:2] == ".F":
            if self.scan.take("."):
                read_fraction(self, len(piece) - 1, 0)
        elif piece[0] in "'\"\\":
            for character in literal(piece):
                self.read_quoted(character)
        elif piece.upper() == "GMT":
            self.demand("GMT")
            self.keep("offset", 0)
        else:
            self.demand(piece)

    def read_blank(self) -> None:
        """A blank that is missing is no fault where blanks at the end are free, as in .NET."""
        if not (self.inner_blanks or self.scan.take(" ") or self.trailing_blanks):
            raise self.wrong()

    def read_quoted(self, character: str) -> None:
        if character == " " and self.inner_blanks:
            self.skip_blanks()
        else:
            self.demand(character)

    def skip_blanks(self) -> None:
        if self.inner_blanks:
            self.scan.run(WHITE)

    def demand(self, text: str) -> None:
        if not self.scan.take(text):
            raise self.wrong()

    def digits(self, least: int, most: int) -> str:
        scan = self.scan
        found = _DIGITS.match(scan.text, scan.at, scan.at + most)
        digits = found[0] if found else ""
        if len(digits) < least:
            raise self.wrong()
        scan.at += len(digits)
        return digits

    def number(self, count: int) -> int:
        """One or two digits, or exactly as many as are counted."""
        digits = self.digits(count, max(count, 2))
        return int(digits.lstrip("0")[:9] or "0")

    def word(self, *words: str) -> int:
        """Which of the words stands here, in any case and not as part of a longer one."""
        scan = self.scan
        for index, word in enumerate(words):
            end = scan.at + len(word)
            if scan.text[scan.at : end].lower() == word.lower() and not scan.text[end : end + 1].isalpha():
                scan.at = end
                return index
        raise self.wrong()

    def keep(self, part: str, value: int) -> None:
        if self.found.setdefault(part, value) != value:
            raise BadDate(say(_TWICE))

    def wrong(self) -> BadDate:
        return BadDate(say(_OTHER_FORM, place=self.scan.at + 1))


def read_year(reader: Reader, count: int) -> None:
    reader.keep("year", reader.number(count))
    if count <= 2:
        reader.keep("of a century", 1)


def read_month(reader: Reader, count: int) -> None:
    names = MONTHS if count > 3 else tuple(month[:3] for month in MONTHS)
    reader.keep("month", reader.number(count) if count <= 2 else reader.word(*names) + 1)


def read_day(reader: Reader, count: int) -> None:
    if count <= 2:
        reader.keep("day", reader.number(count))
    else:
        reader.keep("weekday", reader.word(*(DAYS if count > 3 else (day[:3] for day in DAYS))))


def read_hour_of_twelve(reader: Reader, count: int) -> None:
    reader.keep("hour", reader.number(min(count, 2)))
    reader.keep("of twelve", 1)


def read_fraction(reader: Reader, count: int, least: int) -> None:
    reader.keep("ticks", int(reader.digits(least, count).ljust(7, "0")))


def read_mark(reader: Reader, count: int) -> None:
    if count > 1:
        reader.keep("afternoon", reader.word("AM", "PM"))
        return
    index = "APap".find(reader.scan.peek() or "?")
    if index < 0:
        raise reader.wrong()
    reader.scan.next()
    reader.keep("afternoon", index % 2)


def read_offset(reader: Reader, count: int) -> None:
    sign = reader.scan.peek()
    if sign not in ("+", "-"):
        raise reader.wrong()
    reader.scan.next()
    minutes = reader.number(1 if count > 2 else count) * 60
    if count > 2:
        reader.scan.take(":")
        rest = reader.number(2)
        if rest > 59:
            raise reader.wrong()
        minutes += rest
    reader.keep("offset", -minutes if sign == "-" else minutes)


def read_utc(reader: Reader, count: int) -> None:
    reader.word("GMT", "Z")
    reader.keep("offset", 0)
    reader.keep("UTC", 1)


def read_zone(reader: Reader, count: int) -> None:
    if reader.scan.take("Z"):
        reader.keep("offset", 0)
        reader.keep("UTC", 1)
    elif reader.scan.peek() in ("+", "-"):
        read_offset(reader, 3)


def read_era(reader: Reader, count: int) -> None:
    reader.word("A.D.", "AD")


def read_number(part: str) -> Callable[[Reader, int], None]:
    return lambda reader, count: reader.keep(part, reader.number(min(count, 2)))


_SPECIFIERS: Mapping[str, Callable[[Reader, int], None]] = {
    "y": read_year,
    "M": read_month,
    "d": read_day,
    "h": read_hour_of_twelve,
    "H": read_number("hour"),
    "m": read_number("minute"),
    "s": read_number("second"),
    "f": lambda reader, count: read_fraction(reader, count, count),
    "F": lambda reader, count: read_fraction(reader, count, 0),
    "t": read_mark,
    "z": read_offset,
    "Z": read_utc,
    "K": read_zone,
    "g": read_era,
}


def _without_blanks(text: str, form: str, styles: Collection[str]) -> tuple[str, str]:
    """Text and format without the blanks that the styles leave free, those just inside of a quote included."""
    if "AllowTrailingWhite" in styles:
        text, form = text.rstrip(WHITE), form.rstrip(WHITE)
        if len(form) > 2 and form[-1] in "'\"":
            form = form[:-1].rstrip(WHITE) + form[-1]
    if "AllowLeadingWhite" in styles:
        text, form = text.lstrip(WHITE), form.lstrip(WHITE)
        if len(form) > 2 and form[0] in "'\"":
            form = form[0] + form[1:].lstrip(WHITE)
    return text, form


def _date(found: Mapping[str, int], styles: Collection[str]) -> datetime:
    given = dict(found)
    if "NoCurrentDateDefault" in styles and not given.keys() & {"year", "month", "day"}:
        given["year"] = 1
    if "year" not in given:
        raise BadDate(say(_NO_YEAR))  # .NET takes this year's, or today
    if "of a century" in given:
        given["year"] += 2000 if given["year"] < 50 else 1900
    day = (given["year"], given.get("month", 1), given.get("day", 1))
    time = (_hour(given), given.get("minute", 0), given.get("second", 0))
    try:
        date = datetime(*day, *time)
    except ValueError as error:
        raise BadDate(say(_NO_SUCH)) from error
    if given.get("weekday", date.weekday()) != date.weekday():
        raise BadDate(say(_NO_SUCH))
    return date


def _hour(given: Mapping[str, int]) -> int:
    hour, afternoon = given.get("hour", 0), given.get("afternoon")
    if "of twelve" in given and hour <= 12:
        return hour % 12 + 12 * (afternoon or 0)
    if "of twelve" in given or afternoon not in (None, hour // 12):
        raise BadDate(say(_NO_SUCH))
    return hour


def _in_zone(date: datetime, found: Mapping[str, int], styles: Collection[str]) -> Stamp:
    ticks = found.get("ticks", 0)
    zone = "Z" if "AdjustToUniversal" in styles else "+00:00"
    if "offset" not in found:
        return Stamp(date, ticks, zone if {"AssumeLocal", "AssumeUniversal"}.intersection(styles) else "")
    if abs(found["offset"]) > FARTHEST:
        raise BadDate(say(_NO_SUCH))
    if "RoundtripKind" in styles and "UTC" in found:
        zone = "Z"
    try:
        return Stamp(date - timedelta(minutes=found["offset"]), ticks, zone)
    except OverflowError as error:
        raise BadDate(say(BEYOND)) from error
