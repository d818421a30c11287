"""The names of Microsoft Graph's properties and those of the portal's attributes, in both directions and in one table.

The portal keeps the names that Azure AD's provisioning uses, which are older than Graph's. Whatever is not named here
has one name on both sides, directory extensions (extension_<appId>_<name>) included.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from provisioning.directory.attributes import EXTENSION_ATTRIBUTES


@dataclass(frozen=True, slots=True)
class Property:
    """Where Graph keeps an attribute: a property, a value inside of one, or the first of a property's list."""

    name: str
    inside: str = ""
    first: bool = False


ON_PREMISES = "onPremisesExtensionAttributes"
PROPERTIES: Mapping[str, Property] = MappingProxyType(
    {
        "objectId": Property("id"),
        "dirSyncEnabled": Property("onPremisesSyncEnabled"),
        "facsimileTelephoneNumber": Property("faxNumber"),
        "immutableId": Property("onPremisesImmutableId"),
        "mobile": Property("mobilePhone"),
        "physicalDeliveryOfficeName": Property("officeLocation"),
        "telephoneNumber": Property("businessPhones", first=True),
        **{name: Property(ON_PREMISES, inside=name) for name in EXTENSION_ATTRIBUTES},
    }
)
ATTRIBUTES: Mapping[Property, str] = MappingProxyType({place: name for name, place in PROPERTIES.items()})
_BY_NAME = {place.name: name for place, name in ATTRIBUTES.items() if not place.inside}

NO_PROPERTIES = frozenset({"IsSoftDeleted", "appRoleAssignments", "originalUserPrincipalName", "manager", "members"})
"""Attributes that Graph keeps in no property: worked out by the portal, or told in another way."""


def property_of(attribute: str) -> Property:
    """Where Graph keeps this attribute."""
    return PROPERTIES.get(attribute) or Property(attribute)


def attribute_of(name: str) -> str:
    """The attribute that is this property of Graph, which may have a slash: onPremisesExtensionAttributes/extension…"""
    outer, _, inside = name.partition("/")
    return ATTRIBUTES.get(Property(outer, inside)) or _BY_NAME.get(outer, name)


def properties_of(attributes: Iterable[str]) -> tuple[str, ...]:
    """What to name in `$select` to be told these attributes, by name; each once."""
    return tuple(sorted({property_of(each).name for each in attributes if each not in NO_PROPERTIES}))


def from_graph(item: Mapping[str, Any], attributes: Iterable[str]) -> dict[str, Any]:
    """Of these attributes those that Graph tells with this object. Told as empty: None."""
    told = {}
    for attribute in attributes:
        place = property_of(attribute)
        if attribute not in NO_PROPERTIES and place.name in item:
            told[attribute] = _value(item[place.name], place)
    return told


def to_graph(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """An object as Graph tells it, with these attributes; an empty text is null there."""
    told: dict[str, Any] = {}
    for attribute, value in attributes.items():
        place = property_of(attribute)
        if attribute in NO_PROPERTIES:
            continue
        plain = list(value) if isinstance(value, tuple) else None if value == "" else value
        if place.inside:
            told.setdefault(place.name, {})[place.inside] = plain
        else:
            told[place.name] = ([] if plain is None else [plain]) if place.first else plain
    return told


def _value(told: Any, place: Property) -> Any:
    if place.inside:
        told = told.get(place.inside) if isinstance(told, dict) else None
    if isinstance(told, list):
        values = tuple(str(each) for each in told if each is not None)
        return (values[0] if values else None) if place.first else values
    return None if isinstance(told, dict) else told
