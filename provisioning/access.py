"""Who may open and change what: one rule for each name in the site map. A route without one is refused to everybody."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from portal.accounts.access import (
    ADMINISTER,
    MANAGE,
    MANAGERS,
    OPEN,
    READ,
    READ_OR_ADMINISTER,
    READERS,
    SIGNED_IN,
    Rule,
    Who,
)
from portal.accounts.models import Account
from provisioning.jobs.owners import is_there, owns


class Owners:
    """The owners of the application in the address."""

    @property
    def label(self) -> str:
        return _("Owner of this application")

    def include(self, account: Account, arguments: Mapping[str, Any]) -> bool:
        return owns(account, arguments["application_id"])

    def accounts(self, arguments: Mapping[str, Any]) -> Sequence[Account]:
        owned = {"owned__application__application_id": arguments["application_id"], "is_active": True}
        return list(Account.objects.filter(**owned).order_by("display_name"))


class OwnersWhileThere(Owners):
    """To read, also everybody who asks for an application that is not there: that is what the page then says."""

    def include(self, account: Account, arguments: Mapping[str, Any]) -> bool:
        return super().include(account, arguments) or not is_there(arguments["application_id"])


_OWN_READERS = Who(READERS.roles, OwnersWhileThere())
_OWN_MANAGERS = Who(MANAGERS.roles, Owners())
READ_OWN = Rule(_OWN_READERS)
READ_OR_MANAGE_OWN = Rule(_OWN_READERS, _OWN_MANAGERS)
MANAGE_OWN = Rule(_OWN_MANAGERS)

ROUTES: Mapping[str, Rule] = {
    # --- applications
    "home": SIGNED_IN,
    "search": SIGNED_IN,  # it finds what the person may open
    "download-applications": SIGNED_IN,
    "applications": SIGNED_IN,  # an owner without a role finds the own ones there
    "new-application": MANAGE,
    "new-application-from": MANAGE,
    # --- one application
    "properties": READ_OR_MANAGE_OWN,
    "delete-application": MANAGE_OWN,
    "deletion": READ_OWN,
    "delete-anyway": MANAGE_OWN,
    "call-off-deletion": MANAGE_OWN,
    "application": READ_OWN,
    "application-status": READ_OWN,
    "start": MANAGE_OWN,
    "stop": MANAGE_OWN,
    "restart": MANAGE_OWN,
    "reconcile": MANAGE_OWN,
    "sync-now": MANAGE_OWN,
    "provisioning": READ_OR_MANAGE_OWN,
    "profile": READ_OR_MANAGE_OWN,
    "reset-profile": MANAGE_OWN,
    "test-profile": MANAGE_OWN,
    "impact": MANAGE_OWN,
    "test-connection": MANAGE_OWN,
    "test-mail": MANAGE_OWN,
    "authorize": MANAGE_OWN,
    "authorized": SIGNED_IN,  # the way back from "authorize", with what that put into the session
    "sync-details": READ_OWN,
    "mappings": READ_OWN,
    "restore-mappings": MANAGE_OWN,
    "schema": READ_OR_MANAGE_OWN,
    "download-schema": READ_OWN,
    "mapping-history": READ_OWN,
    "roll-back": MANAGE_OWN,
    "mapping": READ_OR_MANAGE_OWN,
    "new-mapping-row": MANAGE_OWN,
    "mapping-row": READ_OR_MANAGE_OWN,
    "delete-mapping-row": MANAGE_OWN,
    "attribute-list": READ_OWN,
    "new-attribute": MANAGE_OWN,
    "attribute": READ_OR_MANAGE_OWN,
    "delete-attribute": MANAGE_OWN,
    "expression-builder": READ_OWN,  # what it posts is a test, which changes nothing
    "check-expression": READ_OWN,
    "use-expression": MANAGE_OWN,
    "scoping": READ_OWN,
    "new-scoping-filter": MANAGE_OWN,
    "scoping-filter": READ_OR_MANAGE_OWN,
    "delete-scoping-filter": MANAGE_OWN,
    "assignments": READ_OWN,
    "assignments-origin": READ_OR_MANAGE_OWN,
    "add-assignment": MANAGE_OWN,
    "edit-assignment": MANAGE_OWN,
    "remove-assignment": MANAGE_OWN,
    "owners": READ_OWN,
    "add-owner": MANAGE,
    "remove-owner": MANAGE,
    "previews": READ_OWN,
    "start-preview": MANAGE_OWN,
    "preview": READ_OWN,
    "preview-progress": READ_OWN,
    "preview-comparison": READ_OWN,
    "preview-entry": READ_OWN,
    "provision-on-demand": READ_OR_MANAGE_OWN,
    "on-demand-run": READ_OWN,
    "held": READ_OWN,
    "decide-held": MANAGE_OWN,
    "cycles": READ_OWN,
    "cycle": READ_OWN,
    "logs": READ_OWN,
    "activity-report": READ_OWN,
    "insights": READ_OWN,
    "diagnose": READ_OR_MANAGE_OWN,
    "download-logs": READ_OWN,
    "choose-log-columns": READ_OWN,  # columns and views are the person's own
    "save-log-view": READ_OWN,
    "delete-log-view": READ_OWN,
    "audit": READ_OWN,
    "audit-export": READ_OWN,
    # --- over all applications
    "all-logs": READ,
    "all-audit": READ,
    "all-audit-export": READ,
    "all-activity-report": READ,
    "all-insights": READ,
    "download-all-logs": READ,
    "choose-all-log-columns": READ,
    "save-all-logs-view": READ,
    "delete-all-logs-view": READ,
    "outbox": READ,
    "mail": READ,
    "retry-mail": MANAGE,
    "webhook-deliveries": READ,
    "webhook-delivery": READ,
    "retry-webhook-delivery": MANAGE,
    "notifications": SIGNED_IN,  # an owner without a role finds those of the own applications there
    "notification": SIGNED_IN,
    "read-notifications": SIGNED_IN,
    "bell": SIGNED_IN,
    "keep-menu": SIGNED_IN,
    "notification-settings": READ_OR_ADMINISTER,
    "test-mail-to-all": ADMINISTER,
    "test-webhook": ADMINISTER,
    "new-webhook-secret": ADMINISTER,
    # --- people and groups
    "users": READ,
    "deleted-users": READ,
    "new-user": MANAGE,
    "check-new-user": MANAGE,
    "suggest-users": MANAGE,
    "add-users-to-groups": MANAGE,
    "act-on-users": MANAGE,
    "user": READ,
    "edit-user": MANAGE,
    "check-user": MANAGE,
    "user-action": MANAGE,
    "groups": READ,
    "deleted-groups": READ,
    "new-group": MANAGE,
    "check-new-group": MANAGE,
    "act-on-groups": MANAGE,
    "group": READ,
    "edit-group": MANAGE,
    "check-group": MANAGE,
    "add-members": MANAGE,
    "remove-members": MANAGE,
    "group-action": MANAGE,
    "export-group": READ,
    "bulk-operation": READ,
    "bulk-progress": READ,
    "stop-bulk-operation": MANAGE,
    "csv-export": READ,
    "csv-template": READ,
    "csv-upload": MANAGE,
    "csv-import": MANAGE,
    "csv-columns": MANAGE,
    "csv-progress": MANAGE,
    "csv-apply": MANAGE,
    "csv-approve": MANAGE,
    "csv-put-away": MANAGE,
    "csv-problems": MANAGE,
    # --- the directory's source
    "directory": READ_OR_ADMINISTER,
    "directory-status": READ,
    "import": READ,
    "test-source": ADMINISTER,
    "import-now": ADMINISTER,
    "apply-import": ADMINISTER,
    "discard-import": ADMINISTER,
    "clear-directory": ADMINISTER,
    # --- tools
    "scim-validator": ADMINISTER,
    "scim-validator-run": ADMINISTER,
    "download-scim-validator-run": ADMINISTER,
    # --- programs: what the API lets them do follows from the scope of their registration
    "app-registrations": ADMINISTER,
    "new-app-registration": ADMINISTER,
    "app-registration": ADMINISTER,
    "new-client-secret": ADMINISTER,
    "new-client-certificate": ADMINISTER,
    "remove-client-credential": ADMINISTER,
    "delete-app-registration": ADMINISTER,
    "api-reference": READ,
    "openapi": OPEN,
    "graph": OPEN,
    "discovery-instance": OPEN,
    "openid-configuration": OPEN,
    "token": OPEN,
}
