"""The attribute lists as Microsoft's attributeDefinitions, in both directions."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from provisioning.choices import AttributeType, ObjectType, Side
from provisioning.jobs.attribute_lists import ListedAttribute, fault_of_name, fault_of_type
from provisioning.jobs.configuration import CustomValue
from provisioning.jobs.json_places import Place
from provisioning.models.custom_attribute import LONGEST_NAME

CUSTOM = "IsCustomerDefined"
"""The key of the metadata that marks an attribute as added by an administrator."""


def as_json(each: ListedAttribute | CustomValue) -> dict[str, Any]:
    """One attribute of a list as an attributeDefinition."""
    is_custom = isinstance(each, CustomValue)
    return {
        "anchor": isinstance(each, ListedAttribute) and each.primary,
        "apiExpressions": [],
        "caseExact": each.exact_case,
        "defaultValue": None,
        "flowNullValues": False,
        "metadata": [{"key": CUSTOM, "value": "True"}] if is_custom else [],
        "multivalued": each.multiple,
        "mutability": "ReadWrite",
        "name": each.name,
        "referencedObjects": [{"referencedObjectName": each.references, "referencedProperty": None}]
        if each.references
        else [],
        "required": each.required,
        "type": str(each.type),
    }


def read(place: Place, side: Side, own: Iterable[str]) -> tuple[CustomValue, ...]:
    """The custom ones of the list of attributes here; others are passed over. Everything that is wrong is noted.

    `own` are the names that are there without being added.
    """
    found: list[CustomValue] = []
    taken = {name.casefold() for name in own}
    for each in place.objects():
        if each.at("name").value in own or not _is_custom(each):
            continue
        name = each.at("name").text(LONGEST_NAME)
        if name.casefold() in taken:
            each.at("name").fault(_("The list has an attribute of this name already. Take one of the two out."))
            continue
        taken.add(name.casefold())
        found.append(_value(each, name, side))
    return tuple(found)


def _value(place: Place, name: str, side: Side) -> CustomValue:
    type_, references = _type(place.at("type")), _references(place.at("referencedObjects"))
    multiple = place.at("multivalued").flag(False)
    if not name.strip():
        place.at("name").fault(_("Write the name of the attribute."))
    if fault := fault_of_name(name, side):
        place.at("name").fault(fault)
    if fault := fault_of_type(type_, references, side, multiple=multiple):
        place.at("type").fault(fault)
    return CustomValue(
        side=side,
        name=name,
        type=type_,
        required=place.at("required").flag(False),
        multiple=multiple,
        exact_case=place.at("caseExact").flag(False),
        references=references if type_ == AttributeType.REFERENCE else "",
    )


def _type(place: Place) -> AttributeType:
    text = place.text(LONGEST_NAME, AttributeType.STRING)
    for each in AttributeType:
        if each.casefold() == text.casefold():
            return each
    place.fault(_("%(text)s is no type. Write one of %(types)s.") % {"text": text, "types": ", ".join(AttributeType)})
    return AttributeType.STRING


def _references(place: Place) -> str:
    """The object type that is referred to. Of several the first counts."""
    names = [each.at("referencedObjectName").text(LONGEST_NAME).casefold() for each in place.objects()]
    return next((type_.value for name in names for type_ in ObjectType if type_.casefold() == name), "")


def _is_custom(place: Place) -> bool:
    marks = [(each.at("key").value, each.at("value").value) for each in place.at("metadata").objects()]
    return any(key == CUSTOM and str(value).casefold() == "true" for key, value in marks)
