"""Step 5. What is really different; nothing different means nothing is sent."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from provisioning.connectors.base import TargetSchema
from provisioning.records import NOTHING, Attributes, ModifiedProperty


def difference(known: Attributes, wanted: Attributes, schema: TargetSchema) -> Attributes:
    """The wanted values that differ from the known ones. What is not wanted is left alone."""
    return {name: value for name, value in wanted.items() if not _equal(known.get(name), value, schema, name)}


def modified(known: Attributes, changes: Attributes, cleared: Iterable[str] = ()) -> tuple[ModifiedProperty, ...]:
    """Changes as the reports show them: name, old value, new value."""
    changed = tuple(ModifiedProperty(name, known.get(name), value) for name, value in changes.items())
    return changed + tuple(ModifiedProperty(name, known[name], None) for name in sorted(cleared) if known.get(name))


def without(values: Attributes, names: Iterable[str]) -> Attributes:
    left_out = set(names)
    return {name: value for name, value in values.items() if name not in left_out} if left_out else values or NOTHING


def _equal(old: Any, new: Any, schema: TargetSchema, name: str) -> bool:
    attribute = schema.attribute(name)
    exact = attribute is None or attribute.exact_case
    if isinstance(new, tuple) or isinstance(old, tuple):
        return _set(old, exact) == _set(new, exact)
    return bool(_plain(old, exact) == _plain(new, exact))


def _set(value: Any, exact: bool) -> frozenset[Any]:
    values = value if isinstance(value, tuple) else () if value is None else (value,)
    return frozenset(_plain(each, exact) for each in values)


def _plain(value: Any, exact: bool) -> Any:
    if isinstance(value, Mapping):  # a role, with its parts
        return json.dumps({name: _plain(each, exact) for name, each in value.items()}, sort_keys=True)
    if value is None:
        return ""  # a target keeps no difference between an empty value and none
    return value if exact or not isinstance(value, str) else value.casefold()
