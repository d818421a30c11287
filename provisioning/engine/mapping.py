"""Step 4. From source attributes to target attributes, by the rows of the mapping."""

from typing import Any

from provisioning.choices import FlowType, MappingType
from provisioning.connectors.base import TargetSchema
from provisioning.errors import MissingValues
from provisioning.records import Attributes, ObjectRules, Rule, SourceObject
from provisioning.texts import gettext_noop, say


def value_of(rule: Rule, source: SourceObject) -> Any:
    """The value a row gives for this object, None when it gives none."""
    value = rule.source if rule.type == MappingType.CONSTANT else source.attributes.get(rule.source)
    return None if value in ("", ()) else value


def map_values(rules: ObjectRules, source: SourceObject, *, creating: bool) -> Attributes:
    """Target attributes and their values. An empty source value is not sent; defaults apply at creation only."""
    values = {}
    for rule in rules.rules:
        if rule.flow == FlowType.ON_CREATE and not creating:
            continue
        value = value_of(rule, source)
        if value is None and creating and rule.default:
            value = rule.default
        if value is not None:
            values[rule.target] = value
    return values


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
