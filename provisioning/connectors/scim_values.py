"""Attribute values in both forms: the engine's flat one, and resources as SCIM nests them."""

from collections.abc import Iterable, Mapping
from typing import Any

from provisioning.choices import AttributeType, ObjectType
from provisioning.connectors.base import TargetAttribute, TargetSchema
from provisioning.connectors.scim_paths import Path, is_empty, key_of, named, parse, put, read
from provisioning.connectors.scim_profile import Profile
from provisioning.connectors.scim_schema import ACTIVE, CORE_SCHEMAS, MEMBERS
from provisioning.errors import Rejected
from provisioning.records import Attributes, TargetObject
from provisioning.texts import gettext_noop, say

NOT_BOOLEAN = gettext_noop("%(attribute)s takes True or False, and %(value)s would flow into it.")
NOT_NUMBER = gettext_noop("%(attribute)s takes a whole number, and %(value)s would flow into it.")

COMPLEX = frozenset(
    {"emails", "phonenumbers", "ims", "photos", "addresses", "groups", "entitlements", "roles", "x509certificates"}
)
"""Attributes of the core schema whose several values are objects with a `value`."""


def as_target(type_: ObjectType, resource: Any, schema: TargetSchema) -> TargetObject:
    """A user or group as the engine sees it: without members. Raises KeyError without an id."""
    id_ = named(resource, "id")
    if is_empty(id_) or isinstance(id_, bool | dict | list):
        raise KeyError("id")
    attributes = attributes_of(resource, schema)
    label = attributes.get("userName") or attributes.get("displayName") or ""
    active = attributes.get(ACTIVE) if type_ is ObjectType.USER else None
    return TargetObject(id=str(id_), attributes=attributes, active=active, label=str(label))


def attributes_of(resource: Any, schema: TargetSchema) -> dict[str, Any]:
    """The values of a resource by the names of target attributes."""
    found = {}
    for each in schema.attributes:
        if each.name == MEMBERS:
            continue
        value = _told(read(resource, parse(each.name)), each)
        if not is_empty(value):
            found[each.name] = value
    return found


def _told(value: Any, attribute: TargetAttribute) -> Any:
    """A value as it is compared: objects by their `value`, Booleans also where they are texts."""
    if isinstance(value, list):
        entries = tuple(text for each in value if not is_empty(text := _single(each)))
        if attribute.multiple:
            return tuple(sorted(map(str, entries)))
        value = entries[0] if entries else None
    value = _single(value)
    if is_empty(value):
        return None
    if attribute.type == AttributeType.BOOLEAN:
        return str(value).casefold() == "true"
    if attribute.multiple:
        return (str(value),)
    if attribute.type == AttributeType.INTEGER and isinstance(value, int):
        return value
    return value if isinstance(value, bool) else str(value)


def _single(value: Any) -> Any:
    return named(value, "value") if isinstance(value, Mapping) else value


# --- before values are compared


def translated(values: Attributes, known: Attributes, schema: TargetSchema, profile: Profile) -> dict[str, Any]:
    """Mapped values in the form that a resource is read in. What the application does not take is left out."""
    kept = {name: value for name, value in values.items() if name not in profile.never_send}
    for name, most in profile.multi_valued_max.items():
        kept = _at_most(kept, name, most)
    return {name: _fitting(value, known.get(name), schema.attribute(name), name) for name, value in kept.items()}


def _at_most(values: Mapping[str, Any], name: str, most: int) -> dict[str, Any]:
    """Of an attribute with several entries the first ones that the mapping fills."""
    entries = dict.fromkeys(
        path.entry for each, value in values.items() if (path := parse(each)).name == name and not is_empty(value)
    )
    kept = set(list(entries)[:most])
    return {each: value for each, value in values.items() if (path := parse(each)).name != name or path.entry in kept}


def _fitting(value: Any, known: Any, attribute: TargetAttribute | None, name: str) -> Any:
    if is_empty(value) or attribute is None:
        return value
    if attribute.type == AttributeType.BOOLEAN:
        return _boolean(value, name)
    if attribute.type == AttributeType.INTEGER:
        return _number(value, name)
    if attribute.multiple:
        return _several(value, known)
    return value if isinstance(value, bool) else str(value)


def _boolean(value: Any, name: str) -> bool:
    text = str(value).strip().casefold()
    if text not in ("true", "false"):
        raise Rejected(say(NOT_BOOLEAN, attribute=name, value=str(value)))
    return text == "true"


def _number(value: Any, name: str) -> int:
    try:
        return int(str(value).strip())
    except ValueError:
        raise Rejected(say(NOT_NUMBER, attribute=name, value=str(value))) from None


def _several(value: Any, known: Any) -> Any:
    """Objects, such as roles with their parts, count as what the target tells of them: their values."""
    entries = value if isinstance(value, tuple | list) else (value,)
    if not any(isinstance(each, Mapping) for each in entries):
        return tuple(sorted(map(str, entries)))
    texts = {str(_single(each)) for each in entries}
    has = known if isinstance(known, tuple) else ()
    if has and texts == {each for each in has if isinstance(each, str)}:
        return known
    return tuple(entries)


# --- what is sent


def schemas_of(type_: ObjectType, names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys([CORE_SCHEMAS[type_], *(urn for name in names if (urn := parse(name).urn))]))


def apply(resource: dict[str, Any], values: Attributes, schema: TargetSchema, profile: Profile) -> None:
    """Write these values into a resource of ours."""
    for name, value in values.items():
        path, attribute = parse(name), schema.attribute(name)
        put(resource, path, None if is_empty(value) else as_sent(path, value, attribute, profile))
    list_extensions(resource, values)


def list_extensions(resource: dict[str, Any], values: Iterable[str]) -> None:
    """A resource names the extensions it has (RFC 7643, 3.3)."""
    key = key_of(resource, "schemas") or "schemas"
    listed = [str(each) for each in resource.get(key) or ()]
    folded = {each.casefold() for each in listed}
    more = dict.fromkeys(urn for name in values if (urn := parse(name).urn) and key_of(resource, urn))
    resource[key] = [*listed, *(urn for urn in more if urn.casefold() not in folded)]


def as_sent(path: Path, value: Any, attribute: TargetAttribute | None, profile: Profile) -> Any:
    """One value as a resource holds it."""
    if attribute is not None and attribute.reference and not path.sub:
        id_ = as_id(str(value), profile)
        return id_ if profile.manager_style == "plain" else {"value": id_}
    if isinstance(value, tuple | list):
        in_objects = not path.urn and path.name.casefold() in COMPLEX
        return [_entry(each, in_objects=in_objects) for each in value]
    return value


def _entry(value: Any, *, in_objects: bool) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    return {"value": value} if in_objects else value


def as_id(id_: str, profile: Profile) -> Any:
    """An id as the target writes its own."""
    return int(id_) if profile.id_type == "number" and id_.isascii() and id_.isdigit() else id_
