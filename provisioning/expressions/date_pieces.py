"""Date formats of .NET: what the standard ones stand for, and the pieces of which any of them is made."""

import re
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from provisioning.expressions.moments import BadDate
from provisioning.texts import gettext_noop, say

GENERAL = "MM/dd/yyyy HH:mm:ss"
_LONG = "dddd, dd MMMM yyyy"
_STANDARD = {
    "d": "MM/dd/yyyy",
    "D": _LONG,
    "f": f"{_LONG} HH:mm",
    "F": f"{_LONG} HH:mm:ss",
    "g": "MM/dd/yyyy HH:mm",
    "G": GENERAL,
    "M": "MMMM dd",
    "O": "yyyy'-'MM'-'dd'T'HH':'mm':'ss.fffffffK",
    "R": "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'",
    "s": "yyyy'-'MM'-'dd'T'HH':'mm':'ss",
    "t": "HH:mm",
    "T": "HH:mm:ss",
    "u": "yyyy'-'MM'-'dd HH':'mm':'ss'Z'",
    "U": f"{_LONG} HH:mm:ss",
    "Y": "yyyy MMMM",
}
_STANDARD |= {letter.lower(): _STANDARD[letter] for letter in "MORY"}

_PIECE = r"""(?P<run>[gyMdhHmsfFtz])(?P=run)*|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\\.|(?P<bad>['"\\%])|."""
# Only when a date is read do a fraction that may be missing and the words for UTC mean more than their letters.
_TO_READ = re.compile(rf"%(?=[^%])|\.F+|G[Mm][Tt](?![^\W\d_])|{_PIECE}", re.DOTALL)
# Only when a date is written does a percent sign part a letter from those like it that follow.
_TO_WRITE = re.compile(rf"%(?P<alone>[^%'\"\\])|{_PIECE}", re.DOTALL)

_ONE_CHARACTER = gettext_noop(
    "A date format of one character is one of d D f F g G m M o O r R s t T u U y Y; for a single specifier write a "
    "percent sign before it"
)
_UNFINISHED = gettext_noop(
    "In the date format a quote has no end, or a backslash or a percent sign has nothing to stand before"
)
_FRACTION = gettext_noop("A date format has seven digits at most for the fraction of a second")


class Stamp(NamedTuple):
    """A date and time as .NET holds it: whole seconds, ticks of 100 ns, and what is known of its zone.

    `zone` is `Z` for UTC, `+00:00` for the zone of the host, empty for none.
    """

    seconds: datetime
    ticks: int
    zone: str


def expand(form: str) -> str:
    """What a standard format, of one character, stands for; any other as it is."""
    if len(form) != 1:
        return form
    if form not in _STANDARD:
        raise BadDate(say(_ONE_CHARACTER))
    return _STANDARD[form]


@lru_cache(maxsize=256)
def pieces_to_read(form: str) -> tuple[str, ...]:
    """Specifiers and literals, quoted or escaped ones as they stand."""
    return tuple(_check(found) for found in _TO_READ.finditer(form) if found[0] != "%" or found["bad"])


@lru_cache(maxsize=256)
def pieces_to_write(form: str) -> tuple[str, ...]:
    """Specifiers and literals, quoted or escaped ones as they stand."""
    return tuple(found["alone"] or _check(found) for found in _TO_WRITE.finditer(form))


def literal(piece: str) -> str:
    """The text that a quoted or escaped piece means."""
    return re.sub(r"\\(.)", r"\1", piece if piece[0] == "\\" else piece[1:-1], flags=re.DOTALL)


def _check(found: re.Match[str]) -> str:
    if found["bad"]:
        raise BadDate(say(_UNFINISHED))
    if found["run"] in ("f", "F") and len(found[0]) > 7:
        raise BadDate(say(_FRACTION))
    return found[0]
