"""What the signs between two operands mean."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from provisioning.expressions.values import as_number, as_text, is_empty


def _equals(left: Any, right: Any) -> bool:
    """By number when one side is one and the other shows one; else by text, in its upper and lower case."""
    if type(left) is str and type(right) is str:
        return left == right
    if _is_number(left) or _is_number(right):
        numbers = as_number(left), as_number(right)
        if None not in numbers:
            return numbers[0] == numbers[1]
    return as_text(left) == as_text(right)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _order(left: Any, right: Any) -> int:
    """Below, at or above 0: moments if both are, numbers if both show one, else the texts by their UTF-16 units."""
    if isinstance(left, datetime) and isinstance(right, datetime):
        return (left > right) - (left < right)
    first, second = as_number(left), as_number(right)
    if first is not None and second is not None:
        return (first > second) - (first < second)
    units, others = (as_text(each).encode("utf-16-be", "surrogatepass") for each in (left, right))
    return (units > others) - (units < others)


def _of_values(holds: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    """Nothing compares with null or an empty text: every sign is False then, also <>."""

    def compare(left: Any, right: Any) -> bool:
        return not is_empty(left) and not is_empty(right) and holds(left, right)

    return compare


COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = MappingProxyType(
    {
        "=": _of_values(_equals),
        "<>": _of_values(lambda left, right: not _equals(left, right)),
        ">": _of_values(lambda left, right: _order(left, right) > 0),
        ">=": _of_values(lambda left, right: _order(left, right) >= 0),
        "<": _of_values(lambda left, right: _order(left, right) < 0),
        "<=": _of_values(lambda left, right: _order(left, right) <= 0),
    }
)
