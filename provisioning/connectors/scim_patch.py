"""PATCH bodies (RFC 7644, 3.5.2): as the RFC writes them, or as Microsoft's client does."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from provisioning.connectors.base import TargetSchema
from provisioning.connectors.scim_paths import Path, entry_of, is_empty, named, parse, put, read
from provisioning.connectors.scim_profile import MICROSOFT, Profile
from provisioning.connectors.scim_schema import MEMBERS
from provisioning.connectors.scim_values import as_id, as_sent
from provisioning.records import Attributes

MESSAGE = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
ADD, REPLACE, REMOVE = "add", "replace", "remove"

Operation = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Patching:
    """Writes changes as operations, by the profile of the application."""

    profile: Profile
    schema: TargetSchema

    def operations(self, changes: Attributes) -> list[Operation]:
        """One for each changed attribute; where paths need not be, simple ones share one without."""
        profile = self.profile
        if profile.patch_path_required:
            return [self._operation(name, value) for name, value in changes.items()]
        apart = [name for name, value in changes.items() if parse(name).selected or is_empty(value)]
        shared: dict[str, Any] = {}
        for name in changes.keys() - {*apart}:
            if profile.patch_style == MICROSOFT:
                shared[name] = self._value(name, changes[name])
            else:
                put(shared, parse(name), self._value(name, changes[name]))
        found = [{"op": self._op(REPLACE), "value": shared}] if shared else []
        return found + [self._operation(name, changes[name]) for name in apart]

    def knowing(self, changes: Attributes, resource: Any) -> list[Operation]:
        """The same for a resource that was read: an entry that is not there yet is added whole.

        The RFC has a filter without a match refused (`noTarget`), and some applications pass over it in silence.
        """
        there = {name: parse(name) for name in changes}
        known = {name: value for name, value in changes.items() if _is_there(resource, there[name])}
        missing = {name: value for name, value in changes.items() if name not in known and not is_empty(value)}
        entries: dict[tuple[str, Any], dict[str, Any]] = {}
        for name, value in missing.items():
            path = there[name]
            entry = entries.setdefault(path.entry, dict(path.selected))
            entry[path.sub or "value"] = self._value(name, value)
        added = [{"op": self._op(ADD), "path": where[0], "value": [entry]} for where, entry in entries.items()]
        return self.operations(known) + added

    def whole(self, changes: Attributes, resource: dict[str, Any]) -> list[Operation]:
        """For applications that take no filter in a path: an attribute with entries is replaced whole."""
        in_entries = {name: value for name, value in changes.items() if parse(name).selected}
        rest = {name: value for name, value in changes.items() if name not in in_entries}
        for name, value in in_entries.items():
            put(resource, parse(name), None if is_empty(value) else self._value(name, value))
        found = self.operations(rest)
        for attribute in dict.fromkeys(parse(name).attribute for name in in_entries):
            held = read(resource, parse(attribute))
            op: Operation = {"op": self._op(REMOVE if is_empty(held) else REPLACE), "path": attribute}
            found.append(op if is_empty(held) else {**op, "value": held})
        return found

    def added_members(self, members: Sequence[dict[str, Any]]) -> list[Operation]:
        """All of them in one operation, each as `member` makes it."""
        value: Any = [*members]
        if self.profile.members_wrap:
            value = {MEMBERS: value}
        return [{"op": self._op(ADD), "path": MEMBERS, "value": value}]

    def removed_members(self, ids: Sequence[str], base_url: str) -> list[Operation]:
        """One operation for each as the RFC has it, or all in one with their values."""
        op = self._op(REMOVE)
        if self.profile.members_remove_style == "value":
            value: Any = [self.member(id_, base_url) for id_ in ids]
            return [{"op": op, "path": MEMBERS, "value": {MEMBERS: value} if self.profile.members_wrap else value}]
        return [{"op": op, "path": f"{MEMBERS}[value eq {json.dumps(as_id(id_, self.profile))}]"} for id_ in ids]

    def bodies(self, operations: Sequence[Operation]) -> Iterator[dict[str, Any]]:
        """The operations in as few requests as the application takes them."""
        for group in self._grouped(operations):
            for part in self._small_enough(group):
                yield _message(part)

    def member(self, id_: str, base_url: str, display: str = "") -> dict[str, Any]:
        """One member as a group lists it."""
        profile = self.profile
        member: dict[str, Any] = {"value": as_id(id_, profile)}
        if profile.members_ref:
            member["$ref"] = f"{base_url}{profile.users_path}/{id_}"
        if profile.members_type:
            member["type"] = profile.members_type
        if display:
            member["display"] = display
        return member

    # --- inside

    def _grouped(self, operations: Sequence[Operation]) -> Iterator[Sequence[Operation]]:
        alone = {each.casefold() for each in self.profile.patch_single_attr}
        together = [each for each in operations if str(each.get("path", "")).casefold() not in alone]
        size = self.profile.patch_max_ops or len(together) or 1
        for start in range(0, len(together), size):
            yield together[start : start + size]
        for each in operations:
            if str(each.get("path", "")).casefold() in alone:
                yield [each]

    def _small_enough(self, operations: Sequence[Operation]) -> Iterator[Sequence[Operation]]:
        """Halved until a request is no larger than the application takes it. What can't be halved goes as it is."""
        most = self.profile.max_body
        is_small = not most or len(json.dumps(_message(operations)).encode()) <= most
        parts = [] if is_small else halves(operations)
        for part in parts:
            yield from self._small_enough(part)
        if not parts:
            yield operations

    def _op(self, word: str) -> str:
        return word.capitalize() if self.profile.patch_op_case == "capital" else word

    def _path(self, path: Path) -> str:
        return path.text if self.profile.patch_style == MICROSOFT else path.strict()

    def _operation(self, name: str, value: Any) -> Operation:
        path = parse(name)
        if is_empty(value):
            is_entry = path.selected and path.sub.casefold() in ("", "value")
            return {"op": self._op(REMOVE), "path": path.selection() if is_entry else self._path(path)}
        attribute = self.schema.attribute(name)
        sent = self._value(name, value)
        if attribute is not None and attribute.reference and self.profile.manager_style == "array":
            return {"op": self._op(ADD), "path": self._path(path), "value": [sent]}
        return {"op": self._op(REPLACE), "path": self._path(path), "value": sent}

    def _value(self, name: str, value: Any) -> Any:
        sent = as_sent(parse(name), value, self.schema.attribute(name), self.profile)
        if isinstance(sent, bool) and self.profile.bool_style == "text":
            return str(sent)
        return sent


def halves(operations: Sequence[Operation]) -> Sequence[Sequence[Operation]]:
    """The same in two requests: half of the operations each, or of the members in a single one; else nothing."""
    if len(operations) > 1:
        middle = len(operations) // 2
        return [operations[:middle], operations[middle:]]
    for each in operations:
        value = each.get("value")
        is_wrapped = isinstance(value, Mapping)
        listed = value.get(MEMBERS) if isinstance(value, Mapping) else value
        if each.get("path") == MEMBERS and isinstance(listed, list) and len(listed) > 1:
            middle = len(listed) // 2
            parts = [listed[:middle], listed[middle:]]
            return [[{**each, "value": {MEMBERS: part} if is_wrapped else part}] for part in parts]
    return []


def _message(operations: Sequence[Operation]) -> dict[str, Any]:
    return {"schemas": [MESSAGE], "Operations": [*operations]}


def _is_there(resource: Any, path: Path) -> bool:
    """Whether the entry that the path selects exists; of a path without one it does not matter."""
    if not path.selected:
        return True
    held = named(named(resource, path.urn) if path.urn else resource, path.name)
    return entry_of(held, path) is not None


def selects(changes: Attributes) -> Mapping[str, Path]:
    """Those of the changes that are about one entry of several, with their paths."""
    return {name: path for name in changes if (path := parse(name)).selected}
