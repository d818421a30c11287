"""The language of $filter, or the part of it that is understood here, read into a tree."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from provisioning.api.errors import BadRequest

DEEPEST = 20
MOST_CONDITIONS = 100
COMPARISONS = frozenset({"eq", "ne", "ge", "le", "gt", "lt"})
FUNCTIONS = frozenset({"startswith", "contains"})

Literal = str | bool | int | None
PIECE = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<moment>\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?)(?![\w-])"
    r"|(?P<guid>[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})(?![\w-])|(?P<number>-?\d{1,18})(?![\w.-])"
    r"|(?P<word>[A-Za-z_@][\w.]*(?:/[A-Za-z_][\w.]*)*)|(?P<mark>[(),]))"
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`values` holds several for `in`, else one. A moment or a guid is a text here; its property knows what it is."""

    path: str
    operator: str
    values: Sequence[Literal]


@dataclass(frozen=True, slots=True)
class Junction:
    """`word` is "and" or "or"."""

    word: str
    parts: Sequence["Node"]


Node = Comparison | Junction


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    place: int


def parse(text: str) -> Node:
    """The tree of a filter. Raises BadRequest that says where it was not understood."""
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens = [*_tokens(text), Token("end", "", len(text))]
        self.at = 0
        self.conditions = 0

    def whole(self) -> Node:
        found = self.junction("or", 0)
        if self.now.kind != "end":
            raise self.lost()
        return found

    @property
    def now(self) -> Token:
        return self.tokens[self.at]

    def lost(self) -> BadRequest:
        values = {"text": self.now.text or _("the end"), "place": self.now.place}
        return BadRequest(_("Invalid filter clause: syntax error near '%(text)s' at position %(place)d.") % values)

    def take(self, kind: str, text: str = "") -> Token:
        token = self.now
        if token.kind != kind or (text and token.text.lower() != text):
            raise self.lost()
        self.at += 1
        return token

    def is_word(self, word: str) -> bool:
        return self.now.kind == "word" and self.now.text.lower() == word

    def junction(self, word: str, depth: int) -> Node:
        """`or` binds less than `and`."""
        if depth > DEEPEST:
            raise BadRequest(_("Invalid filter clause: the parentheses are nested too deep."))
        parts = [self.part(word, depth)]
        while self.is_word(word):
            self.at += 1
            parts.append(self.part(word, depth))
        return parts[0] if len(parts) == 1 else Junction(word, parts)

    def part(self, word: str, depth: int) -> Node:
        return self.junction("and", depth) if word == "or" else self.condition(depth)

    def condition(self, depth: int) -> Node:
        if self.now.text == "(":
            self.at += 1
            found = self.junction("or", depth + 1)
            self.take("mark", ")")
            return found
        self.conditions += 1
        if self.conditions > MOST_CONDITIONS:
            raise BadRequest(_("Invalid filter clause: more than %(n)d conditions.") % {"n": MOST_CONDITIONS})
        name = self.take("word").text
        if name.lower() == "not":
            raise _unknown_operator(name)
        return self.function(name) if self.now.text == "(" else self.comparison(name)

    def function(self, name: str) -> Node:
        if name.lower() not in FUNCTIONS:
            raise BadRequest(
                _("Invalid filter clause: the function '%(name)s' is not supported.") % {"name": name[:40]}
            )
        self.take("mark", "(")
        path = self.take("word").text
        self.take("mark", ",")
        value = self.literal()
        self.take("mark", ")")
        if self.is_word("eq") and self.tokens[self.at + 1].text.lower() == "true":
            self.at += 2
        return Comparison(path, name.lower(), [value])

    def comparison(self, path: str) -> Node:
        operator = self.take("word").text.lower()
        if operator == "in":
            return Comparison(path, operator, self.several())
        if operator not in COMPARISONS:
            raise _unknown_operator(operator)
        return Comparison(path, operator, [self.literal()])

    def several(self) -> Sequence[Literal]:
        self.take("mark", "(")
        found = [self.literal()]
        while self.now.text == ",":
            self.at += 1
            found.append(self.literal())
            if len(found) > MOST_CONDITIONS:
                raise BadRequest(_("Invalid filter clause: more than %(n)d values.") % {"n": MOST_CONDITIONS})
        self.take("mark", ")")
        return found

    def literal(self) -> Literal:
        token = self.now
        words: dict[str, Literal] = {"true": True, "false": False, "null": None}
        if token.kind == "text":
            value: Literal = token.text[1:-1].replace("''", "'")
        elif token.kind in ("moment", "guid"):
            value = token.text
        elif token.kind == "number":
            value = int(token.text)
        elif token.kind == "word" and token.text.lower() in words:
            value = words[token.text.lower()]
        else:
            raise self.lost()
        self.at += 1
        return value


def _tokens(text: str) -> Iterator[Token]:
    place, end = 0, len(text.rstrip())
    while place < end:
        match = PIECE.match(text, place)
        if match is None or match.lastgroup is None:
            place += len(text[place:]) - len(text[place:].lstrip())
            values = {"text": text[place : place + 10], "place": place}
            raise BadRequest(_("Invalid filter clause: syntax error near '%(text)s' at position %(place)d.") % values)
        yield Token(match.lastgroup, match[match.lastgroup], match.start(match.lastgroup))
        place = match.end()


def _unknown_operator(name: str) -> BadRequest:
    return BadRequest(_("Invalid filter clause: the operator '%(name)s' is not supported.") % {"name": name[:40]})
