"""A tenant in memory that tells itself as Microsoft Graph does: whole, or what changed since a number."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

HOME = UUID("6f2e3a4c-9a1b-4e1c-8d2f-0f1e2d3c4b5a")
USER, GROUP = "#microsoft.graph.user", "#microsoft.graph.group"
MEMBERS_PER_ENTRY = 2

Entry = dict[str, Any]


@dataclass
class Thing:
    """A user, a group or else. `changed`: by which number; `links`: other id to number, and whether it left."""

    id: str
    type: str
    properties: dict[str, Any]
    changed: int
    deleted: bool = False
    purged: bool = False
    links: dict[str, tuple[int, bool]] = field(default_factory=dict)


@dataclass
class Tenant:
    """`known`: the properties that `$select` may name."""

    things: dict[str, Thing] = field(default_factory=dict)
    now: int = 1
    page_size: int = 3
    known: set[str] = field(
        default_factory=lambda: {
            *("id", "accountEnabled", "displayName", "givenName", "surname", "mail", "userPrincipalName", "manager"),
            *("members", "description", "mailNickname", "securityEnabled", "officeLocation", "businessPhones"),
            *("mobilePhone", "department", "onPremisesExtensionAttributes", "employeeId"),
        }
    )

    # --- changing it, as the contract for sources does

    def add_person(self, name: str, manager: str = "", **properties: Any) -> str:
        principal = f"{name.lower().replace(' ', '.')}@contoso.example"
        told = {"displayName": name, "userPrincipalName": principal, "accountEnabled": True, **properties}
        id_ = self.add(USER, told)
        if manager:
            self.set_manager(id_, manager)
        return id_

    def add_team(self, name: str) -> str:
        return self.add(GROUP, {"displayName": name, "securityEnabled": True})

    def add(self, type_: str, properties: dict[str, Any]) -> str:
        id_ = str(uuid5(HOME, f"{type_} {len(self.things)}"))
        self.things[id_] = Thing(id_, type_, properties, self.tick())
        return id_

    def rename(self, id_: str, name: str) -> None:
        self.set(id_, displayName=name)

    def set(self, id_: str, **properties: Any) -> None:
        self.things[id_].properties.update(properties)
        self.things[id_].changed = self.tick()

    def set_manager(self, id_: str, manager: str) -> None:
        person, now = self.things[id_], self.tick()
        person.links = dict.fromkeys(person.links, (now, True))
        if manager:
            person.links[manager] = (now, False)
        person.changed = now

    def put(self, team: str, member: str) -> None:
        self.things[team].links[member] = (self.tick(), False)
        self.things[team].changed = self.now

    def take(self, team: str, member: str) -> None:
        self.things[team].links[member] = (self.tick(), True)
        self.things[team].changed = self.now

    def delete(self, id_: str) -> None:
        self.things[id_].deleted, self.things[id_].changed = True, self.tick()

    def restore(self, id_: str) -> None:
        self.things[id_].deleted, self.things[id_].changed = False, self.tick()

    def purge(self, id_: str) -> None:
        self.things[id_].purged, self.things[id_].changed = True, self.tick()

    def tick(self) -> int:
        self.now += 1
        return self.now

    # --- telling it

    def entries(self, type_: str, since: int, select: list[str]) -> list[Entry]:
        """Everything there is (since 0), or what changed after that number."""
        return [
            entry
            for thing in self.things.values()
            if thing.type == type_ and thing.changed > since and (since or not thing.deleted)
            for entry in self._told(thing, since, select)
        ]

    def in_recycle_bin(self, type_: str, select: list[str]) -> list[Entry]:
        things = (each for each in self.things.values() if each.type == type_ and each.deleted and not each.purged)
        return [self._properties(each, select) for each in things]

    def page(self, entries: list[Entry], at: int) -> tuple[list[Entry], bool]:
        return entries[at : at + self.page_size], at + self.page_size < len(entries)

    def _told(self, thing: Thing, since: int, select: list[str]) -> Iterator[Entry]:
        if thing.deleted:
            yield {"id": thing.id, "@removed": {"reason": "deleted" if thing.purged else "changed"}}
            return
        relation = "manager" if thing.type == USER else "members"
        links = [
            {"@odata.type": self.things[id_].type, "id": id_, **({"@removed": {"reason": "deleted"}} if left else {})}
            for id_, (number, left) in thing.links.items()
            if number > since and (since or not left)
        ]
        first = {f"{relation}@delta": links[:MEMBERS_PER_ENTRY]} if links and relation in select else {}
        yield {**self._properties(thing, select), **first}
        for at in range(MEMBERS_PER_ENTRY, len(links), MEMBERS_PER_ENTRY):
            yield {"id": thing.id, f"{relation}@delta": links[at : at + MEMBERS_PER_ENTRY]}

    def _properties(self, thing: Thing, select: list[str]) -> Entry:
        """What was never set is missing, as in Graph."""
        return {"id": thing.id, **{name: thing.properties[name] for name in select if name in thing.properties}}


def mark(**values: Any) -> str:
    """The text of a skip or delta token."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


def unmark(text: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text))
    return told
