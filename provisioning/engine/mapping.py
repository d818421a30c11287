"""Step 4. From source attributes to target attributes, by the rows of the mapping."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from provisioning.choices import FlowType, MappingType
from provisioning.connectors.base import TargetAttribute, TargetSchema
from provisioning.engine.values import IGNORED, Facts, value_of
from provisioning.errors import MissingValues, TooManyValues
from provisioning.records import Attributes, ObjectRules, Reference, Rule, SourceObject
from provisioning.texts import gettext_noop, say

TOO_MANY = gettext_noop("%(attribute)s takes one value, and %(count)s would flow into it.")


@dataclass(frozen=True, slots=True)
class Mapped:
    """Values by target attribute, and the references among the rows: sent ones and those still without an account."""

    values: Attributes
    references: Mapping[str, Reference]


def map_values(
    rules: ObjectRules, source: SourceObject, schema: TargetSchema, facts: Facts, *, creating: bool
) -> Mapped:
    """Target attributes and their values. No value is not sent, unless the row lets empty ones flow; defaults apply at
    creation only.

    A reference is sent as the id of the other's account, once there is one. Members are compared apart. Raises
    MappingFailed, NoUniqueValue, TooManyValues or LeftAlone.
    """
    values, references = {}, {}
    for rule in rules.rules:
        if not creating and rule.flow == FlowType.ON_CREATE:
            continue
        attribute = schema.attribute(rule.target)
        if attribute and attribute.reference:
            if not attribute.multiple and (reference := source.references.get(rule.source)):
                references[rule.target] = reference
                if reference.target_id:
                    values[rule.target] = reference.target_id
            continue
        value = value_of(rule, source, facts)
        if value is None:
            value = _instead(rule, creating=creating)
        if value is not None and value is not IGNORED:
            values[rule.target] = _fitting(value, rule, attribute)
    return Mapped(values, references)


def _instead(rule: Rule, *, creating: bool) -> str | None:
    if creating:
        return rule.default or None
    return "" if rule.flow_empty else None


def _fitting(value: Any, rule: Rule, attribute: TargetAttribute | None) -> Any:
    """A list of one is its value where the target takes one value."""
    if not isinstance(value, tuple) or attribute is None or attribute.multiple:
        return value
    if len(value) > 1:
        raise TooManyValues(say(TOO_MANY, attribute=rule.target, count=len(value)))
    return value[0]


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
    missing = [name for name in schema.required if values.get(name) in (None, "")]
    if missing:
        sources = {rule.target: rule.source for rule in rules.rules}
        raise MissingValues(
            say(
                gettext_noop("No value for %(targets)s, which the application requires (from %(sources)s)."),
                targets=", ".join(missing),
                sources=", ".join(sources.get(name, "-") for name in missing),
            )
        )
