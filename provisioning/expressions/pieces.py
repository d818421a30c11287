"""The smallest pieces of a .NET pattern: characters, classes, assertions and references."""

from typing import NamedTuple

from provisioning.expressions.classes import (
    DIGITS,
    SHORTHANDS,
    CharacterClass,
    read_character,
    read_class,
    read_property,
)
from provisioning.expressions.groups import Groups
from provisioning.expressions.scanning import Scanner
from provisioning.texts import gettext_noop

_WORD = rf"[{SHORTHANDS['w']}\u200c\u200d]"
_ASSERTIONS = {
    "A": r"\A",
    "z": r"\Z",
    "Z": r"(?=\n?\Z)",
    "G": r"\G",
    "b": f"(?:(?<={_WORD})(?!{_WORD})|(?<!{_WORD})(?={_WORD}))",
    "B": f"(?:(?<={_WORD})(?={_WORD})|(?<!{_WORD})(?!{_WORD}))",
}


class Piece(NamedTuple):
    """A part of the pattern, translated. `weight` estimates its memory; `bars` counts its alternatives less one."""

    text: str
    weight: int = 1
    bars: int = 0


class PieceReader:
    """Reads pieces without parts. `options` are those that hold where the reading stands."""

    def __init__(self, text: str, groups: Groups) -> None:
        self.scan = Scanner(text)
        self.groups = groups
        self.options: frozenset[str] = frozenset()

    def read_one(self) -> Piece:
        """One character, class, assertion or reference."""
        character = self.scan.next()
        if character == "[":
            return self.a_class(read_class(self.scan))
        if character == "\\":
            return self.read_escape()
        if character == ".":
            return Piece("(?s:.)" if "s" in self.options else r"[^\n]")
        if character in "^$" and "m" in self.options:
            return Piece(f"(?m:{character})")
        if character in "^$":
            return Piece(r"\A" if character == "^" else r"(?=\n?\Z)")
        return self.a_character(character)

    def a_class(self, found: CharacterClass) -> Piece:
        text = found.write("i" in self.options)
        return Piece(text, 1 + len(text) // 20)

    def a_character(self, character: str) -> Piece:
        return self.a_class(CharacterClass(ranges=[(ord(character), ord(character))]))

    def read_escape(self) -> Piece:
        """What follows a backslash."""
        scan = self.scan
        letter = scan.peek()
        if letter and letter in _ASSERTIONS:
            text = _ASSERTIONS[scan.next()]
            return Piece(text, 1 + len(text) // 20)
        if letter and letter in SHORTHANDS:
            return self.a_class(CharacterClass(named=[SHORTHANDS[scan.next()]]))
        if letter and letter in "pP":
            return self.a_class(CharacterClass(named=[read_property(scan, scan.next())]))
        return self.read_reference() or self.a_character(read_character(scan))

    def read_reference(self) -> Piece | None:
        """What a group has found, if that is what stands here: by number, or by name after a k."""
        scan = self.scan
        start = scan.at
        name = scan.run(DIGITS) if scan.peek() != "0" else ""
        known = self.groups.known
        if name and (known is None or name in known or len(name) == 1):
            return self.refer(name, start - 1)
        scan.at = start
        named = scan.take("k")
        close = {"<": ">", "'": "'"}.get(scan.peek(), "")
        name = scan.word() if close and scan.next() else ""
        if name and scan.take(close):
            return self.refer(name, start - 1)
        if named:
            raise scan.wrong(start - 1, gettext_noop("Write the name of a group after \\k, as in \\k<name>"))
        scan.at = start
        return None

    def refer(self, name: str, at: int) -> Piece:
        known = self.groups.known
        if known is None:
            return Piece("")
        if name not in known:
            raise self.scan.wrong(at, gettext_noop("There is no group %(name)s"), name=name)
        if known[name] in self.groups.open:
            raise self.scan.wrong(at, gettext_noop("Group %(name)s can't be used before it has ended"), name=name)
        text = f"(?P={known[name]})"
        return Piece(f"(?i:{text})" if "i" in self.options else text)
