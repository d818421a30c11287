"""Letter case as in .NET: one letter becomes one letter, by the rules of a culture."""

import re
import unicodedata
from collections.abc import Callable, Mapping

from provisioning.texts import Message, gettext_noop, say

# The invariant culture leaves the dotted capital and the dotless small I alone; others take them for an i.
DOTTED, DOTLESS = "\u0130", "\u0131"

_CULTURE = re.compile(r"([a-z]{2,8})(?:[-_][a-z0-9]{1,8}){0,8}", re.IGNORECASE | re.ASCII)
_TURKIC = ("tr", "az")
_BETWEEN_WORDS = ("Z", "P", "S", "Cc", "Cf")
_NO_CULTURE = gettext_noop("There is no culture of this name; write it like en-US or tr-TR")


class BadCulture(ValueError):
    """A name that no culture can have."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class Table(dict[int, str]):
    """For str.translate: what each character becomes, found when it is first met."""

    def __init__(self, change: Callable[[str], str], exceptions: Mapping[str, str]) -> None:
        super().__init__((ord(character), other) for character, other in exceptions.items())
        self.change = change

    def __missing__(self, code: int) -> str:
        character = chr(code)
        self[code] = self.change(character)
        return self[code]


def _lower(character: str) -> str:
    return _one(character.lower(), character)


def _title(character: str) -> str:
    return _one(character.title(), character)


def _upper(character: str) -> str:
    """Greek letters with a iota below have one capital, but Python's upper case writes two: title case knows it."""
    return _one(character.upper(), _title(character))


def _one(changed: str, otherwise: str) -> str:
    return changed if len(changed) == 1 else otherwise


_LOWER = Table(_lower, {})  # of the dotted capital Python makes two letters, so it stays
_UPPER = Table(_upper, {DOTLESS: DOTLESS})
_TITLE = Table(_title, {DOTLESS: DOTLESS})
_LOWER_ELSEWHERE = Table(_lower, {DOTTED: "i"})
_UPPER_ELSEWHERE = Table(_upper, {DOTLESS: "I"})
_LOWER_TURKIC = Table(_lower, {DOTTED: "i", "I": DOTLESS})
_UPPER_TURKIC = Table(_upper, {DOTLESS: "I", "i": DOTTED})


def lower(text: str, culture: str = "") -> str:
    """The text in small letters, by the rules of a culture such as `tr-TR`; the invariant one if none is named."""
    return text.translate(_pick(culture, _LOWER, _LOWER_ELSEWHERE, _LOWER_TURKIC))


def upper(text: str, culture: str = "") -> str:
    """The text in capitals, by the rules of a culture such as `tr-TR`; the invariant one if none is named."""
    return text.translate(_pick(culture, _UPPER, _UPPER_ELSEWHERE, _UPPER_TURKIC))


def pcase(text: str, separators: str | None = None) -> str:
    """Each word with a capital first and small letters after it.

    Words are told apart by any of the separators. Without these a word begins with a letter and ends at a space, a
    sign or a punctuation mark, but not at the apostrophe.
    """
    small = lower(text)
    return _title_case(small) if separators is None else _capitals_after(small, frozenset(separators))


def _pick(culture: str, invariant: Table, elsewhere: Table, turkic: Table) -> Table:
    if not culture:
        return invariant
    found = _CULTURE.fullmatch(culture)
    if not found:
        raise BadCulture(say(_NO_CULTURE))
    return turkic if found[1].lower() in _TURKIC else elsewhere


def _capitals_after(text: str, separators: frozenset[str]) -> str:
    befores = (None, *text[:-1])
    return "".join(
        _UPPER[ord(each)] if before is None or before in separators else each
        for before, each in zip(befores, text, strict=False)
    )


def _title_case(text: str) -> str:
    parts = []
    inside = False
    for each in text:
        category = unicodedata.category(each)
        starts = not inside and category[0] == "L"
        parts.append(_TITLE[ord(each)] if starts else each)
        inside = starts or (inside and (each == "'" or not category.startswith(_BETWEEN_WORDS)))
    return "".join(parts)
