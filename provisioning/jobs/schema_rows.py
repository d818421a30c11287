"""The rows of a mapping as Microsoft's attributeMappings, in both directions."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from provisioning.choices import AttributeType, FlowType, MappingType
from provisioning.connectors.base import TargetSchema
from provisioning.jobs import schema_sources
from provisioning.jobs.json_places import Place
from provisioning.records import Rule

LONGEST_NAME = 256
LONGEST_VALUE = 1024
MOST_PRECEDENCE = 100
WHEN_CHANGED = "FlowWhenChanged"
FLOW_EMPTY = "flowNullValues"
"""The key that lets empty values flow. It is written only while that is on: Azure knows it for few applications."""

FLOW_EMPTY_NOTE = "@portal.flowNullValues"
"""The same as an annotation, where only what Microsoft's types have may be told; both are read."""


def as_json(rule: Rule) -> dict[str, Any]:
    """One row as an attributeMapping."""
    return {
        "defaultValue": rule.default or None,
        "exportMissingReferences": False,
        "flowBehavior": WHEN_CHANGED,
        "flowType": rule.flow.value,
        "matchingPriority": rule.matching,
        "targetAttributeName": rule.target,
        "source": schema_sources.as_json(rule.type, rule.source),
        **({FLOW_EMPTY: True} if rule.flow_empty else {}),
    }


def read(place: Place, types: Mapping[str, str], schema: TargetSchema) -> tuple[Rule, ...]:
    """The rows of the list of attributeMappings here; everything that is wrong is noted.

    `types` are those of the source's attributes by name, `schema` is what the target has.
    """
    rows = place.objects()
    found: list[tuple[Place, Rule]] = []
    for each in rows:
        rule = _rule(each, types, schema)
        if rule is None:
            continue
        if any(rule.target == other.target for _place, other in found):
            text = _("%(name)s is mapped by a row above already. Take one of the two out.")
            each.at("targetAttributeName").fault(text % {"name": rule.target})
            continue
        found.append((each, rule))
    _check_matching(found, schema)
    if not any(each.at("matchingPriority").value for each in rows):
        place.fault(_("No row matches objects. Give one of them a matchingPriority of 1."))
    mapped = [each.at("targetAttributeName").value for each in rows]
    for missing in (each.name for each in schema.attributes if each.required and each.name not in mapped):
        place.fault(_("The application requires %(name)s. Add a row that maps it.") % {"name": missing})
    return tuple(rule for _place, rule in found)


def _rule(place: Place, types: Mapping[str, str], schema: TargetSchema) -> Rule | None:
    target = _target(place.at("targetAttributeName"), schema)
    flow, matching = _flow(place.at("flowType")), place.at("matchingPriority").number(0, MOST_PRECEDENCE)
    attribute = schema.attribute(target or "")
    facts = schema_sources.Facts(
        attributes=types.keys(),
        references=[name for name, kind in types.items() if kind.startswith(AttributeType.REFERENCE)],
        on_create_only=flow is FlowType.ON_CREATE,
        matching=bool(matching),
        can_search=attribute is None or attribute.can_match,
    )
    source = schema_sources.read(place.at("source"), facts)
    default = place.at("defaultValue").text(LONGEST_VALUE)
    flow_empty = place.at(FLOW_EMPTY).flag(place.at(FLOW_EMPTY_NOTE).flag(False))
    _check_behavior(place.at("flowBehavior"))
    if target is None or source is None:
        return None
    return Rule(
        target=target,
        type=source[0],
        source=source[1],
        default=default,
        matching=matching,
        flow=flow,
        flow_empty=flow_empty,
    )


def _target(place: Place, schema: TargetSchema) -> str | None:
    name = place.text(LONGEST_NAME)
    if schema.attribute(name):
        return name
    text = _("The application has no attribute %(name)s. It has: %(names)s.")
    place.fault(text % {"name": name or "null", "names": ", ".join(each.name for each in schema.attributes)})
    return None


def _flow(place: Place) -> FlowType:
    text = place.text(LONGEST_NAME, FlowType.ALWAYS)
    for each in FlowType:
        if each.casefold() == text.casefold():
            return each
    place.fault(_("%(text)s can't be done. Write Always or ObjectAddOnly.") % {"text": text})
    return FlowType.ALWAYS


def _check_behavior(place: Place) -> None:
    text = place.text(LONGEST_NAME, WHEN_CHANGED)
    if text.casefold() != WHEN_CHANGED.casefold():
        reason = _("%(text)s can't be done: what did not change is never sent. Write FlowWhenChanged.")
        place.fault(reason % {"text": text})


def _check_matching(found: Sequence[tuple[Place, Rule]], schema: TargetSchema) -> None:
    """Each matching row can match and has a precedence of its own."""
    taken: dict[int, str] = {}
    for each, rule in found:
        attribute, precedence = schema.attribute(rule.target), each.at("matchingPriority")
        if not rule.matching:
            continue
        if attribute is None or not attribute.can_match:
            text = _("The application can't be searched by %(name)s. Write 0.")
            precedence.fault(text % {"name": rule.target})
        if rule.type in (MappingType.CONSTANT, MappingType.NONE):
            precedence.fault(_("Everybody has the same value there, so it can't tell who is who. Write 0."))
        if rule.matching in taken:
            text = _("%(name)s has this precedence already. Give each its own.")
            precedence.fault(text % {"name": taken[rule.matching]})
        taken[rule.matching] = rule.target
