"""Kinds of objects and their properties: how each is read from a row, asked for, filtered and sorted by."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from provisioning.api.options import read_select

Read = Callable[[Any], Any]


class Type(StrEnum):
    """How a value is written in JSON and in a filter."""

    TEXT = "text"
    FLAG = "flag"
    MOMENT = "moment"
    GUID = "guid"
    NUMBER = "number"
    TEXTS = "texts"
    OBJECT = "object"
    OBJECTS = "objects"


EXTENSION = "extension_"
"""How the names of directory extensions begin: properties that an organization added to its users."""

EQUAL = frozenset({"eq", "ne", "in"})
RANGE = EQUAL | {"ge", "le", "gt", "lt"}
USUAL = MappingProxyType({Type.TEXT: EQUAL | {"startswith", "ge", "le"}, Type.MOMENT: RANGE, Type.NUMBER: RANGE})


@dataclass(frozen=True, kw_only=True)
class Property:
    """`column`: what a filter compares; a property without one cannot be filtered or sorted by.

    `operators`: empty for the usual ones of its type. `words`: stored values by the words of Graph, where they differ.
    `asked_only`: told only when $select names it. `path_only`: no property of its own, only a path that filters name.
    """

    name: str
    type: Type
    read: Read
    column: str = ""
    operators: frozenset[str] = frozenset()
    words: Mapping[str, Any] | None = None
    asked_only: bool = False
    path_only: bool = False
    never_null: bool = False

    @property
    def allowed(self) -> frozenset[str]:
        return self.operators or USUAL.get(self.type, EQUAL)


KINDS: dict[str, "Kind"] = {}
"""Every kind by its type; each puts itself here."""


@dataclass(frozen=True)
class Kind:
    """A type of Microsoft's, with the properties that are known here. `collection`: its name in an address.

    `extension`: reads a directory extension, whose name begins with extension_, from a row; None where there are none.
    """

    type: str
    collection: str
    properties: Sequence[Property]
    extension: Callable[[Any, str], Any] | None = None

    def __post_init__(self) -> None:
        KINDS[self.type] = self

    @property
    def odata_type(self) -> str:
        return f"#microsoft.graph.{self.type[0].lower()}{self.type[1:]}"

    @property
    def names(self) -> list[str]:
        return [each.name for each in self.properties if not each.path_only]

    def named(self, name: str) -> Property | None:
        """The property with this name or path; Graph does not tell upper and lower case apart."""
        return next((each for each in self.properties if each.name.lower() == name.lower()), None)

    def select(self, text: str | None) -> Sequence[str]:
        """The names that $select chooses; none for no choice. Raises BadRequest."""
        return read_select(text, self.names, EXTENSION if self.extension else "")

    def chosen(self, names: Sequence[str]) -> Sequence[Property]:
        """Those that an answer holds: the ones that $select names, else the usual ones."""
        if names:
            return [each for each in self.properties if each.name in names and not each.path_only]
        return [each for each in self.properties if not each.asked_only and not each.path_only]

    def as_json(self, row: Any, names: Sequence[str] = ()) -> dict[str, Any]:
        told = {each.name: each.read(row) for each in self.chosen(names)}
        if self.extension:
            told |= {name: self.extension(row, name) for name in names if name.startswith(EXTENSION)}
        return told

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of an object of this kind."""
        return {"type": "object", "properties": {each.name: _schema(each) for each in self.chosen(self.names)}}


_SCHEMAS: Mapping[Type, Mapping[str, Any]] = MappingProxyType(
    {
        Type.TEXT: {"type": "string"},
        Type.FLAG: {"type": "boolean"},
        Type.MOMENT: {"type": "string", "format": "date-time"},
        Type.GUID: {"type": "string", "format": "uuid"},
        Type.NUMBER: {"type": "integer"},
        Type.TEXTS: {"type": "array", "items": {"type": "string"}},
        Type.OBJECT: {"type": "object"},
        Type.OBJECTS: {"type": "array", "items": {"type": "object"}},
    }
)


def _schema(each: Property) -> dict[str, Any]:
    found = dict(_SCHEMAS[each.type])
    return found if each.never_null else {**found, "type": [found["type"], "null"]}


def text(name: str, column: str, *, asked_only: bool = False) -> Property:
    """A text that is told as null when the column is empty."""
    return Property(
        name=name, type=Type.TEXT, column=column, read=lambda row: getattr(row, column) or None, asked_only=asked_only
    )
