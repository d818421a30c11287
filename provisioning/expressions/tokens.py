"""The words of an expression: from its text to tokens, in one pass."""

import re
from dataclasses import dataclass

from provisioning.expressions.errors import BadExpression
from provisioning.texts import gettext_noop, say

LONGEST = 10_000
"""Characters of an expression."""

END = "end"

_TOKEN = re.compile(
    r"""(?P<blank>[ \t\r\n]+)
    |(?P<name>[A-Za-z][A-Za-z0-9]*)
    |(?P<attribute>\[[^\]]+\])
    |(?P<text>"[^"\\]*(?:\\.[^"\\]*)*")
    |(?P<hex>&H[0-9A-Fa-f]+)
    |(?P<number>-?[0-9]+(?:\.[0-9]+)?)
    |(?P<sign><>|>=|<=|=|>|<)
    |(?P<mark>[(),])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPED = re.compile(r'\\(["\\])')
_REASONS = {
    "[": gettext_noop("This attribute has no closing ] or no name."),
    '"': gettext_noop('This text has no closing ".'),
    "&": gettext_noop("& joins nothing here; use Join or Append."),
    "%": gettext_noop("There are no variables; write an attribute as [name]."),
    "'": gettext_noop('Texts stand in double quotes: "text".'),
}
_REASONS |= dict.fromkeys("\u2018\u2019\u201c\u201d\u00ab\u00bb\u201e", _REASONS["'"])
_OTHER = gettext_noop("The character %(character)s can't stand here; put texts in double quotes.")


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is a group of the pattern above, the mark itself for ( ) and the comma, or END."""

    kind: str
    text: str
    position: int


def read_tokens(text: str) -> list[Token]:
    """All tokens and an END, blanks left out. Raises BadExpression."""
    if len(text) > LONGEST:
        reason = gettext_noop("The expression is longer than %(limit)s characters.")
        raise BadExpression(say(reason, limit=LONGEST), LONGEST)
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise BadExpression(say(_REASONS.get(text[at], _OTHER), character=text[at]), at)
        kind = found.lastgroup or ""
        if kind != "blank":
            tokens.append(Token(found[0] if kind == "mark" else kind, found[0], at))
        at = found.end()
    return [*tokens, Token(END, "", len(text))]


def unescaped(text: str) -> str:
    """The value of a text token: backslash and quote are escaped by a backslash, before others it stays."""
    return _ESCAPED.sub(r"\1", text[1:-1])


def escaped(value: str) -> str:
    """The text token for a value."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
