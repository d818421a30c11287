"""Characters and classes of characters in .NET patterns, written for the `regex` library.

Classes are written out by character, so that upper and lower case are those of .NET's invariant culture: letters with
one lower case are equal, and the Turkish dotted I and dotless i are equal to nothing but themselves.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from provisioning.expressions.blocks import BLOCKS, CATEGORIES
from provisioning.expressions.scanning import Scanner
from provisioning.texts import gettext_noop

DIGITS = "0123456789"
OCTAL = "01234567"
LAST = 0x10FFFF

_NO_WORD = "".join(
    rf"\p{{{each}}}" for each in ("Mc", "Me", "Nl", "No", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "S", "Z", "C")
)
SHORTHANDS = {
    "d": r"\p{Nd}",
    "D": r"\P{Nd}",
    "w": r"\p{L}\p{Mn}\p{Nd}\p{Pc}",
    "W": _NO_WORD,
    "s": r"\p{White_Space}",
    "S": r"\P{White_Space}",
}
_SIMPLE = {"a": "\a", "b": "\b", "t": "\t", "r": "\r", "v": "\v", "f": "\f", "n": "\n", "e": "\x1b"}
_HEX = {"x": re.compile("[0-9a-fA-F]{2}"), "u": re.compile("[0-9a-fA-F]{4}")}
_POSIX = re.compile(r"\[:\w+:\]")


@dataclass(slots=True)
class CharacterClass:
    """What stands between brackets. `named` holds shorthands and properties, already written out."""

    negated: bool = False
    ranges: list[tuple[int, int]] = field(default_factory=list)
    named: list[str] = field(default_factory=list)
    without: "CharacterClass | None" = None

    def write(self, ignore_case: bool) -> str:
        ranges = self.ranges + (_other_cases(self.ranges) if ignore_case else [])
        members = "".join(write_range(*each) for each in ranges) + "".join(self.named)
        text = f"[{'^' if self.negated else ''}{members}]"
        return f"(?:(?!{self.without.write(ignore_case)}){text})" if self.without else text


def write_character(code: int) -> str:
    character = chr(code)
    if character.isascii() and character.isalnum():
        return character
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def write_range(first: int, last: int) -> str:
    start = write_character(first)
    return start if first == last else f"{start}-{write_character(last)}"


@cache
def _cases() -> Mapping[str, frozenset[str]]:
    """By character: the characters equal to it but for case. UTF-16 knows no case beyond U+FFFF."""
    families: defaultdict[str, set[str]] = defaultdict(set)
    for character in map(chr, range(0x10000)):
        lower = character.lower()
        if lower != character and len(lower) == 1:
            families[lower] |= {lower, character}
    return {member: frozenset(family) for family in families.values() for member in family}


def _other_cases(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The characters to add so that case does not matter."""
    inside = [each for each in _cases() if any(first <= ord(each) <= last for first, last in ranges)]
    wanted = {ord(other) for each in inside for other in _cases()[each]} - {ord(each) for each in inside}
    return [(code, code) for code in sorted(wanted)]


def read_character(scan: Scanner) -> str:
    """The character that an escape means; the backslash has been read."""
    start = scan.at - 1
    if scan.ended:
        raise scan.wrong(start, gettext_noop("A backslash at the end escapes nothing; write \\\\ for a backslash"))
    if scan.peek() in OCTAL:
        digits = scan.run(OCTAL)[:3]
        scan.at = start + 1 + len(digits)
        return chr(int(digits, 8) & 0xFF)
    letter = scan.next()
    if letter in _HEX:
        return _read_hexadecimal(scan, letter)
    if letter == "c":
        return _read_control(scan)
    if letter in _SIMPLE:
        return _SIMPLE[letter]
    if letter == "_" or letter.isalnum():
        raise scan.wrong(start, gettext_noop("Nothing is known by the name \\%(letter)s"), letter=letter)
    return letter


def _read_hexadecimal(scan: Scanner, letter: str) -> str:
    start = scan.at - 2
    found = _HEX[letter].match(scan.text, scan.at)
    if not found:
        raise scan.wrong(start, gettext_noop("Write two hexadecimal digits after \\x, and four after \\u"))
    scan.at = found.end()
    code = int(found[0], 16)
    if 0xD800 <= code <= 0xDFFF:
        raise scan.wrong(start, gettext_noop("Halves of a character are not possible; write the character itself"))
    return chr(code)


def _read_control(scan: Scanner) -> str:
    letter = scan.peek().upper()
    if not letter or not "@" <= letter <= "_":
        raise scan.wrong(scan.at - 2, gettext_noop("Write a letter after \\c"))
    return chr(ord(scan.next().upper()) - ord("@"))


def read_property(scan: Scanner, letter: str) -> str:
    r"""A property by its name, as a member of a class; `\p` or `\P` has been read."""
    start = scan.at - 2
    end = scan.text.find("}", scan.at)
    if scan.peek() != "{" or end < 0:
        raise scan.wrong(start, gettext_noop("Write the name in braces after \\%(letter)s"), letter=letter)
    name = scan.text[scan.at + 1 : end]
    scan.at = end + 1
    if name in CATEGORIES:
        return f"\\{letter}{{{name}}}"
    if name not in BLOCKS:
        raise scan.wrong(start, gettext_noop("No category or block of characters has the name %(name)s"), name=name)
    first, last = BLOCKS[name]
    if letter == "p":
        return write_range(first, last)
    before = write_range(0, first - 1) if first else ""
    return before + write_range(last + 1, LAST)


def read_class(scan: Scanner) -> CharacterClass:
    """A class of characters; its opening bracket has been read."""
    start = scan.at - 1
    found = CharacterClass(negated=scan.take("^"))
    first = scan.at
    while scan.at == first or not scan.take("]"):
        if scan.ended:
            raise scan.wrong(start, gettext_noop("The class that starts with [ has no end; add ]"))
        if scan.at > first and scan.take("-["):
            found.without = read_class(scan)
            if scan.peek() != "]":
                raise scan.wrong(scan.at, gettext_noop("What a class is without must stand at its end"))
        else:
            _read_members(scan, found)
    return found


def _read_members(scan: Scanner, found: CharacterClass) -> None:
    """One character, one range, or one shorthand."""
    start = scan.at
    first = _read_member(scan, found)
    if first is None:
        return
    last: str | None = first
    if scan.peek() == "-" and scan.peek(1) not in ("]", "[", ""):
        scan.next()
        last = _read_member(scan, found)
    if last is None:
        raise scan.wrong(start, gettext_noop("A range needs a character at each end"))
    if last < first:
        raise scan.wrong(start, gettext_noop("The range %(range)s is the wrong way round"), range=f"{first}-{last}")
    found.ranges.append((ord(first), ord(last)))


def _read_member(scan: Scanner, found: CharacterClass) -> str | None:
    if _POSIX.match(scan.text, scan.at):
        raise scan.wrong(scan.at, gettext_noop("Classes such as [:alpha:] are not possible; write \\p{L} or the like"))
    character = scan.next()
    if character != "\\":
        return character
    if scan.peek() in SHORTHANDS:
        found.named.append(SHORTHANDS[scan.next()])
        return None
    if scan.peek() in ("p", "P"):
        found.named.append(read_property(scan, scan.next()))
        return None
    return read_character(scan)
