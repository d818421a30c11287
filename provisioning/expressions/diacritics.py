"""Letters without their diacritics."""

import unicodedata
from functools import lru_cache

_OTHERWISE = {
    "æ": "ae",
    "Æ": "AE",
    "œ": "oe",
    "Œ": "OE",
    "ø": "oe",
    "Ø": "OE",
    "ß": "ss",
    "ł": "l",
    "Ł": "L",
    "ı": "i",
}
_MOST_MARKS = 30
"""On one letter; no writing has more. Putting them in order takes time that grows with their square."""


def normalize(text: str) -> str:
    """The text with plain Latin letters; other scripts keep their marks, and are composed."""
    if text.isascii():
        return text
    parts = []
    latin, marks, most = False, 0, 0
    for each in text:
        if unicodedata.category(each)[0] == "M":
            marks += 1
            if latin:
                continue
            most = max(most, marks)
            parts.append(each)
        else:
            plain = _plain(each)
            latin, marks = plain is not None, 0
            parts.append(each if plain is None else plain)
    left = "".join(parts)
    return left if most > _MOST_MARKS else unicodedata.normalize("NFC", left)


@lru_cache(maxsize=4096)
def _plain(character: str) -> str | None:
    """What a Latin letter is without marks; nothing for any other character."""
    base = unicodedata.normalize("NFD", character)[0]
    return _OTHERWISE.get(base, base) if unicodedata.name(base, "").startswith("LATIN ") else None
