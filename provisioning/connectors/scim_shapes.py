"""New resources: where each value goes is worked out once for all that have the same attributes."""

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from provisioning.choices import ObjectType
from provisioning.connectors.base import TargetSchema
from provisioning.connectors.scim_paths import is_empty, parse, put
from provisioning.connectors.scim_profile import Profile
from provisioning.connectors.scim_values import apply, as_sent, list_extensions, schemas_of
from provisioning.records import Attributes


@dataclass(frozen=True, slots=True)
class Place:
    """Stands in a shape for the value of a target attribute."""

    name: str


def new_resource(type_: ObjectType, values: Attributes, schema: TargetSchema, profile: Profile) -> dict[str, Any]:
    """The body that creates a user or group: the schemas it has, and every value in its place."""
    given = {name: value for name, value in values.items() if not is_empty(value)}
    shape = _shape(type_, tuple(values), tuple(given))
    if shape is None:
        resource: dict[str, Any] = {"schemas": schemas_of(type_, values)}
        apply(resource, values, schema, profile)
        return resource
    sent = {name: as_sent(parse(name), value, schema.attribute(name), profile) for name, value in given.items()}
    filled: dict[str, Any] = _filled(shape, sent)
    return filled


@lru_cache(maxsize=1024)
def _shape(type_: ObjectType, names: tuple[str, ...], given: tuple[str, ...]) -> dict[str, Any] | None:
    """None where a value is put into, or upon, another one: then it is not its place alone that counts."""
    paths = [parse(name) for name in names]
    whole = Counter(path.attribute.casefold() for path in paths if not (path.selected or path.sub))
    parts = {path.attribute.casefold() for path in paths if path.selected or path.sub}
    if parts & whole.keys() or max(whole.values(), default=0) > 1:
        return None
    shape: dict[str, Any] = {"schemas": schemas_of(type_, names)}
    for name in given:
        put(shape, parse(name), Place(name))
    list_extensions(shape, names)
    return shape


def _filled(shape: Any, values: Attributes) -> Any:
    """A copy with the values in their places."""
    if type(shape) is Place:
        return values[shape.name]
    if type(shape) is dict:
        return {name: _filled(each, values) for name, each in shape.items()}
    return [_filled(each, values) for each in shape] if type(shape) is list else shape
