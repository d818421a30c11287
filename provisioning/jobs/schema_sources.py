"""Where a row of a mapping gets its value from, in the words of Microsoft's attributeMappingSource."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from provisioning.choices import MappingType
from provisioning.jobs.json_places import Place

LONGEST = 1024
"""Characters of an attribute's name or a constant."""

Source = tuple[MappingType, str]
"""The type of a row, and the attribute or the constant itself."""


def attributes_in(type_: str, source: str) -> Collection[str]:
    """The source attributes that a row of this type reads."""
    return (source,) if type_ == MappingType.DIRECT else ()


def as_json(type_: MappingType, source: str) -> dict[str, Any]:
    """A row's source as attributeMappingSource."""
    shown = f"[{source}]" if type_ is MappingType.DIRECT else _quoted(source)
    return {"expression": shown, "name": source, "parameters": [], "type": type_.value}


def read(place: Place, attributes: Collection[str]) -> Source | None:
    """The type and the source of an attributeMappingSource; None when it is wrong, which is noted.

    `attributes` are the names that the source has.
    """
    if not place.is_object():
        return None
    kind, name = place.at("type").text(LONGEST), place.at("name").text(LONGEST)
    expression = place.at("expression").text(LONGEST)
    if kind.casefold() == MappingType.CONSTANT.casefold():
        return MappingType.CONSTANT, name or _unquoted(expression)
    if kind.casefold() == MappingType.DIRECT.casefold():
        name = name or expression.strip().removeprefix("[").removesuffix("]")
        return (MappingType.DIRECT, name) if _is_known(place, name, attributes) else None
    text = _("%(type)s is no type of a source. Write Attribute or Constant.")
    place.at("type").fault(text % {"type": kind or "null"})
    return None


def _is_known(place: Place, name: str, attributes: Collection[str]) -> bool:
    if name in attributes:
        return True
    text = _("The source has no attribute %(name)s. Correct the name, or add it to the source attribute list first.")
    place.at("name").fault(text % {"name": name or "null"})
    return False


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _unquoted(text: str) -> str:
    if len(text) < 2 or not (text.startswith('"') and text.endswith('"')):
        return text
    return text[1:-1].replace('\\"', '"').replace("\\\\", "\\")
