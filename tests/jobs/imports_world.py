"""A directory whose source is a tenant in memory, and imports that run as tasks run them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

from provisioning.choices import AssignmentsFrom, ImportStatus
from provisioning.directory.base import NO_ROLE, NOT_TOLD
from provisioning.jobs.imports import applying, asking, reading, run
from provisioning.models import Assignment, Directory, EnterpriseApplication, Group, Import, Membership, User
from tests.directory.memory_source import MemorySource, Tenant, new_id
from tests.factories import make_application, make_directory

Links = set[tuple[str, ...]]


class ImportWorld:
    """`tenant` is the truth. `read` imports it to the end; `differences` says where the directory is another one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, source: str = "memory") -> None:
        self.tenant = Tenant()
        self.source = MemorySource(self.tenant)
        self.directory = make_directory(source=source)
        self.directory.lock({})
        self.directory.save()
        monkeypatch.setattr(reading, "connect", lambda *given: self.source)

    def ask(self) -> Import:
        return asking.ask(self.directory.pk, timezone.now())

    def read(self, tasks: int = 20) -> Import:
        """Ask for an import and work on it until it has ended, or for so many tasks."""
        return self.work(self.ask(), tasks)

    def work(self, found: Import, tasks: int = 20) -> Import:
        for _ in range(tasks):
            run.run(found.pk)
            found.refresh_from_db()
            if found.status != ImportStatus.RUNNING:
                break
            Import.objects.filter(pk=found.pk).update(not_before=None)  # the time that the source asked for has passed
        return found

    def lapse(self) -> None:
        """So much time passes that every lease has expired."""
        Import.objects.exclude(expires_at=None).update(expires_at=F("expires_at") - timedelta(hours=1))

    def follow(self, application: EnterpriseApplication) -> str:
        """Its roles and assignments come from a service principal of the source from now on."""
        principal = new_id()
        EnterpriseApplication.objects.filter(pk=application.pk).update(
            assignments_from=AssignmentsFrom.SOURCE, source_principal=principal
        )
        return principal

    def staff(self, number: int = 12) -> list[str]:
        """So many people of the tenant, p0, p1 ..."""
        return [self.tenant.user(f"p{each}") for each in range(number)]

    @property
    def head(self) -> int:
        return Directory.objects.get(pk=self.directory.pk).head

    def differences(self) -> dict[str, Any]:
        pairs = {
            "users": (self._users_here(), self._users_there()),
            "managers": (self._managers_here(), self._managers_there()),
            "groups": (
                _groups(),
                {id_: each.attributes["displayName"] for id_, each in self.tenant.groups.items()},
            ),
            "members": (_members(), set(self.tenant.members)),
            "assignments": (_assignments(), {(a.application, a.principal, a.role) for a in self.tenant.assignments}),
        }
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}

    def _users_here(self) -> dict[str, tuple[str, str]]:
        return {str(user.object_id): (user.user_principal_name, user.display_name) for user in User.objects.present()}

    def _users_there(self) -> dict[str, tuple[str, str]]:
        people = self.tenant.users.items()
        return {id_: (each.attributes["userPrincipalName"], each.attributes["displayName"]) for id_, each in people}

    def _managers_here(self) -> dict[str, str]:
        managed = User.objects.present().exclude(manager=None).values_list("object_id", "manager__object_id")
        return {str(id_): str(manager) for id_, manager in managed}

    def _managers_there(self) -> dict[str, str]:
        people = self.tenant.users.items()
        return {id_: each.manager for id_, each in people if each.manager and each.manager != NOT_TOLD}


def make_something(imports: ImportWorld) -> None:
    """A tenant with something of everything."""
    boss = imports.tenant.user("boss")
    staff = [imports.tenant.user(f"p{number}", manager=boss) for number in range(7)]
    principal = imports.follow(make_application())
    group = imports.tenant.group("Team", staff[:4])
    role = imports.tenant.role(principal, "Organizer")
    for id_ in (staff[0], group):
        imports.tenant.assign(principal, id_, role)


def change_something(imports: ImportWorld) -> None:
    """Two swap names and get another boss, one moves to a new group, one joins, one goes and another gets the name."""
    staff = [id_ for id_, each in imports.tenant.users.items() if each.manager]
    group = next(iter(imports.tenant.groups))
    imports.tenant.user("p1", manager=staff[5], id_=staff[0])
    imports.tenant.user("p0", manager=staff[5], id_=staff[1])
    imports.tenant.leave(group, staff[2])
    imports.tenant.group("Other", [staff[2]])
    imports.tenant.join(group, staff[5])
    imports.tenant.delete(staff[6])
    imports.tenant.user("p6", manager=staff[5])
    imports.tenant.assignments.pop()
    imports.tenant.assign(imports.tenant.roles[0].application, staff[4])


def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of three records, so that a few people are in several."""
    monkeypatch.setattr(applying, "STEPS", tuple(replace(step, chunk=3) for step in applying.STEPS))


def _groups() -> dict[str, str]:
    return {str(each.object_id): each.display_name for each in Group.objects.present()}


def _members() -> Links:
    """Of those who are there, both of them."""
    rows = Membership.objects.filter(removed=False, group__deleted_at=None).select_related(
        "group", "user", "member_group"
    )
    found = [(str(row.group.object_id), row.user or row.member_group) for row in rows]
    return {(group, str(each.object_id)) for group, each in found if each and each.deleted_at is None}


def _assignments() -> Links:
    rows = Assignment.objects.present().filter(application__assignments_from=AssignmentsFrom.SOURCE)
    found: Links = set()
    for row in rows.select_related("application", "user", "group", "role"):
        principal: Any = row.user or row.group
        role = str(row.role.role_id) if row.role else NO_ROLE
        found.add((str(row.application.source_principal), str(principal.object_id), role))
    return found
