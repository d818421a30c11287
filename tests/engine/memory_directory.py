"""A directory in memory: people, groups, who is in them, who is assigned with which role, and change numbers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from provisioning.choices import ObjectType
from provisioning.records import Reference, Role, SourceObject

ObjectKey = tuple[ObjectType, int]
DEFAULT_ACCESS = ""


@dataclass(slots=True)
class Entry:
    """A user or group; never taken away, only marked."""

    type: ObjectType
    key: int
    attributes: dict[str, Any]
    enabled: bool = True
    soft_deleted: bool = False
    purged: bool = False
    manager: int | None = None
    changed: int = 0

    @property
    def id(self) -> str:
        return f"id-{self.key}" if self.type is ObjectType.USER else f"group-{self.key}"

    @property
    def label(self) -> str:
        return str(self.attributes["displayName"])

    @property
    def present(self) -> bool:
        return not (self.soft_deleted or self.purged)


@dataclass(slots=True)
class Tie:
    """A membership or an assignment."""

    present: bool = True
    changed: int = 0


@dataclass(slots=True)
class MemoryRole:
    value: str
    enabled: bool = True
    changed: int = 0


@dataclass(slots=True)
class MemoryDirectory:
    """Memberships by group and member; assignments by principal and role."""

    objects: dict[ObjectKey, Entry] = field(default_factory=dict)
    memberships: dict[tuple[int, ObjectKey], Tie] = field(default_factory=dict)
    assignments: dict[tuple[ObjectKey, str], Tie] = field(default_factory=dict)
    roles: dict[str, MemoryRole] = field(default_factory=lambda: {"role-1": MemoryRole("Staff")})
    head: int = 1

    # --- what people and imports do

    def next(self) -> int:
        self.head += 1
        return self.head

    def add_user(self, key: int, **attributes: Any) -> Entry:
        usual = {
            "userPrincipalName": f"user{key}@contoso.example",
            "displayName": f"User {key}",
            "surname": f"Number {key}",
        }
        return self._add(Entry(ObjectType.USER, key, {**usual, **attributes}))

    def add_group(self, key: int, **attributes: Any) -> Entry:
        return self._add(Entry(ObjectType.GROUP, key, {"displayName": f"Group {key}", **attributes}))

    def _add(self, entry: Entry) -> Entry:
        entry.changed = self.next()
        self.objects[entry.type, entry.key] = entry
        return entry

    def change(self, entry: Entry, **values: Any) -> None:
        """Fields of an entry by their names; any other name is an attribute."""
        for name, value in values.items():
            if name in ("enabled", "soft_deleted", "purged", "manager"):
                setattr(entry, name, value)
            else:
                entry.attributes[name] = value
        entry.changed = self.next()

    def purge(self, entry: Entry) -> None:
        """Gone for good, with everything that tied it to others."""
        self.change(entry, soft_deleted=True, purged=True)
        for (group, member), tie in self.memberships.items():
            if member == (entry.type, entry.key) or (entry.type is ObjectType.GROUP and group == entry.key):
                self._mark(tie, present=False)
        for (principal, _), tie in self.assignments.items():
            if principal == (entry.type, entry.key):
                self._mark(tie, present=False)

    def join(self, group: int, member: ObjectKey, *, present: bool = True) -> None:
        self._mark(self.memberships.setdefault((group, member), Tie(present=False)), present)

    def assign(self, principal: ObjectKey, role: str = "role-1", *, present: bool = True) -> None:
        self._mark(self.assignments.setdefault((principal, role), Tie(present=False)), present)

    def change_role(self, id_: str, **values: Any) -> None:
        role = self.roles.setdefault(id_, MemoryRole(id_))
        for name, value in values.items():
            setattr(role, name, value)
        role.changed = self.next()

    def _mark(self, tie: Tie, present: bool) -> None:
        if tie.present != present:
            tie.present, tie.changed = present, self.next()

    # --- what the engine sees of it

    def groups_of(self, member: ObjectKey) -> Iterator[Entry]:
        for (group, each), tie in self.memberships.items():
            if each == member and tie.present and self.objects[ObjectType.GROUP, group].present:
                yield self.objects[ObjectType.GROUP, group]

    def roles_of(self, principal: ObjectKey) -> list[str]:
        return [role for (each, role), tie in self.assignments.items() if each == principal and tie.present]

    def source(self, object_: ObjectKey, target_id: Callable[[ObjectKey], str]) -> SourceObject:
        """The object as a cycle sees it now; `target_id` tells the account of another one, if it has any."""
        entry = self.objects[object_]
        direct, via = self.roles_of(object_), []
        held = list(direct)
        if entry.type is ObjectType.USER:
            for group in self.groups_of(object_):
                if roles := self.roles_of((ObjectType.GROUP, group.key)):
                    via.append(group.label)
                    held += roles
        counting = sorted({each for each in held if each != DEFAULT_ACCESS and self.roles[each].enabled})
        roles = tuple(Role(id=each, value=self.roles[each].value, label=self.roles[each].value) for each in counting)
        values = {
            **entry.attributes,
            "objectId": entry.id,
            "accountEnabled": entry.enabled,
            "appRoleAssignments": tuple(each.value for each in roles),
        }
        return SourceObject(
            key=entry.key,
            id=entry.id,
            type=entry.type,
            label=entry.label,
            attributes={name: value for name, value in values.items() if value not in (None, "", ())},
            active=entry.enabled,
            soft_deleted=entry.soft_deleted,
            purged=entry.purged,
            assigned=bool(held),
            roles=roles,
            direct=bool(direct),
            via=tuple(via),
            references=self._references(entry, target_id),
        )

    def _references(self, entry: Entry, target_id: Callable[[ObjectKey], str]) -> dict[str, Reference]:
        if entry.manager is None:
            return {}
        manager = (ObjectType.USER, entry.manager)
        label = self.objects[manager].label
        return {"manager": Reference(type=manager[0], key=manager[1], label=label, target_id=target_id(manager))}

    # --- who changed

    def entitled(self, object_: ObjectKey) -> bool:
        """Anything assigns it; whether its roles count is the engine's business."""
        if self.roles_of(object_):
            return True
        via = self.groups_of(object_) if object_[0] is ObjectType.USER else ()
        return any(self.roles_of((ObjectType.GROUP, group.key)) for group in via)

    def changed_since(self, number: int) -> set[ObjectKey]:
        """Everybody that a change above this number may concern; ties count while present and while newly removed."""
        roles = {id_ for id_, role in self.roles.items() if role.changed > number}
        found = {key for key, entry in self.objects.items() if entry.changed > number}
        principals = {
            principal: tie.changed > number or role in roles
            for (principal, role), tie in self.assignments.items()
            if tie.present or tie.changed > number
        }
        for (principal, role), tie in self.assignments.items():
            if tie.changed > number or (role in roles and tie.present):
                principals[principal] = True
        found |= {principal for principal, is_new in principals.items() if is_new}
        groups = found & principals.keys()
        for (group, member), tie in self.memberships.items():
            whole = (ObjectType.GROUP, group)
            if tie.changed > number:
                found |= {whole} | ({member} if whole in principals else set())
            if (tie.present or tie.changed > number) and whole in groups:
                found |= {member} if member[0] is ObjectType.USER else set()
        return found
