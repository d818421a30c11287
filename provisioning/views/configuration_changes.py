"""Changes of a configuration as people read them: what was added, changed or removed, field by field."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from provisioning.choices import FlowType, MappingType, ObjectType
from provisioning.jobs.configuration_changes import Change, Fields, Part
from provisioning.templatetags.provisioning_texts import plain, word

PARTS: Mapping[Part, str | Promise] = {
    Part.MAPPING: gettext_lazy("Mapping"),
    Part.ROW: gettext_lazy("Attribute mapping"),
    Part.FILTER: gettext_lazy("Scoping filter"),
    Part.SOURCE_ATTRIBUTE: gettext_lazy("Source attribute"),
    Part.TARGET_ATTRIBUTE: gettext_lazy("Target attribute"),
}
LABELS: Mapping[str, str | Promise] = {
    "enabled": gettext_lazy("Enabled"),
    "create": gettext_lazy("Create"),
    "update": gettext_lazy("Update"),
    "delete": gettext_lazy("Delete"),
    "type": gettext_lazy("Type"),
    "source": gettext_lazy("Source"),
    "default": gettext_lazy("Default value if null"),
    "matching": gettext_lazy("Matching precedence"),
    "flow": gettext_lazy("Apply this mapping"),
    "flow_empty": gettext_lazy("Flow empty values"),
    "clauses": gettext_lazy("Clauses"),
    "required": gettext_lazy("Required?"),
    "multiple": gettext_lazy("Multi-value?"),
    "exact_case": gettext_lazy("Exact case?"),
    "references": gettext_lazy("Referenced Object Attribute"),
}
WORDS: Mapping[str, str | Promise] = {
    MappingType.DIRECT: gettext_lazy("Direct"),
    MappingType.CONSTANT: gettext_lazy("Constant"),
    MappingType.EXPRESSION: gettext_lazy("Expression"),
    MappingType.NONE: gettext_lazy("None"),
    FlowType.ALWAYS: gettext_lazy("Always"),
    FlowType.ON_CREATE: gettext_lazy("Only during object creation"),
}
NAMED = ("type", "flow")
"""Fields whose values are named; all others are shown as they are."""


@dataclass(frozen=True, slots=True)
class Line:
    """A field with its value before and after; None where there was none."""

    label: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class ToldChange:
    """`object_type` and `what` say which part it is, `name` which of them."""

    object_type: str
    what: str
    name: str
    lines: Sequence[Line]
    is_added: bool
    is_removed: bool


def told(found: Iterable[Change]) -> list[ToldChange]:
    return [_told(each) for each in found]


def told_stored(stored: Iterable[Mapping[str, Any]]) -> list[ToldChange]:
    """The same for changes that were kept."""
    return told(Change.from_json(each) for each in stored)


def _told(change: Change) -> ToldChange:
    return ToldChange(
        object_type=_("Users") if change.object_type is ObjectType.USER else _("Groups"),
        what=str(PARTS[change.part]),
        name=change.name,
        lines=_lines(change.old, change.new),
        is_added=change.old is None,
        is_removed=change.new is None,
    )


def _lines(old: Fields | None, new: Fields | None) -> list[Line]:
    """Of a part that came or went as a whole, only what says something."""
    is_whole = old is None or new is None
    return [
        Line(str(LABELS.get(name, name)), _of(old, name), _of(new, name))
        for name, value in {**(old or {}), **(new or {})}.items()
        if value or not is_whole
    ]


def _of(fields: Fields | None, name: str) -> str | None:
    return None if fields is None else _shown(name, fields[name])


def _shown(name: str, value: Any) -> str:
    if name in NAMED:
        return str(WORDS.get(value, value))
    if name == "clauses":
        return _(" and ").join(value)
    return word(value) if name == "references" and value else plain(value)
