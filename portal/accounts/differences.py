"""What differs between the two values of an audit entry, as lines that people can read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

WHOLE = ""
"""The name of a value that has no parts."""


@dataclass(frozen=True, slots=True)
class Difference:
    """`name` leads to the value inside, "Users › Scope"; None is a value that was not there."""

    name: str
    old: Any
    new: Any


def differences(old: Any, new: Any) -> list[Difference]:
    """Only what differs, in the order of the new value; what is gone comes last."""
    before, after = dict(_parts(old)), dict(_parts(new))
    names = [*after, *(name for name in before if name not in after)]
    found = [Difference(name, before.get(name), after.get(name)) for name in names]
    return [each for each in found if each.old != each.new]


def _parts(value: Any, name: str = WHOLE) -> Iterator[tuple[str, Any]]:
    """The plain values inside; lists of plain values stay whole, as nobody reads them by number."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _parts(each, f"{name} › {key}" if name else str(key))
    elif isinstance(value, list) and any(isinstance(each, Mapping | list) for each in value):
        for number, each in enumerate(value, start=1):
            yield from _parts(each, f"{name} {number}".strip())
    elif value is not None:
        yield name, value
