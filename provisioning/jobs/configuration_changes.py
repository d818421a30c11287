"""What differs between two configurations, part by part: for the check before a save, audit trail and history."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

from provisioning.choices import ObjectType, Side
from provisioning.jobs.configuration import Configuration, ObjectConfiguration
from provisioning.records import ScopingFilter

Fields = Mapping[str, Any]
"""A part as plain values that JSON can hold, by the name of the field."""


class Part(StrEnum):
    """What was changed."""

    MAPPING = "mapping"
    ROW = "attribute mapping"
    FILTER = "scoping filter"
    SOURCE_ATTRIBUTE = "source attribute"
    TARGET_ATTRIBUTE = "target attribute"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One part before and after. `old` is None for what was added, `new` for what was removed.

    Of a part that was changed both hold only the fields that differ.
    """

    object_type: ObjectType
    part: Part
    name: str
    old: Fields | None
    new: Fields | None

    @property
    def key(self) -> str:
        return " ".join(filter(None, (self.object_type, self.part, self.name)))

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        kinds = {"object_type": ObjectType(stored["object_type"]), "part": Part(stored["part"])}
        return cls(**{**stored, **kinds})


def changes(before: Configuration, after: Configuration) -> list[Change]:
    """Everything that differs, by object type; the order of rows and filters does not count: it changes nothing."""
    found = []
    for type_ in after:
        old, new = (_parts(each[type_]) if type_ in each else {} for each in (before, after))
        found += [
            change for key in {**old, **new} if (change := _change(type_, key, old.get(key), new.get(key))) is not None
        ]
    return found


def as_audited(found: Sequence[Change]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The old and the new values, for an audit entry."""
    return {each.key: each.old for each in found}, {each.key: each.new for each in found}


Key = tuple[Part, str, int]
"""A part by name; of filters with one title, which one."""


def _change(type_: ObjectType, key: Key, old: Fields | None, new: Fields | None) -> Change | None:
    if old == new:
        return None
    if old is not None and new is not None:
        differing = [name for name in new if old[name] != new[name]]
        old, new = ({name: each[name] for name in differing} for each in (old, new))
    return Change(object_type=type_, part=key[0], name=key[1], old=old, new=new)


def _parts(value: ObjectConfiguration) -> dict[Key, Fields]:
    switches = {
        "enabled": value.enabled,
        "create": value.rules.create,
        "update": value.rules.update,
        "delete": value.rules.delete,
    }
    parts: dict[Key, Fields] = {(Part.MAPPING, "", 0): switches}
    for rule in value.rules.rules:
        parts[Part.ROW, rule.target, 0] = _without(asdict(rule), "target", "required")
    for number, each in _numbered(value.rules.filters):
        parts[Part.FILTER, each.title, number] = {"clauses": [_told(clause) for clause in asdict(each)["clauses"]]}
    for attribute in value.custom:
        part = Part.SOURCE_ATTRIBUTE if attribute.side is Side.SOURCE else Part.TARGET_ATTRIBUTE
        parts[part, attribute.name, 0] = _without(asdict(attribute), "side", "name")
    return parts


def _numbered(filters: Iterable[ScopingFilter]) -> Iterator[tuple[int, ScopingFilter]]:
    seen: Counter[str] = Counter()
    for each in filters:
        yield seen[each.title], each
        seen[each.title] += 1


def _told(clause: Mapping[str, str]) -> str:
    return " ".join(filter(None, (clause["attribute"], clause["operator"], clause["value"])))


def _without(fields: dict[str, Any], *names: str) -> Fields:
    return {name: value for name, value in fields.items() if name not in names}
