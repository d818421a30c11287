"""What a mapping may name: the attributes of the source and of the target, with those that were added."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from provisioning.choices import AttributeType, ObjectType, Side
from provisioning.connectors import connector_class
from provisioning.connectors.base import Connector, TargetAttribute, TargetSchema
from provisioning.directory.attributes import (
    ANCHOR,
    EXTENSION_ATTRIBUTES,
    GROUP_ATTRIBUTES,
    GROUP_REFERENCES,
    SEVERAL_VALUES,
    USER_ATTRIBUTES,
    USER_REFERENCES,
)
from provisioning.engine.operators import EVERY_TYPE
from provisioning.jobs.configuration import CustomValue
from provisioning.models import CustomAttribute, EnterpriseApplication, ObjectMapping


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceAttribute:
    """One attribute of the directory's objects. `custom`: it was added, and is read from the extension attributes.

    `references` is the type of the object that a Reference holds, `anchor` marks what tells one object from all others.
    """

    name: str
    type: str = AttributeType.STRING
    multiple: bool = False
    custom: bool = False
    required: bool = False
    exact_case: bool = False
    references: str = ""

    @property
    def anchor(self) -> bool:
        return self.name == ANCHOR


def source_schema(mapping: ObjectMapping) -> Sequence[SourceAttribute]:
    """The source's attributes for objects of this type, those of the directory first. One query for each mapping."""
    added = [
        SourceAttribute(
            name=each.name,
            type=each.type,
            multiple=each.multiple,
            custom=True,
            required=each.required,
            exact_case=each.exact_case,
        )
        for each in custom_attributes(mapping, Side.SOURCE)
    ]
    return [*own_source_attributes(ObjectType(mapping.object_type)), *added]


def source_names(mapping: ObjectMapping) -> list[str]:
    """The names of the source's attributes, in the order in which people look for them."""
    return sorted((each.name for each in source_schema(mapping)), key=str.casefold)


def own_source_attributes(type_: ObjectType) -> Sequence[SourceAttribute]:
    """Those that every directory has."""
    of_users = type_ is ObjectType.USER
    named = USER_ATTRIBUTES if of_users else GROUP_ATTRIBUTES
    found = [
        SourceAttribute(name=name, type=kind, multiple=name in SEVERAL_VALUES, required=name == ANCHOR)
        for name, kind in named.items()
    ]
    found += [
        SourceAttribute(name=name, type=AttributeType.REFERENCE, multiple=name in SEVERAL_VALUES, references=other)
        for name, other in (USER_REFERENCES if of_users else GROUP_REFERENCES).items()
    ]
    return found + [SourceAttribute(name=name) for name in (EXTENSION_ATTRIBUTES if of_users else ())]


def types_for_filters(mapping: ObjectMapping) -> Mapping[str, str]:
    """The types by name of those attributes that scoping filters can judge."""
    types = {each.name: type_for_filters(each) for each in source_schema(mapping)}
    return {name: kind for name, kind in types.items() if kind in EVERY_TYPE}


def type_for_filters(attribute: SourceAttribute | CustomValue) -> str:
    """As `engine.filters` wants it; one with several values is of a type that no filter judges."""
    return f"{attribute.type}[]" if attribute.multiple else str(attribute.type)


def target_schema(mapping: ObjectMapping) -> TargetSchema:
    """What the application's objects of this type have: the connector's own attributes and those that were added.

    One query for each mapping; none where the application takes no others.
    """
    schema = own_target_schema(connector_of(mapping), ObjectType(mapping.object_type))
    return schema.extended(as_target(each) for each in custom_attributes(mapping, Side.TARGET))


def own_target_schema(connector: type[Connector], type_: ObjectType) -> TargetSchema:
    """What the connector itself has; nothing for an object type that it does not know."""
    return connector.schemas.get(type_) or TargetSchema(name=type_.value, attributes=())


def added_to(application: EnterpriseApplication) -> Mapping[ObjectType, Sequence[TargetAttribute]]:
    """The target attributes that were added, by object type: what the connector is to be extended with."""
    if not connector_class(application.template.connector).allows_custom_attributes:
        return {}
    rows = CustomAttribute.objects.filter(mapping__job__application=application, side=Side.TARGET)
    found: dict[ObjectType, list[TargetAttribute]] = {}
    for row in rows.select_related("mapping"):
        found.setdefault(ObjectType(row.mapping.object_type), []).append(as_target(row))
    return found


def custom_attributes(mapping: ObjectMapping, side: Side) -> list[CustomAttribute]:
    """Those that were added to the list of this side, by name."""
    if side is Side.TARGET and not connector_of(mapping).allows_custom_attributes:
        return []
    prefetch_related_objects([mapping], "custom_attributes")
    return [each for each in mapping.custom_attributes.all() if each.side == side]


def connector_of(mapping: ObjectMapping) -> type[Connector]:
    """The kind of connector that the mapping's application has."""
    return connector_class(mapping.job.application.template.connector)


def as_target(row: CustomAttribute | CustomValue) -> TargetAttribute:
    """As the engine reads it. Nothing says that the application can be searched by it, so it never matches objects."""
    return TargetAttribute(
        name=row.name,
        type=row.type,
        required=row.required,
        multiple=row.multiple,
        exact_case=row.exact_case,
        reference=row.type == AttributeType.REFERENCE,
    )
