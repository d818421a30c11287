"""A tenant in rows, an application in memory, and cycles that run as tasks run them, by a clock that can be moved."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from provisioning import gallery
from provisioning.connectors.base import Connector
from provisioning.connectors.memory import Memory, Service
from provisioning.jobs import change, control, on_demand, run, schemas, setup
from provisioning.models import (
    Activity,
    Assignment,
    Cycle,
    Group,
    ObjectStateRow,
    OnDemandRun,
    ProvisioningJob,
    StagedRemoval,
    User,
)
from provisioning.records import TargetObject
from tests.factories import change_user, make_group, make_job, make_user, make_users

TEMPLATE = gallery.read(Path(__file__).parent / "in_memory.toml")


class MovedClock(run.WallClock):
    """The wall clock, so far ahead as the test says."""

    ahead = timedelta()

    def now(self) -> datetime:
        return timezone.now() + MovedClock.ahead


class RowWorld:
    """One application whose target is in memory. `cycle` makes a cycle due and works on it until it stands or ends."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, target: type[Memory] = Memory) -> None:
        monkeypatch.setattr(gallery, "all_applications", lambda: (TEMPLATE,))
        monkeypatch.setattr(run, "WallClock", MovedClock)
        monkeypatch.setattr(run, "LONGEST_SLEEP", 0)  # the clock is moved by hand
        MovedClock.ahead = timedelta()
        self.service, self.target = Service(), target
        for module in (run, on_demand):
            monkeypatch.setattr(module, "connector", self._connect)
        self.application = setup.create_application(TEMPLATE, "In memory")
        self.job = make_job(self.application, credentials={}, is_on=True, next_start_at=timezone.now())

    def _connect(
        self, application: Any, credentials: Any, timeout: float = 0, before_send: Callable[[], None] | None = None
    ) -> Connector:
        made = self.target(service=self.service)
        for type_, attributes in schemas.added_to(application).items():
            made.extend(type_, attributes)
        return made

    # --- the directory

    def people(self, number: int, **values: Any) -> list[User]:
        """So many people, assigned."""
        users = make_users(number, **values)
        self.assign(*users)
        return users

    def person(self, **values: Any) -> User:
        user = make_user(**values)
        self.assign(user)
        return user

    def group(self, name: str, members: Iterable[User | Group] = (), **values: Any) -> Group:
        group = make_group(name, members, **values)
        self.assign(group)
        return group

    def assign(self, *principals: User | Group, role: str | None = "Staff") -> list[Assignment]:
        found = self.application.roles.get(value=role) if role else None
        return change.assign(self.application, principals, found)

    def unassign(self, *principals: User | Group) -> None:
        rows = Assignment.objects.present().filter(application=self.application)
        users = [each.pk for each in principals if isinstance(each, User)]
        groups = [each.pk for each in principals if isinstance(each, Group)]
        change.unassign(self.application, [*rows.filter(user__in=users), *rows.filter(group__in=groups)])

    def change(self, user: User, **values: Any) -> None:
        user.refresh_from_db()
        change_user(user, **values)

    # --- cycles

    def cycle(self, times: int = 20) -> Cycle:
        """The cycle that ended last, with the database's counts. `times`: so many tasks work on it at most."""
        job = ProvisioningJob.objects.get(pk=self.job.pk)
        if job.is_on and not job.cycles.open().exists():
            control.sync_now(job.pk, MovedClock().now())
        self.work(times)
        return self.newest()

    def work(self, times: int = 20) -> None:
        for _ in range(times):
            run.run(self.job.pk)
            if not self.job.cycles.filter(status="running").exists():
                return
            self.wait(seconds=6)

    def newest(self) -> Cycle:
        cycle = self.job.cycles.order_by("-pk").first()
        assert cycle is not None
        return cycle

    def wait(self, **time: float) -> None:
        MovedClock.ahead += timedelta(**time)

    def now(self) -> datetime:
        return MovedClock().now()

    def save(self, **values: Any) -> None:
        """Change settings of the job; what cycles go by counts as a new configuration."""
        job = ProvisioningJob.objects.get(pk=self.job.pk)
        for name, value in values.items():
            setattr(job, name, value)
        job.save()

    def on_demand(self, source: User | Group) -> OnDemandRun:
        row = on_demand.ask(ProvisioningJob.objects.get(pk=self.job.pk), source, "admin", timezone.now())
        on_demand.run(row.pk, lambda seconds: None)
        row.refresh_from_db()
        return row

    # --- what is there now

    def account(self, user: User) -> TargetObject | None:
        user.refresh_from_db()
        return self.service.accounts().get(user.user_principal_name)

    def state(self, source: User | Group) -> ObjectStateRow:
        type_ = "User" if isinstance(source, User) else "Group"
        return ObjectStateRow.objects.get(job=self.job, object_type=type_, source_key=source.pk)

    def members(self, group: Group) -> set[str]:
        """User names of the members that the target has, and names of groups."""
        held = self.service.members(self.state(group).target_id)
        everything = {**self.service.users, **self.service.groups}
        return {everything[id_].label for id_ in held}

    def entries(self, source: User | Group) -> list[tuple[str, str, str]]:
        """Action, status and code of the activities, oldest first."""
        rows = Activity.objects.filter(source_id=str(source.object_id)).order_by("pk")
        return list(rows.values_list("action", "status", "code"))

    def staged(self) -> dict[str, str]:
        """Status by label of what is staged."""
        rows = StagedRemoval.objects.select_related("state")
        return {row.state.label: row.status for row in rows}


COUNTERS = (
    "created", "updated", "disabled", "deleted", "linked", "skipped", "held", "failed", "unchanged",
)  # fmt: skip


def counts(cycle: Cycle) -> dict[str, int]:
    """Those that are not zero; they must add up to what was looked at."""
    cycle.refresh_from_db()
    found = {name: getattr(cycle, name) for name in COUNTERS if getattr(cycle, name)}
    assert sum(found.values()) == cycle.looked_at
    return found


def drawn_keys() -> int:
    """Statements that draw the keys of new activities: PostgreSQL needs them before it copies rows."""
    return int(connection.vendor == "postgresql")
