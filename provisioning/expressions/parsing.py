"""From tokens to a tree, with a stack of the calls that are still open."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from provisioning.expressions.errors import BadExpression
from provisioning.expressions.nodes import Attribute, Call, Comparison, Keyword, Node, Number, Omitted, Text
from provisioning.expressions.tokens import END, Token, read_tokens, unescaped
from provisioning.texts import gettext_noop, say

IGNORE_ATTRIBUTE, IGNORE_OBJECT = "IgnoreAttributeFlow", "IgnoreObjectFlow"
KEYWORDS = ("vbTextCompare", "vbBinaryCompare", "UTF8", "Unicode", "ASCII", IGNORE_ATTRIBUTE, IGNORE_OBJECT)
MOST_DIGITS = 60

_EMPTY = gettext_noop("The expression is empty; begin with a function.")
_NO_CALL = gettext_noop("An expression is a function; an attribute or a text alone is a direct or constant mapping.")
_AFTER = gettext_noop("The expression ends before this; take it away, or put all into one function.")
_OPEN = gettext_noop("%(name)s is not closed; add ).")
_COMMA = gettext_noop("A comma is missing before this.")
_WORD = gettext_noop('%(word)s is no word of the language; write [%(word)s], "%(word)s" or %(word)s(...).')
_NULL = gettext_noop("%(word)s can't be written; leave the slot empty, or use IgnoreFlowIfNullOrEmpty.")
_STRAY = gettext_noop("%(mark)s can't stand here; a function's name comes before ( and a value before the rest.")
_CHAIN = gettext_noop("Comparisons can't be chained; put one IIF into another.")
_LACKS = gettext_noop("%(sign)s has no value on its right.")
_DIGITS = gettext_noop("The number has more than %(limit)s digits; write it as a text.")


@dataclass(slots=True)
class _Open:
    """A call whose ) has not come yet, and the argument that is being read."""

    name: Token
    arguments: list[Node] = field(default_factory=list)
    left: Node | None = None
    sign: Token | None = None
    right: Node | None = None

    def end_argument(self, at: int) -> None:
        """Raises BadExpression when a comparison lacks its right side."""
        if self.sign and not self.right:
            raise BadExpression(say(_LACKS, sign=self.sign.text), self.sign.position)
        if self.left and self.sign and self.right:
            self.arguments.append(Comparison(self.sign.text, self.left, self.right, self.left.position))
        else:
            self.arguments.append(self.left or Omitted(at))
        self.left = self.sign = self.right = None


def parse(text: str, *, operand: bool = False) -> Node:
    """The tree of an expression; with `operand` an attribute or a text may stand alone. Raises BadExpression."""
    return _Parser(read_tokens(text), operand=operand).read()


class _Parser:
    def __init__(self, tokens: list[Token], *, operand: bool) -> None:
        self.tokens = tokens
        self.operand = operand
        self.at = 0
        self.open: list[_Open] = []
        self.root: Node | None = None
        self.readers: Mapping[str, Callable[[Token], None]] = {
            "name": self.read_word,
            "attribute": lambda token: self.place(Attribute(token.text[1:-1], token.position)),
            "text": lambda token: self.place(Text(unescaped(token.text), token.position)),
            "number": self.read_number,
            "hex": self.read_number,
            "sign": self.read_sign,
            ",": self.read_comma,
            ")": self.read_close,
            "(": self.read_stray,
        }

    def read(self) -> Node:
        while (token := self.tokens[self.at]).kind != END:
            if self.root and not self.open:
                raise BadExpression(say(_AFTER), token.position)
            self.at += 1
            self.readers[token.kind](token)
        if self.open:
            raise BadExpression(say(_OPEN, name=self.open[-1].name.text), self.open[-1].name.position)
        if self.root is None:
            raise BadExpression(say(_EMPTY))
        return self.root

    def read_word(self, token: Token) -> None:
        if self.tokens[self.at].kind == "(":
            self.expect_room(token.position)
            self.at += 1
            self.open.append(_Open(token))
        elif token.text in KEYWORDS:
            self.place(Keyword(token.text, token.position))
        else:
            text = _NULL if token.text.upper() in ("NULL", "AUTHORITATIVENULL") else _WORD
            raise BadExpression(say(text, word=token.text), token.position)

    def read_number(self, token: Token) -> None:
        if len(token.text) > MOST_DIGITS:
            raise BadExpression(say(_DIGITS, limit=MOST_DIGITS), token.position)
        value: int | Decimal
        if token.kind == "hex":
            value = int(token.text[2:], 16)
        else:
            value = Decimal(token.text) if "." in token.text else int(token.text)
        self.place(Number(value, token.text, token.position))

    def expect_room(self, position: int) -> None:
        """Raises BadExpression when no operand may begin here."""
        last = self.open[-1] if self.open else None
        if last and (last.right or (last.left and not last.sign)):
            raise BadExpression(say(_COMMA), position)

    def place(self, node: Node) -> None:
        self.expect_room(node.position)
        if self.open:
            last = self.open[-1]
            if last.sign:
                last.right = node
            else:
                last.left = node
        elif isinstance(node, Call) or (self.operand and isinstance(node, Attribute | Text)):
            self.root = node
        else:
            raise BadExpression(say(_NO_CALL), node.position)

    def read_sign(self, token: Token) -> None:
        last = self.open[-1] if self.open else None
        if last is None or last.left is None:
            raise BadExpression(say(_STRAY, mark=token.text), token.position)
        if last.sign:
            raise BadExpression(say(_CHAIN), token.position)
        last.sign = token

    def read_comma(self, token: Token) -> None:
        if not self.open:
            self.read_stray(token)
        self.open[-1].end_argument(token.position)

    def read_close(self, token: Token) -> None:
        if not self.open:
            self.read_stray(token)
        last = self.open.pop()
        if last.arguments or last.left:  # otherwise nothing stands between the parentheses
            last.end_argument(token.position)
        self.place(Call(last.name.text, tuple(last.arguments), last.name.position, token.position))

    def read_stray(self, token: Token) -> None:
        raise BadExpression(say(_STRAY, mark=token.text), token.position)
