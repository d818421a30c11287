"""Dates written by a format of .NET, in English."""

from collections.abc import Callable, Mapping

from provisioning.expressions.date_pieces import GENERAL, Stamp, expand, literal, pieces_to_write
from provisioning.expressions.moments import DAYS, MONTHS


def write(stamp: Stamp, form: str) -> str:
    """The text of a date; an empty format is the general one. A format that can't be followed is a BadDate."""
    parts: list[str] = []
    for piece in pieces_to_write(expand(form) or GENERAL):
        part = _write_piece(stamp, piece)
        if part:
            parts.append(part)
        elif piece[0] == "F" and parts and parts[-1].endswith("."):
            parts[-1] = parts[-1][:-1]  # no fraction, so no point before it
    return "".join(parts)


def _write_piece(stamp: Stamp, piece: str) -> str:
    if piece[0] in _SPECIFIERS:
        return _SPECIFIERS[piece[0]](stamp, len(piece))
    return literal(piece) if piece[0] in "'\"\\" else piece


def _number(value: int, count: int) -> str:
    return f"{value:02}" if count > 1 else str(value)


def _year(stamp: Stamp, count: int) -> str:
    year = stamp.seconds.year
    return _number(year % 100, count) if count <= 2 else str(year).zfill(count)


def _month(stamp: Stamp, count: int) -> str:
    month = stamp.seconds.month
    return _number(month, count) if count <= 2 else _name(MONTHS[month - 1], count)


def _day(stamp: Stamp, count: int) -> str:
    return _number(stamp.seconds.day, count) if count <= 2 else _name(DAYS[stamp.seconds.weekday()], count)


def _name(name: str, count: int) -> str:
    return name[:3] if count == 3 else name


def _fraction(stamp: Stamp, count: int) -> str:
    return f"{stamp.ticks:07}"[:count]


def _offset(count: int) -> str:
    return {1: "+0", 2: "+00"}.get(count, "+00:00")


_SPECIFIERS: Mapping[str, Callable[[Stamp, int], str]] = {
    "y": _year,
    "M": _month,
    "d": _day,
    "h": lambda stamp, count: _number(stamp.seconds.hour % 12 or 12, count),
    "H": lambda stamp, count: _number(stamp.seconds.hour, count),
    "m": lambda stamp, count: _number(stamp.seconds.minute, count),
    "s": lambda stamp, count: _number(stamp.seconds.second, count),
    "f": _fraction,
    "F": lambda stamp, count: _fraction(stamp, count).rstrip("0"),
    "t": lambda stamp, count: ("PM" if stamp.seconds.hour >= 12 else "AM")[:count],
    "z": lambda stamp, count: _offset(count),
    "K": lambda stamp, count: stamp.zone,
    "g": lambda stamp, count: "A.D.",
}
