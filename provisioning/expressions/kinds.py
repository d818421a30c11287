"""The types of parameters, as annotations of the functions: how a value becomes what a function works with."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, TypeAlias

from provisioning.expressions.errors import Refused
from provisioning.expressions.moments import parse, shown
from provisioning.expressions.parsing import IGNORE_ATTRIBUTE, IGNORE_OBJECT
from provisioning.expressions.runs import Run
from provisioning.expressions.values import as_number, as_text, is_nothing, one, wants
from provisioning.texts import gettext_noop, say

LONGEST_DATE = 1000
"""Characters of a date or a format."""

_INTEGER = gettext_noop("%(function)s needs a whole number for %(parameter)s; got %(value)s.")
_NUMBER = gettext_noop("%(function)s needs a number for %(parameter)s; got %(value)s.")
_DATE = gettext_noop("%(function)s needs a date for %(parameter)s; got %(value)s.")
_BOOLEAN = gettext_noop("%(function)s needs True or False for %(parameter)s; got %(value)s.")
_LONG = gettext_noop("%(function)s needs a shorter text for %(parameter)s; got one of %(count)s characters.")
_SAFE = 2**64


@dataclass(frozen=True, slots=True)
class Kind:
    """`type` is the name that the schema of Graph has for it. `convert` raises Refused.

    `each`: the function is applied to every value of the list. `of_nothing`: a null is handed to the function, which
    else gives null itself. `later`: the function decides whether it is evaluated. `words`: keywords that may stand
    here. `given`: no slot at all, but the evaluation.
    """

    type: str
    convert: Callable[[Any], Any]
    each: bool = False
    of_nothing: bool = True
    later: bool = False
    words: tuple[str, ...] = ()
    given: bool = False


class Delayed:
    """An argument that is not evaluated yet. A generator function yields it, and is sent its value."""

    __slots__ = ("block", "is_constant", "value")

    def __init__(self, block: list[Any], *, is_constant: bool = False, value: Any = None) -> None:
        self.block = block
        self.is_constant = is_constant
        self.value = value


Steps: TypeAlias = Generator[Delayed, Any, Any]
"""What functions with delayed arguments return."""


def _same(value: Any) -> Any:
    return value


def _text(value: Any) -> str:
    return value if type(value) is str else as_text(one(value))


def _text_or_null(value: Any) -> str | None:
    value = one(value)
    return None if value is None else as_text(value)


def _short_text(value: Any) -> str:
    text = _text(value)
    if len(text) > LONGEST_DATE:
        raise Refused(say(_LONG, count=len(text)))
    return text


def _integer(value: Any) -> int:
    """Also from a text, or in hexadecimal digits after &H."""
    value = one(value)
    number = as_number(value)
    if number is None and isinstance(value, str) and value.startswith("&H") and len(value) <= 18:
        number = _hex(value[2:])
    if number is None or not -_SAFE < number < _SAFE or number != int(number):
        raise Refused(wants(_INTEGER, value))
    return int(number)


def _hex(digits: str) -> int | None:
    try:
        return int(digits, 16) if digits.isalnum() else None
    except ValueError:
        return None


def _number(value: Any) -> Decimal:
    value = one(value)
    number = as_number(value)
    if number is None or not -_SAFE < number < _SAFE:
        raise Refused(wants(_NUMBER, value))
    return Decimal(number)


def _date(value: Any) -> datetime:
    value = one(value)
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not value:
        raise Refused(wants(_DATE, value))
    return parse(_short_text(value))


def _date_text(value: Any) -> str:
    value = one(value)
    if isinstance(value, datetime):
        return shown(value)
    if is_nothing(value) or value == "":
        raise Refused(wants(_DATE, value))
    return _short_text(value)


def as_boolean(value: Any) -> bool:
    """A number is false when it is zero; the words count in any case; nothing is false. Raises Refused."""
    value = one(value)
    if isinstance(value, bool):
        return value
    number = as_number(value)
    if number is not None:
        return number != 0
    text = as_text(value)
    if text.lower() not in ("true", "false", ""):
        raise Refused(wants(_BOOLEAN, value))
    return text.lower() == "true"


def _several(value: Any) -> tuple[Any, ...]:
    if type(value) is tuple:
        return value
    return () if value is None else (value,)


Anything = Annotated[Any, Kind("String", _same)]
"""Whatever it is, lists too."""

SINGLE = Kind("String", one)
One = Annotated[Any, SINGLE]
"""Any single value."""

Several = Annotated[tuple[Any, ...], Kind("String", _several)]
"""A list; null is an empty one, a single value one of one."""

Text = Annotated[str, Kind("String", _text)]
"""Null is an empty text."""

TextOrNull = Annotated[str | None, Kind("String", _text_or_null)]
ShortText = Annotated[str, Kind("String", _short_text)]

Source = Annotated[str, Kind("String", _text_or_null, each=True, of_nothing=False)]
"""The first parameter of functions from text to text: null gives null, and of several values each is a source."""

SourceOrNull = Annotated[str | None, Kind("String", _text_or_null, each=True)]
"""The same for functions that give something for null."""

Integer = Annotated[int, Kind("Integer", _integer)]
Number = Annotated[Decimal, Kind("Integer", _number)]
Condition = Annotated[bool, Kind("Boolean", as_boolean)]
Date = Annotated[datetime, Kind("String", _date)]
DateText = Annotated[str, Kind("String", _date_text)]
"""A date as text; a moment in the form in which it is shown."""

Later = Annotated[Delayed, Kind("String", _same, later=True)]
Branch = Annotated[Delayed, Kind("String", _same, later=True, words=(IGNORE_ATTRIBUTE, IGNORE_OBJECT))]
"""A delayed argument that may be the result of the whole expression."""

Compare = Annotated[str, Kind("String", _text, words=("vbTextCompare", "vbBinaryCompare"))]
Encoding = Annotated[str, Kind("String", _text, words=("Unicode", "UTF8", "ASCII"))]
Given = Annotated[Run, Kind("", _same, given=True)]
"""The evaluation itself: not a parameter of the language."""
