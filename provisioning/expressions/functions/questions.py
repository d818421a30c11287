"""Questions. What a value is, answered with True or False, and numbers by their bits."""

from provisioning.expressions.errors import Refused
from provisioning.expressions.kinds import Anything, Condition, Integer
from provisioning.expressions.signatures import function
from provisioning.expressions.values import as_text, is_empty, is_nothing
from provisioning.texts import gettext_noop, say

_BITS = gettext_noop("%(function)s works on numbers of 64 bits; got %(value)s.")


@function()
def IsNull(expr: Anything) -> bool:
    """True for null. An empty text is not null.

    Example: `IsNull("")` gives `False`
    """
    return is_nothing(expr)


@function()
def IsNullOrEmpty(expr: Anything) -> bool:
    """True for null and for an empty text.

    Example: `IsNullOrEmpty("")` gives `True`
    """
    return is_empty(expr)


@function()
def IsPresent(expr: Anything) -> bool:
    """True for everything but null and an empty text.

    Example: `IsPresent([mail])` gives `True`
    """
    return not is_empty(expr)


@function(legacy=True)
def IsNothing(source: Anything) -> bool:
    """True for null.

    Example: `IsNothing([mail])` gives `False`
    """
    return is_nothing(source)


@function()
def IsString(expr: Anything) -> bool:
    """True for a text; False for null, numbers, booleans, dates and lists.

    Example: `IsString([mail])` gives `True`
    """
    if isinstance(expr, tuple) and len(expr) == 1:
        return isinstance(expr[0], str)
    return isinstance(expr, str)


@function()
def Not(source: Anything) -> bool:
    """False when the source is True, and True for everything else.

    Example: `Not("False")` gives `True`
    """
    if isinstance(source, tuple):
        return len(source) != 1 or as_text(source[0]).lower() != "true"
    return not isinstance(source, bool | str) or as_text(source).lower() != "true"


@function()
def CBool(expr: Condition) -> bool:
    """The truth of a comparison, a number (False for 0) or a word. Null and an empty text are False.

    Example: `CBool([surname] = "Ek")` gives `True`
    """
    return expr


@function()
def BitAnd(value1: Integer, value2: Integer) -> int:
    """The bits that both numbers have, of 64. Numbers may be written in hexadecimal digits, &HF7.

    Example: `BitAnd(&HF, &HF7)` gives `7`
    """
    for value in (value1, value2):
        if value < -(2**63):
            raise Refused(say(_BITS, value=value))
    bits = value1 & value2 & (2**64 - 1)
    return bits - 2**64 if bits >= 2**63 else bits
