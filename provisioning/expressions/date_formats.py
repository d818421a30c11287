"""Dates in one format of .NET written anew in another."""

from collections.abc import Collection, Mapping
from functools import lru_cache

from provisioning.expressions.date_reading import read
from provisioning.expressions.date_writing import write
from provisioning.expressions.moments import WHITE, BadDate
from provisioning.texts import gettext_noop, say

_BLANKS = ("AllowLeadingWhite", "AllowInnerWhite", "AllowTrailingWhite")
_DEFAULT = frozenset(("RoundtripKind", "AllowLeadingWhite", "AllowTrailingWhite"))
_OTHERS = ("NoCurrentDateDefault", "AdjustToUniversal", "AssumeLocal", "AssumeUniversal", "RoundtripKind")
_STYLES: Mapping[str, Collection[str]] = {
    "None": (),
    "AllowWhiteSpaces": _BLANKS,
    **{name: (name,) for name in _BLANKS + _OTHERS},
}
_EXCLUSIVE = (
    ("RoundtripKind", "AssumeLocal"),
    ("RoundtripKind", "AssumeUniversal"),
    ("RoundtripKind", "AdjustToUniversal"),
    ("AssumeLocal", "AssumeUniversal"),
)
_NO_STYLE = gettext_noop("There is no date style of this name; separate by commas what you need of %(names)s")
_TOGETHER = gettext_noop("The date styles %(one)s and %(other)s can't be given together")


def reformat(source: str, styles: str, input_format: str, output_format: str) -> str:
    """The date that the source holds in the input format, in the output format.

    Without styles blanks at both ends are free, and what is known of the zone is kept. The host is in UTC. Formats are
    those of .NET, a single character being a standard one.
    """
    return write(read(source, input_format, read_styles(styles)), output_format)


@lru_cache(maxsize=256)
def read_styles(text: str) -> frozenset[str]:
    """The styles named in a list, each perhaps with `DateTimeStyles.` before it; if none is, those without which."""
    if not text.strip(WHITE):
        return _DEFAULT
    chosen: set[str] = set()
    for entry in text.split(","):
        name = entry.strip(WHITE).removeprefix("DateTimeStyles.")
        if name not in _STYLES:
            raise BadDate(say(_NO_STYLE, names=", ".join(_STYLES)))
        chosen.update(_STYLES[name])
    for one, other in _EXCLUSIVE:
        if one in chosen and other in chosen:
            raise BadDate(say(_TOGETHER, one=one, other=other))
    return frozenset(chosen)
