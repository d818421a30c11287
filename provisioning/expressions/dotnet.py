"""Translate .NET regular expressions for the `regex` library, piece by piece; what can't be translated is refused.

Nothing is handed through: every piece is read by the rules of .NET and written anew, options included. Groups get names
of ours by their .NET number, so that no reference depends on how the library numbers them.
"""

import re
from collections.abc import Mapping

from provisioning.expressions.classes import DIGITS
from provisioning.expressions.groups import Groups
from provisioning.expressions.pieces import Piece, PieceReader
from provisioning.texts import gettext_noop

DEEPEST = 50
LARGEST = 5000
"""Of the weight of a pattern. The library copies a piece as often as it must be there, and nested repeats multiply."""

MOST_DIGITS = 9

_PLAIN = ("?:", "?>", "?=", "?!", "?<=", "?<!")
_COUNT = re.compile(r"\{([0-9]+)(?:(,)([0-9]*))?\}")
_SWITCHED = re.compile(r"\(\?(?!\))([imnsx]*)(?:-([imnsx]*))?\)", re.IGNORECASE | re.ASCII)
_SCOPED = re.compile(r"\?([imnsx]*)(?:-([imnsx]*))?:", re.IGNORECASE | re.ASCII)
_RIGHT_TO_LEFT = re.compile(r"\?[imnsx]*r[imnsxr]*[-:)]", re.IGNORECASE | re.ASCII)


def translate(text: str) -> tuple[str, Mapping[str, str]]:
    """The pattern for the library, and the names of its groups there by their numbers and names here."""
    counting = Reader(text, Groups())
    counting.read_all()
    known = counting.groups.counted()
    return Reader(text, Groups(known)).read_all(), known


class Reader(PieceReader):
    """Reads one pattern from left to right. Options hold until the end of the group in which they stand."""

    depth = 0

    def read_all(self) -> str:
        piece = self.read_body()
        if not self.scan.ended:
            raise self.scan.wrong(self.scan.at, gettext_noop("This ) closes nothing; write \\) for the character"))
        return piece.text

    def read_body(self) -> Piece:
        """Alternatives, up to the end of their group."""
        kept = self.options
        pieces: list[Piece] = []
        bars = 0
        self.skip_blank()
        while not self.scan.ended and self.scan.peek() != ")":
            if self.scan.take("|"):
                pieces.append(Piece("|"))
                bars += 1
            else:
                pieces.append(self.read_repeated())
            self.skip_blank()
        self.options = kept
        return Piece("".join(each.text for each in pieces), self.limited(sum(each.weight for each in pieces)), bars)

    def limited(self, weight: int) -> int:
        if weight > LARGEST:
            text = gettext_noop("The pattern is too large; repeat less often, or fewer groups inside each other")
            raise self.scan.wrong(self.scan.at, text)
        return weight

    def skip_blank(self) -> None:
        """Step over comments, and over white space where it means nothing."""
        scan = self.scan
        while True:
            start = scan.at
            if scan.take("(?#"):
                scan.at = scan.text.find(")", scan.at) + 1
                if not scan.at:
                    raise scan.wrong(start, gettext_noop("The comment has no end; add )"))
            elif "x" in self.options and scan.take("#"):
                scan.at = scan.text.find("\n", scan.at) + 1 or len(scan.text)
            elif "x" not in self.options or not scan.run(" \t\n\r\f"):
                return

    def read_repeated(self) -> Piece:
        """One piece and how often it stands."""
        scan = self.scan
        start = scan.at
        if self.read_count() is not None:
            raise scan.wrong(start, gettext_noop("There is nothing to repeat here; write \\ before the character"))
        switched = _SWITCHED.match(scan.text, scan.at)
        if switched:
            self.switch(switched)
            return Piece("", 0)
        piece = self.read_group() if scan.take("(") else self.read_one()
        self.skip_blank()
        start = scan.at
        count = self.read_count()
        if count is None:
            return piece
        self.skip_blank()
        lazy = "?" if scan.take("?") else ""
        self.skip_blank()
        start = scan.at
        if self.read_count() is not None:
            raise scan.wrong(start, gettext_noop("This repeats a repeat; put what it repeats in (?:...) or (?>...)"))
        low, high = count
        return Piece(f"(?:{piece.text}){{{low},{high}}}{lazy}", self.limited(piece.weight * (low + 1)))

    def read_count(self) -> tuple[int, str] | None:
        """How often, from and to (empty: any number), if that is what stands here."""
        scan = self.scan
        for sign, count in (("*", (0, "")), ("+", (1, "")), ("?", (0, "1"))):
            if scan.take(sign):
                return count
        found = _COUNT.match(scan.text, scan.at)
        if not found:
            return None
        low, comma, high = found.groups("")
        if len(low) > MOST_DIGITS or len(high) > MOST_DIGITS:
            raise scan.wrong(scan.at, gettext_noop("The number in {} is too large"))
        if comma and high and int(high) < int(low):
            raise scan.wrong(scan.at, gettext_noop("The numbers in {} are the wrong way round"))
        scan.at = found.end()
        return int(low), high if comma else low

    def switch(self, found: re.Match[str]) -> None:
        on, off = (letters.lower() for letters in found.groups(""))
        self.options = self.options.union(on).difference(off)
        self.scan.at = found.end()

    def read_group(self) -> Piece:
        """A group of any kind; its opening parenthesis has been read."""
        start = self.scan.at - 1
        kept = self.options
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.scan.wrong(start, gettext_noop("Groups stand too deep inside each other"))
        piece = self.read_opened(start)
        self.depth -= 1
        self.options = kept
        return piece

    def read_opened(self, start: int) -> Piece:
        scan = self.scan
        if scan.peek() != "?":
            return self.read_to_end("(?:", start) if "n" in self.options else self.read_capture(None, start)
        opener = self.take_plain()
        if opener:
            return self.read_to_end(f"({opener}", start)
        scoped = _SCOPED.match(scan.text, scan.at)
        if scoped:
            self.switch(scoped)
            return self.read_to_end("(?:", start)
        if scan.take("?("):
            return self.read_conditional(start)
        if scan.take("?<"):
            return self.read_capture(self.read_name(">", start), start)
        if scan.take("?'"):
            return self.read_capture(self.read_name("'", start), start)
        if _RIGHT_TO_LEFT.match(scan.text, scan.at):
            raise scan.wrong(start, gettext_noop("Matching from right to left is not possible; take out the r"))
        raise scan.wrong(start, gettext_noop("No group begins like this; a name is written (?<name>...)"))

    def take_plain(self) -> str:
        """Step over the opening of a group without name and options, if one stands here."""
        return next((each for each in _PLAIN if self.scan.take(each)), "")

    def read_to_end(self, opener: str, start: int) -> Piece:
        body = self.read_body()
        if not self.scan.take(")"):
            raise self.scan.wrong(start, gettext_noop("This ( has no end; add ), or write \\( for the character"))
        return Piece(f"{opener}{body.text})", body.weight + 1, body.bars)

    def read_capture(self, name: str | None, start: int) -> Piece:
        piece = self.read_to_end(f"(?P<{self.groups.begin(name)}>", start)
        self.groups.end()
        return piece

    def read_name(self, close: str, start: int) -> str:
        name = self.scan.word()
        if self.scan.peek() == "-":
            raise self.scan.wrong(start, gettext_noop("Balancing groups are not possible; write the pattern without"))
        numbered = name[:1].isdecimal()
        good = bool(re.fullmatch("[1-9][0-9]{0,8}", name)) if numbered else bool(name)
        if not good or not self.scan.take(close):
            raise self.scan.wrong(start, gettext_noop("Name the group by a word or a number, as in (?<name>...)"))
        return name

    def read_conditional(self, start: int) -> Piece:
        """`(?(condition)yes|no)`, where the condition is a group's number or name, or what must follow."""
        scan = self.scan
        at = scan.at
        name = scan.word()
        known = self.groups.known
        if name and scan.peek() == ")" and (known is None or name in known or name[0] in DIGITS):
            if known is not None and name not in known:
                raise scan.wrong(at, gettext_noop("There is no group %(name)s"), name=name)
            scan.next()
            piece = self.read_to_end(f"(?({(known or {}).get(name, '')})", start)
        else:
            scan.at = at
            opener = self.take_plain()
            if not opener and scan.peek() == "?":
                raise scan.wrong(at, gettext_noop("A condition is the name of a group, or (?=...) and the like"))
            condition = self.read_to_end(f"({opener or '?:'}", at - 1)
            body = self.read_to_end(f"(?(?={condition.text})", start)
            piece = body._replace(weight=body.weight + condition.weight)
        if piece.bars > 1:
            raise scan.wrong(start, gettext_noop("A condition has two alternatives at most; put them in (?:...)"))
        return piece
