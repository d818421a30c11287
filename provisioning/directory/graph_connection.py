"""Test Connection for Microsoft Graph: every kind of request that a read makes, once, by steps."""

from collections.abc import Iterator, Mapping
from typing import Any

from provisioning.directory.base import SourceReport
from provisioning.directory.graph_places import Stage
from provisioning.directory.graph_requests import GraphRequests
from provisioning.errors import PermissionMissing, step
from provisioning.texts import Message, gettext_noop, say

# The steps of a connection test; each is told as "Failed at".
SIGNING_IN = gettext_noop("signing in at Microsoft Entra")
READING_TENANT = gettext_noop("reading the tenant (/organization)")
READING_USERS = gettext_noop("reading users (/users/delta)")
READING_GROUPS = gettext_noop("reading groups and members (/groups/delta)")
READING_DELETED = gettext_noop("reading the recycle bin (/directory/deletedItems)")
READING_ASSIGNMENTS = gettext_noop("reading enterprise applications (/servicePrincipals)")

SIGNED_IN = gettext_noop("Signed in to the tenant %(name)s.")
USERS_READ = gettext_noop("Users can be read.")
GROUPS_READ = gettext_noop("Groups and their members can be read.")
NO_DELETED_GROUPS = gettext_noop(
    "Deleted groups can't be read without the permission Group.Read.All. A read of the whole directory can't tell a "
    "group in the recycle bin from one that was deleted for good: both go to the recycle bin here, for 30 days."
)
APPLICATIONS_READ = gettext_noop("Enterprise applications and their assignments can be read.")
NO_APPLICATIONS = gettext_noop(
    "Enterprise applications can't be read without the permission Application.Read.All. It is needed only where "
    "assignments come from the tenant."
)


class GraphConnection(GraphRequests):
    """Reads a little of everything, and nothing else."""

    def test_connection(self) -> SourceReport:
        with step(SIGNING_IN):
            self.sign_in_anew()
        with step(READING_TENANT):
            id_, name, domain = self._tenant_told()
        findings = (say(SIGNED_IN, name=name or id_), *self._findings())
        return SourceReport(tenant_id=id_, tenant_name=name, default_domain=domain, findings=findings)

    def _findings(self) -> Iterator[Message]:
        with step(READING_USERS):
            self._look(Stage.USERS)
        with step(READING_DELETED):
            self._look(Stage.DELETED_USERS)
        yield say(USERS_READ)
        with step(READING_GROUPS):
            self._look(Stage.GROUPS)
        yield say(GROUPS_READ)
        with step(READING_DELETED):
            yield from self._deleted_groups()
        with step(READING_ASSIGNMENTS):
            yield self._applications()

    def _look(self, stage: Stage, application: str = "") -> None:
        answer = self.ask(self.address(stage, application))
        with self.known_form(answer) as told:
            told["id" if stage is Stage.ROLES else "value"]

    def _deleted_groups(self) -> Iterator[Message]:
        try:
            self._look(Stage.DELETED_GROUPS)
        except PermissionMissing:
            yield say(NO_DELETED_GROUPS)

    def _applications(self) -> Message:
        """Those whose assignments are taken from here; without any, whether it would be possible."""
        for each in self.selected.applications:
            self._look(Stage.ROLES, each)
            self._look(Stage.ASSIGNMENTS, each)
        if not self.selected.applications:
            try:
                self.ask(f"{self.base_url}/servicePrincipals?$select=id&$top=1")
            except PermissionMissing:
                return say(NO_APPLICATIONS)
        return say(APPLICATIONS_READ)

    def _tenant_told(self) -> tuple[str, str, str]:
        """Id, name and default domain."""
        answer = self.ask(f"{self.base_url}/organization?$select=id,displayName,verifiedDomains")
        with self.known_form(answer) as told:
            tenant: Mapping[str, Any] = told["value"][0]
            return str(tenant["id"]), str(tenant.get("displayName") or ""), _default_domain(tenant)


def _default_domain(tenant: Mapping[str, Any]) -> str:
    domains = tenant.get("verifiedDomains") or ()
    return next((str(each["name"]) for each in domains if each.get("isDefault")), "")
