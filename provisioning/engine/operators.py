"""The operators of scoping filters: one entry each in one table."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from provisioning.choices import Operator
from provisioning.expressions.regex import compile_pattern
from provisioning.texts import Message, gettext_noop, say

_INTEGER = re.compile("[0-9]{1,18}")
EVERY_TYPE = frozenset({"String", "Integer", "Boolean", "Binary"})
TEXT_OR_NUMBER = frozenset({"String", "Integer"})
TEXT_OR_BOOLEAN = frozenset({"String", "Boolean"})


def as_integer(value: Any) -> int | None:
    """The number 0, 1, 2, ... that this is, None when it is something else."""
    text = str(value)
    return int(text) if _INTEGER.fullmatch(text) else None


def fault_of_value(wanted: str) -> Message | None:
    return None if wanted else say(gettext_noop("Enter a value."))


def fault_of_integer(wanted: str) -> Message | None:
    return None if as_integer(wanted) is not None else say(gettext_noop("Enter a whole number: 0, 1, 2 and so on."))


def fault_of_pattern(wanted: str) -> Message | None:
    """None, or raises BadPattern."""
    compile_pattern(wanted)
    return fault_of_value(wanted)


def fault_of_unary(wanted: str) -> Message | None:
    return say(gettext_noop("Leave the value empty: this operator takes none.")) if wanted else None


@dataclass(frozen=True, slots=True)
class Rule:
    """`holds` compares one value, not empty, with that of the clause; `of_nothing` is the answer for an empty one.

    `fault` says what is wrong with the value of a clause, None when nothing is.
    """

    holds: Callable[[Any, str], bool]
    fault: Callable[[str], Message | None] = fault_of_value
    types: frozenset[str] = TEXT_OR_NUMBER
    of_nothing: bool = False

    @property
    def is_unary(self) -> bool:
        """Whether a clause has no value."""
        return self.fault is fault_of_unary

    def applies(self, value: Any, wanted: str) -> bool:
        """Whether the value of an attribute meets the clause; of several values, all must."""
        several = isinstance(value, list | tuple | set | frozenset)
        return all(
            self.of_nothing if each is None or each == "" else self.holds(each, wanted)
            for each in (value if several and value else (None,) if several else (value,))
        )


def equals(value: Any, wanted: str) -> bool:
    """Exactly; numbers by their value."""
    number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) == wanted or (number and value == as_integer(wanted))


def is_greater(value: Any, wanted: str, *, by: int = 1) -> bool:
    number, least = as_integer(value), as_integer(wanted)
    return number is not None and least is not None and number >= least + by


def is_boolean(value: Any, word: str) -> bool:
    return str(value).lower() == word


def matches(value: Any, pattern: str) -> bool:
    """The whole value. Raises PatternTimeout, and BadPattern."""
    return compile_pattern(pattern).fullmatch(str(value)) is not None


OPERATORS: Mapping[Operator, Rule] = MappingProxyType(
    {
        Operator.EQUALS: Rule(equals),
        Operator.NOT_EQUALS: Rule(lambda value, wanted: not equals(value, wanted)),
        Operator.IS_TRUE: Rule(lambda value, _: is_boolean(value, "true"), fault_of_unary, TEXT_OR_BOOLEAN),
        Operator.IS_FALSE: Rule(lambda value, _: is_boolean(value, "false"), fault_of_unary, TEXT_OR_BOOLEAN),
        Operator.IS_NULL: Rule(lambda value, _: False, fault_of_unary, EVERY_TYPE, of_nothing=True),
        Operator.IS_NOT_NULL: Rule(lambda value, _: True, fault_of_unary, EVERY_TYPE),
        Operator.REGEX_MATCH: Rule(matches, fault_of_pattern),
        Operator.NOT_REGEX_MATCH: Rule(lambda value, wanted: not matches(value, wanted), fault_of_pattern),
        Operator.GREATER_THAN: Rule(is_greater, fault_of_integer),
        Operator.GREATER_THAN_OR_EQUALS: Rule(lambda value, wanted: is_greater(value, wanted, by=0), fault_of_integer),
        Operator.INCLUDES: Rule(lambda value, wanted: wanted in str(value)),
        Operator.ENDS_WITH: Rule(lambda value, wanted: str(value).endswith(wanted)),
        Operator.IN: Rule(lambda value, wanted: str(value) in wanted),
        Operator.NOT_IN: Rule(lambda value, wanted: str(value) not in wanted),
    }
)
