"""A source in memory: a tenant that changes, told whole or since a token, page by page, with faults at any page."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from provisioning.choices import ObjectType
from provisioning.directory.base import (
    NO_ROLE,
    Gone,
    Member,
    Page,
    Person,
    Record,
    Source,
    SourceAssignment,
    SourceReport,
    SourceRole,
    StartOver,
    Team,
)

USER, GROUP = ObjectType.USER, ObjectType.GROUP


def new_id() -> str:
    return str(uuid.uuid4())


@dataclass
class Tenant:
    """People, groups, who is in which, who is assigned. `history` holds every change as the record that tells it."""

    users: dict[str, Person] = field(default_factory=dict)
    groups: dict[str, Team] = field(default_factory=dict)
    members: dict[tuple[str, str], ObjectType] = field(default_factory=dict)
    roles: list[SourceRole] = field(default_factory=list)
    assignments: list[SourceAssignment] = field(default_factory=list)
    history: list[Record] = field(default_factory=list)
    forgotten: int = 0
    """Tokens below this one are too old."""

    def user(self, name: str, manager: str = "", id_: str = "", **attributes: Any) -> str:
        """Add or change a person; gives the object id."""
        id_ = id_ or new_id()
        known = dict(self.users[id_].attributes) if id_ in self.users else {"accountEnabled": True}
        values = {**known, "userPrincipalName": f"{name}@contoso.example", "displayName": name.title(), **attributes}
        self.users[id_] = Person(id=id_, attributes=values, manager=manager)
        self.history.append(self.users[id_])
        return id_

    def group(self, name: str, members: Iterable[str] = (), id_: str = "") -> str:
        id_ = id_ or new_id()
        self.groups[id_] = Team(id=id_, attributes={"displayName": name, "securityEnabled": True})
        self.history.append(self.groups[id_])
        for member in members:
            self.join(id_, member)
        return id_

    def join(self, group: str, member: str) -> None:
        type_ = GROUP if member in self.groups else USER
        self.members[(group, member)] = type_
        self.history.append(Member(group=group, id=member, type=type_))

    def leave(self, group: str, member: str) -> None:
        type_ = self.members.pop((group, member))
        self.history.append(Member(group=group, id=member, type=type_, removed=True))

    def delete(self, id_: str, how: Gone = Gone.SOFT) -> None:
        if id_ in self.users:
            self.history.append(Person(id=id_, attributes={}, gone=how))
            del self.users[id_]
        else:
            self.history.append(Team(id=id_, attributes={}, gone=how))
            del self.groups[id_]
        for group, member in list(self.members):
            if id_ in (group, member):
                del self.members[(group, member)]

    def role(self, application: str, value: str, id_: str = "") -> str:
        id_ = id_ or new_id()
        self.roles.append(SourceRole(application=application, id=id_, value=value, label=value, enabled=True))
        return id_

    def assign(self, application: str, principal: str, role: str = NO_ROLE) -> None:
        type_ = GROUP if principal in self.groups else USER
        self.assignments.append(SourceAssignment(application=application, role=role, principal=principal, type=type_))

    def snapshot(self) -> list[Record]:
        members = [Member(group=group, id=id_, type=type_) for (group, id_), type_ in self.members.items()]
        return [*self.users.values(), *self.groups.values(), *members]


REPORT = SourceReport(tenant_id=new_id(), tenant_name="Contoso")


@dataclass
class MemorySource(Source):
    """Reads a tenant. `before` is called with the number of the page that is asked for, from 0 up; it may raise."""

    tenant: Tenant
    size: int = 5
    before: Callable[[int], None] = lambda page: None
    asked: list[tuple[str, str]] = field(default_factory=list)
    report: SourceReport = REPORT
    more: Sequence[Record] = ()
    """Told with the last page, beside what the tenant has."""

    def test_connection(self) -> SourceReport:
        self.before(0)
        return self.report

    def read(self, *, since: str = "", place: str = "") -> Page:
        """The place is the token to give at the end, and the record to go on with."""
        self.asked.append((since, place))
        token, _, start = (place or f"{len(self.tenant.history)}/0").partition("/")
        self.before(int(start) // self.size)
        if since and int(since) < self.tenant.forgotten:
            raise StartOver
        told = self.tenant.history[int(since) : int(token)] if since else self.tenant.snapshot()
        records = [*told, *self.tenant.roles, *self.tenant.assignments, *self.more]
        end = int(start) + self.size
        if end < len(records):
            return Page(records=records[int(start) : end], next=f"{token}/{end}")
        return Page(records=records[int(start) :], token=token)
