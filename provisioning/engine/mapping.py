"""Step 4. From source attributes to target attributes, by the rows of the mapping."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from provisioning.choices import FlowType, MappingType
from provisioning.connectors.base import TargetSchema
from provisioning.errors import MissingValues
from provisioning.records import Attributes, ObjectRules, Reference, Rule, SourceObject
from provisioning.texts import gettext_noop, say


@dataclass(frozen=True, slots=True)
class Mapped:
    """Values by target attribute, and the references among the rows: sent ones and those still without an account."""

    values: Attributes
    references: Mapping[str, Reference]


def value_of(rule: Rule, source: SourceObject) -> Any:
    """The value a row gives for this object, None when it gives none."""
    value = rule.source if rule.type == MappingType.CONSTANT else source.attributes.get(rule.source)
    return None if value in ("", ()) else value


def map_values(rules: ObjectRules, source: SourceObject, schema: TargetSchema, *, creating: bool) -> Mapped:
    """Target attributes and their values. An empty source value is not sent; defaults apply at creation only.

    A reference is sent as the id of the other's account, once there is one. Members are compared apart.
    """
    values, references = {}, {}
    for rule in rules.rules:
        if rule.flow == FlowType.ON_CREATE and not creating:
            continue
        attribute = schema.attribute(rule.target)
        if attribute and attribute.reference:
            if not attribute.multiple and (reference := source.references.get(rule.source)):
                references[rule.target] = reference
                if reference.target_id:
                    values[rule.target] = reference.target_id
            continue
        value = value_of(rule, source)
        if value is None and creating and rule.default:
            value = rule.default
        if value is not None:
            values[rule.target] = value
    return Mapped(values, references)


MEMBERS = "members"
"""The source attribute that stands for the members of a group."""


def maps_members(rules: ObjectRules) -> bool:
    """Whether the members of groups flow: only with a row for them."""
    return any(rule.source == MEMBERS and rule.type == MappingType.DIRECT for rule in rules.rules)


def references_of(rules: ObjectRules, schema: TargetSchema, source: str) -> list[str]:
    """Target attributes that hold the account of this referred object."""
    return [
        rule.target
        for rule in rules.rules
        if rule.source == source and (attribute := schema.attribute(rule.target)) and attribute.reference
    ]


def check_required(values: Attributes, rules: ObjectRules, schema: TargetSchema) -> None:
    """Raise MissingValues naming every required target attribute without a value, and its source."""
    sources = {rule.target: rule.source for rule in rules.rules}
    missing = [each.name for each in schema.attributes if each.required and each.name not in values]
    if missing:
        raise MissingValues(
            say(
                gettext_noop("No value for %(targets)s, which the application requires (from %(sources)s)."),
                targets=", ".join(missing),
                sources=", ".join(sources.get(name, "-") for name in missing),
            )
        )
