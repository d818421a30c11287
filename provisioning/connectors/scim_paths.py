"""Paths of SCIM attributes (RFC 7644, 3.5.2): read one from a resource, put one into a resource."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from provisioning.errors import SettingsInvalid
from provisioning.texts import gettext_noop, say

NO_PATH = gettext_noop(
    "%(name)s is no SCIM path that can be written. One looks like displayName, name.givenName, "
    'emails[type eq "work"].value or urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department.'
)

CORE = "urn:ietf:params:scim:schemas:core:2.0:"
_PATH = re.compile(
    r"(?:(?P<urn>urn:[^\[\]]+):)?(?P<name>[^.:\[\]\s]+)(?:\[(?P<selected>.*)\])?(?:\.(?P<sub>[^.:\[\]\s]+))?",
    re.IGNORECASE,
)
_CONDITION = re.compile(r'\s*([\w$-]+)\s+eq\s+("(?:[^"\\]|\\.)*"|true|false|-?\d+)\s*', re.IGNORECASE)
_AND = re.compile(r"\sand\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Path:
    """Where a value is: `urn` of the extension (empty: the core schema), attribute, entry, sub-attribute.

    `selected`: what the entry of an attribute with several values must have, name and value by name and value.
    """

    text: str
    urn: str
    name: str
    selected: tuple[tuple[str, Any], ...] = ()
    sub: str = ""

    @property
    def attribute(self) -> str:
        """The attribute without entry and sub-attribute, as a path."""
        return f"{self.urn}:{self.name}" if self.urn else self.name

    @property
    def entry(self) -> tuple[str, tuple[tuple[str, Any], ...]]:
        """What paths have in common that are about one entry."""
        return self.attribute, self.selected

    def selection(self) -> str:
        """The path of the whole entry, as the RFC writes it."""
        conditions = " and ".join(f"{name} eq {json.dumps(value)}" for name, value in self.selected)
        return f"{self.attribute}[{conditions}]"

    def strict(self) -> str:
        """The path as the RFC writes it: Booleans are no texts."""
        whole = self.selection() if self.selected else self.attribute
        return f"{whole}.{self.sub}" if self.sub else whole


@lru_cache(maxsize=1024)
def parse(text: str) -> Path:
    """The path of a target attribute. Raises SettingsInvalid for one that says nothing or is too deep."""
    found = _PATH.fullmatch(text.strip())
    if found is None:
        raise SettingsInvalid(say(NO_PATH, name=text))
    urn = found["urn"] or ""
    if (urn + ":").casefold().startswith(CORE.casefold()):
        urn = ""
    return Path(text, urn, found["name"], _conditions(found["selected"], text), found["sub"] or "")


def _conditions(text: str | None, whole: str) -> tuple[tuple[str, Any], ...]:
    if text is None:
        return ()
    found = [_CONDITION.fullmatch(each) for each in _AND.split(text)]
    if not all(found):
        raise SettingsInvalid(say(NO_PATH, name=whole))
    return tuple((each[1], _literal(each[1], each[2])) for each in found if each)


def _literal(name: str, text: str) -> Any:
    """Microsoft writes `primary eq "True"` for what is a Boolean."""
    value = json.loads(text if text.startswith('"') else text.lower())
    if name.casefold() == "primary" and isinstance(value, str):
        return value.casefold() == "true"
    return value


def named(data: Any, name: str) -> Any:
    """A member of a JSON object, whatever its capital letters: names of attributes have no case (RFC 7643, 2.1)."""
    key = key_of(data, name)
    return None if key is None else data[key]


def key_of(data: Any, name: str) -> str | None:
    """How the object spells this name; None when it has no such member."""
    if type(data) is not dict and not isinstance(data, Mapping):  # asked some fifty times for each account
        return None
    if name in data:
        return name
    folded = name.casefold()
    for key in data:
        if key.casefold() == folded:
            return str(key)
    return None


def is_empty(value: Any) -> bool:
    """Whether a value stands for none: a target keeps no difference between them."""
    return value is None or (not value and isinstance(value, str | tuple | list | dict))


def read(resource: Any, path: Path) -> Any:
    """The value at this path as it stands there; None when there is none."""
    held = named(named(resource, path.urn) if path.urn else resource, path.name)
    if path.selected:
        entry = entry_of(held, path)
        return named(entry, path.sub or "value")
    if not path.sub:
        return held
    if isinstance(held, list):
        held = next((each for each in held if named(each, "primary") is True), held[0] if held else None)
    return named(held, path.sub)


def entry_of(held: Any, path: Path) -> Any:
    """The entry that the path selects; None when there is none."""
    entries = held if isinstance(held, list) else [held]
    return next((each for each in entries if isinstance(each, Mapping) and _fits(each, path)), None)


def _fits(entry: Any, path: Path) -> bool:
    return all(_same(named(entry, name), value) for name, value in path.selected)


def _same(has: Any, wanted: Any) -> bool:
    if isinstance(wanted, bool):
        return (str(has).casefold() == "true") is wanted
    return str(has).casefold() == str(wanted).casefold() if has is not None else False


def put(resource: dict[str, Any], path: Path, value: Any) -> None:
    """Set the value at this path in a resource of ours, making what is missing on the way; an empty one goes out."""
    holder = _inside(resource, path.urn) if path.urn else resource
    key = key_of(holder, path.name) or path.name
    if path.selected:
        _put_entry(holder, key, path, value)
    elif path.sub:
        _put_or_drop(_inside(holder, key), path.sub, value)
    elif not is_empty(value):
        holder[key] = value
        return
    else:
        holder.pop(key, None)
    _drop_if_empty(holder, key)
    if path.urn:
        _drop_if_empty(resource, key_of(resource, path.urn) or path.urn)


def _put_entry(holder: dict[str, Any], key: str, path: Path, value: Any) -> None:
    held = holder.get(key)
    entries = held if isinstance(held, list) else [held] if isinstance(held, dict) else []
    holder[key] = entries
    entry = entry_of(entries, path)
    if entry is None and not is_empty(value):
        entry = dict(path.selected)
        entries.append(entry)
    if entry is None:
        return
    _put_or_drop(entry, path.sub or "value", value)
    if not any(name.casefold() not in {each.casefold() for each, _ in path.selected} for name in entry):
        entries.remove(entry)


def _put_or_drop(holder: dict[str, Any], name: str, value: Any) -> None:
    key = key_of(holder, name) or name
    if is_empty(value):
        holder.pop(key, None)
    else:
        holder[key] = value


def _inside(holder: dict[str, Any], name: str) -> dict[str, Any]:
    key = key_of(holder, name) or name
    if not isinstance(holder.get(key), dict):
        holder[key] = {}
    inside: dict[str, Any] = holder[key]
    return inside


def _drop_if_empty(holder: dict[str, Any], key: str) -> None:
    if key in holder and is_empty(holder[key]):
        del holder[key]
