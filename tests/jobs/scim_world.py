"""A tenant in rows and a SCIM application over HTTP: whole cycles, as workers run them."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from provisioning import gallery
from provisioning.jobs import change as assigning
from provisioning.jobs import control, run, setup
from provisioning.jobs.profile_settings import change, version_of
from provisioning.models import Assignment, Cycle, EnterpriseApplication, Group, ObjectStateRow, ProvisioningJob, User
from tests.connectors.scim_servers import Server
from tests.factories import make_job

MOST_TASKS = 60


class ScimWorld:
    """One application of one's own, switched On. `cycle` makes a cycle due and works on it until it ends."""

    def __init__(self, server: Server, profile: Mapping[str, Any]) -> None:
        self.server = server
        self.application = setup.create_application(gallery.application("scim"), "Fabrikam")
        credentials = {"sign_in": "bearer", "tenant_url": server.url, "token": server.token}
        self.job = make_job(self.application, credentials=credentials, is_on=True, next_start_at=timezone.now())
        if profile:
            self.set_profile(profile)

    def set_profile(self, profile: Mapping[str, Any]) -> None:
        """As an administrator does on the page of the profile."""
        change(self.job.pk, version_of(EnterpriseApplication.objects.get(pk=self.application.pk)), profile, (), "admin")

    def assign(self, *principals: User | Group) -> None:
        assigning.assign(self.application, principals, None)

    def unassign(self, user: User) -> None:
        rows = Assignment.objects.present().filter(application=self.application, user=user)
        assigning.unassign(self.application, [*rows])

    def cycle(self) -> Cycle:
        if not ProvisioningJob.objects.get(pk=self.job.pk).cycles.open().exists():
            control.sync_now(self.job.pk, timezone.now())
        for _ in range(MOST_TASKS):
            run.run(self.job.pk)
            newest: Cycle = self.job.cycles.order_by("-pk")[0]
            if newest.status != "running":
                return newest
        raise AssertionError("the cycle never ends")

    def target_id(self, source: User | Group) -> str:
        type_ = "User" if isinstance(source, User) else "Group"
        state = ObjectStateRow.objects.get(job=self.job, object_type=type_, source_key=source.pk)
        return state.target_id

    def account(self, user: User) -> dict[str, Any]:
        found: dict[str, Any] = self.server.ask("GET", f"/Users/{self.target_id(user)}")
        return found

    def members(self, group: Group) -> set[str]:
        return self.server.members(self.target_id(group))
