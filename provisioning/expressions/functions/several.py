"""Lists. Attributes with several values, and texts taken apart."""

from typing import Any

from provisioning.expressions.errors import Refused
from provisioning.expressions.kinds import Integer, Several, Text, TextOrNull
from provisioning.expressions.moments import WHITE
from provisioning.expressions.signatures import function
from provisioning.expressions.values import MOST_VALUES, as_text
from provisioning.texts import gettext_noop, say

_DELIMITER = gettext_noop("%(function)s needs a delimiter that is not empty.")
_PARTS = gettext_noop("%(function)s would give more than %(limit)s values.")
_INDEX = gettext_noop("%(function)s finds no value number %(index)s; there are %(count)s, counted from 1.")


@function()
def Split(source: TextOrNull, delimiter: Text) -> tuple[str, ...] | None:
    """The parts between the delimiters as a list, without white space around them; empty parts are left out.

    Example: `Count(Split("a, b, c", ","))` gives `3`
    """
    if not delimiter:
        raise Refused(say(_DELIMITER))
    if source is None:
        return None
    parts = tuple(filter(None, (each.strip(WHITE) for each in source.split(delimiter))))
    if len(parts) > MOST_VALUES:
        raise Refused(say(_PARTS, limit=MOST_VALUES))
    return parts


@function()
def Count(attribute: Several) -> int:
    """How many values there are: 0 for null, 1 for a single value.

    Example: `Count([proxyAddresses])` gives `2`
    """
    return len(attribute)


@function()
def Item(attribute: Several, index: Integer) -> Any:
    """The value with this number, from 1. It is an error when there is none.

    Example: `Item([proxyAddresses], 2)` gives `smtp:ann@contoso.example`
    """
    if not 1 <= index <= len(attribute):
        raise Refused(say(_INDEX, index=index, count=len(attribute)))
    return attribute[index - 1]


@function()
def RemoveDuplicates(attribute: Several) -> tuple[Any, ...] | None:
    """Each value once, in the order of first occurrence. Upper and lower case differ.

    Example: `Count(RemoveDuplicates(Split("a,b,a", ",")))` gives `2`
    """
    found: dict[str, Any] = {}
    for each in attribute:
        found.setdefault(repr(each) if isinstance(each, dict) else as_text(each), each)
    return tuple(found.values()) or None
