"""Filters of the SCIM 2.0 service (RFC 7644, 3.4.2.2): comparisons, `and`, `or`, `not`, and entries in brackets."""

import json
import re
from collections.abc import Callable
from typing import Any

from provisioning.sandbox.scim2.refusals import Scim2Refused

Condition = Callable[[Any], bool]

_TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[()\[\]]|[^\s()\[\]"]+)')
_EXACT = frozenset({"id", "externalid", "value"})


def condition(text: str) -> Condition:
    """Whether a resource, or an entry, fits. Scim2Refused (invalidFilter) for anything else."""
    reader = _Reader(text)
    found = reader.any_of()
    if reader.left:
        raise _bad(text)
    return found


class _Reader:
    """Recursive descent over the tokens."""

    def __init__(self, text: str) -> None:
        self.text, self.left = text, []
        place = 0
        while place < len(text.rstrip()):
            found = _TOKEN.match(text, place)
            if found is None:
                raise _bad(text)
            self.left.append(found[1])
            place = found.end()

    def any_of(self) -> Condition:
        parts = [self.all_of()]
        while self._takes("or"):
            parts.append(self.all_of())
        return lambda entry: any(part(entry) for part in parts)

    def all_of(self) -> Condition:
        parts = [self.one()]
        while self._takes("and"):
            parts.append(self.one())
        return lambda entry: all(part(entry) for part in parts)

    def one(self) -> Condition:
        if self._takes("not"):
            inner = self.one()
            return lambda entry: not inner(entry)
        if self._takes("("):
            inner = self.any_of()
            self._expect(")")
            return inner
        name = self._next()
        if self._takes("["):
            inside = self.any_of()
            self._expect("]")
            if self.left and self.left[0].startswith("."):  # as Microsoft's client writes it
                return self._compared(
                    self._next()[1:], lambda entry: [each for each in entries(entry, name) if inside(each)]
                )
            return lambda entry: any(inside(each) for each in entries(entry, name))
        return self._compared(name, lambda entry: [entry])

    def _compared(self, name: str, where: Callable[[Any], list[Any]]) -> Condition:
        operator = self._next().lower()
        if operator == "pr":
            return lambda entry: any(held(each, name) for each in where(entry))
        if operator not in OPERATORS:
            raise _bad(self.text)
        wanted, compare = self._literal(), OPERATORS[operator]
        exact = name.casefold() in _EXACT
        return lambda entry: any(
            compare(_plain(value, exact), _plain(wanted, exact)) for each in where(entry) for value in held(each, name)
        )

    def _literal(self) -> Any:
        try:
            return json.loads(self._next())
        except ValueError:
            raise _bad(self.text) from None

    def _takes(self, word: str) -> bool:
        if self.left and self.left[0].lower() == word:
            self.left.pop(0)
            return True
        return False

    def _next(self) -> str:
        if not self.left:
            raise _bad(self.text)
        return self.left.pop(0)

    def _expect(self, word: str) -> None:
        if not self._takes(word):
            raise _bad(self.text)


def entries(entry: Any, name: str) -> list[Any]:
    """What is at a dotted name or below a URN, several where there are several."""
    found = [entry]
    for part in steps(name):
        found = [value for each in found for value in _below(each, part)]
    return found


def held(entry: Any, name: str) -> list[Any]:
    """The same as values: an object stands for its `value`."""
    found = entries(entry, name)
    return [each.get("value") if isinstance(each, dict) and "value" in each else each for each in found]


def steps(name: str) -> list[str]:
    """`urn:...:User:manager.value` is three steps; URNs hold dots of their own."""
    urn, _, last = name.rpartition(":")
    return [
        *([urn] if urn and not urn.lower().startswith("urn:ietf:params:scim:schemas:core:") else []),
        *last.split("."),
    ]


def _below(entry: Any, name: str) -> list[Any]:
    if not isinstance(entry, dict):
        return []
    value = next((each for key, each in entry.items() if key.casefold() == name.casefold()), None)
    return value if isinstance(value, list) else [] if value is None else [value]


def _plain(value: Any, exact: bool) -> Any:
    return value if exact or not isinstance(value, str) else value.casefold()


def _texts(compare: Callable[[str, str], bool]) -> Callable[[Any, Any], bool]:
    return lambda value, wanted: isinstance(value, str) and isinstance(wanted, str) and compare(value, wanted)


OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda value, wanted: bool(value == wanted),
    "ne": lambda value, wanted: bool(value != wanted),
    "co": _texts(lambda value, wanted: wanted in value),
    "sw": _texts(str.startswith),
    "ew": _texts(str.endswith),
    "gt": _texts(lambda value, wanted: value > wanted),
    "ge": _texts(lambda value, wanted: value >= wanted),
    "lt": _texts(lambda value, wanted: value < wanted),
    "le": _texts(lambda value, wanted: value <= wanted),
}


def _bad(text: str) -> Scim2Refused:
    return Scim2Refused(400, "invalidFilter", text)
