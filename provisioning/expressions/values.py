"""Values as an expression sees them: null, text, number, boolean, moment, role, or several of these in a tuple."""

import base64
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from provisioning.expressions.errors import Refused
from provisioning.expressions.moments import WHITE, shown
from provisioning.texts import Message, gettext_noop, say

MOST_VALUES = 10_000
"""Of one attribute or list."""

LARGEST_EXPONENT = 300
_NUMBER = re.compile(r"[+-]?[0-9]{1,60}(?:\.[0-9]{1,60})?")
_SEVERAL = gettext_noop("%(function)s needs one value for %(parameter)s; got %(count)s.")
_MANY = gettext_noop("This has %(count)s values, more than the %(limit)s that an expression can handle.")
_UNFIT = gettext_noop("This value is of a kind that expressions can't handle: %(kind)s.")
_HUGE = gettext_noop("This number is too large.")
_NESTED = gettext_noop("This has a list among its values.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleValue:
    """An app role that the person holds. Its text is its value, or else its display name."""

    id: str = ""
    value: str = ""
    display_name: str = ""

    def __str__(self) -> str:
        return self.value or self.display_name


def as_value(raw: Any) -> Any:
    """The value of an attribute as expressions see it. Raises Refused."""
    if raw is None or isinstance(raw, str | bool | int | RoleValue | bytes):
        return raw
    if isinstance(raw, list | tuple | set | frozenset):
        return _several(raw)
    if isinstance(raw, float | Decimal):
        return _number(raw)
    if isinstance(raw, date):
        return _moment(raw)
    if isinstance(raw, UUID):
        return str(raw)
    if isinstance(raw, Mapping):
        return _role(raw)
    raise Refused(say(_UNFIT, kind=type(raw).__name__))


def _several(raw: Any) -> tuple[Any, ...]:
    """Nulls among the values are none."""
    if len(raw) > MOST_VALUES:
        raise Refused(say(_MANY, count=len(raw), limit=MOST_VALUES))
    if any(isinstance(each, list | tuple | set | frozenset) for each in raw):
        raise Refused(say(_NESTED))
    return tuple(as_value(each) for each in raw if each is not None)


def _number(raw: float | Decimal) -> float | Decimal:
    if isinstance(raw, Decimal):
        if not raw.is_finite():
            raise Refused(say(_UNFIT, kind=str(raw)))
        if abs(raw.adjusted()) > LARGEST_EXPONENT:
            raise Refused(say(_HUGE))
    return raw


def _moment(raw: date) -> datetime:
    try:
        moment = raw if isinstance(raw, datetime) else datetime(raw.year, raw.month, raw.day)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except OverflowError:
        raise Refused(say(gettext_noop("This moment lies outside of the years 1 to 9999."))) from None


def _role(raw: Mapping[str, Any]) -> RoleValue:
    """From id, value and displayName."""
    names = ("id", "value", "displayName")
    found = {name: raw.get(name) for name in names}
    if not any(found.values()) or not all(each is None or isinstance(each, str) for each in found.values()):
        raise Refused(say(_UNFIT, kind=type(raw).__name__))
    return RoleValue(id=found["id"] or "", value=found["value"] or "", display_name=found["displayName"] or "")


def as_text(value: Any) -> str:
    """The text form of one value; null has an empty one. Raises Refused."""
    if value is None:
        return ""
    if isinstance(value, str | bool | RoleValue):
        return str(value)
    if isinstance(value, datetime):
        return shown(value)
    if isinstance(value, int | float | Decimal):
        return number_text(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    raise Refused(say(_UNFIT, kind=type(value).__name__))


def number_text(value: float | Decimal) -> str:
    """Invariant, without grouping, exponent or zeros at the end. Raises Refused."""
    if isinstance(value, int):
        try:
            return str(value)
        except ValueError:  # Python writes no integers of thousands of digits
            raise Refused(say(_HUGE)) from None
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    text = format(Decimal(repr(value)) if isinstance(value, float) else value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def as_number(value: Any) -> int | Decimal | None:
    """The number that a value is, or that its text shows; None when it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float | Decimal):
        number = Decimal(repr(value)) if isinstance(value, float) else value
        return number if number.is_finite() else None
    if not isinstance(value, str) or len(value) > 200:
        return None
    text = value.strip(WHITE)
    if not _NUMBER.fullmatch(text):
        return None
    return Decimal(text) if "." in text else int(text)


def is_nothing(value: Any) -> bool:
    """Null; an empty list counts as null."""
    return value is None or value == ()


def is_empty(value: Any) -> bool:
    """Null, an empty text, or a list of nothing but one empty text."""
    return value in (None, "", (), ("",))


def one(value: Any) -> Any:
    """A list of one value is that value, an empty one is null. Raises Refused for several."""
    if type(value) is not tuple:
        return value
    if len(value) > 1:
        raise Refused(say(_SEVERAL, count=len(value)))
    return value[0] if value else None


def described(value: Any) -> str:
    """For messages: the value, shortened."""
    if is_nothing(value):
        return "nothing"
    try:
        text = as_text(value)
    except Refused:
        return type(value).__name__
    return f'"{text[:60]}…"' if len(text) > 60 else f'"{text}"'


def wants(text: str, value: Any) -> Message:
    """The message that a value is not what is needed."""
    return say(text, value=described(value))
