"""The one list of the portal's pages, which the tour and the tests of accessibility walk.

Every route stands either in PARTS or among those that show no page; a test compares them with the site map.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from playwright.sync_api import Page as BrowserPage

from tests.walk import scenes
from tests.walk.stage import Stage


@dataclass(frozen=True, kw_only=True)
class View:
    """A page to look at. `arguments`: names of what is on the stage, or words; `scene`: what is done there first.

    `status`: what it is answered with. `stranger`: by somebody who has not signed in.
    """

    route: str
    query: str = ""
    arguments: Mapping[str, str] = field(default_factory=dict)
    scene: Callable[[BrowserPage], None] | None = None
    status: int = 200
    stranger: bool = False

    @property
    def name(self) -> str:
        words = [self.route, *(word for word in self.arguments.values() if word != "main")]
        words += [self.query.strip("?").replace("=", "-").replace("&", "-").replace("{", "").replace("}", "")]
        words += [self.scene.__name__.replace("_", "-")] if self.scene else []
        return "-".join(filter(None, words))

    def address(self, stage: Stage) -> str:
        if self.status == 404:
            return f"/{self.route}/"
        known = {name: stage.ids.get(word, word) for name, word in self.arguments.items()}
        return reverse(self.route, kwargs=known) + self.query.format(**stage.ids)


def _view(route: str, query: str = "", **more: Any) -> View:
    own = {name: more.pop(name) for name in ("scene", "status", "stranger") if name in more}
    return View(route=route, query=query, arguments=more, **own)


def _of(route: str, query: str = "", of: str = "main", **more: Any) -> View:
    """A page of an application."""
    return _view(route, query, application_id=of, **more)


SITE = [
    _view("sign-in", stranger=True),
    _view("sign-in", scene=scenes.wrong_password, stranger=True),
    _view("no-such-page", status=404),
    _view("account"),
    _view("accounts"),
    _view("new-account"),
    _view("one-account", account_id="reader"),
    _view("edit-account", account_id="reader"),
    _view("reset-password", account_id="reader"),
    _view("applications"),
    _view("applications", "?q=nothing-like-it"),
    _view("applications", scene=scenes.theme_menu),
    _view("applications", scene=scenes.keys),
    _view("new-application"),
    _view("new-application", "?q=nothing-like-it"),
    _view("new-application-from", gallery_key="citrix_gotomeeting"),
    _view("new-application-from", gallery_key="scim"),
    _view("search", "?q=bo"),
    _view("search", "?q=nothing-like-it"),
    _view("all-insights"),
    _view("all-audit"),
    _view("all-logs"),
    _view("all-activity-report"),
    _view("outbox"),
    _view("mail", mail_id="mail"),
    _view("webhook-deliveries"),
    _view("webhook-delivery", delivery_id="call"),
    _view("notifications"),
    _view("notification-settings"),
    _view("app-registrations"),
    _view("new-app-registration"),
    _view("app-registration", client_id="client"),
    _view("new-client-secret", client_id="client"),
    _view("new-client-certificate", client_id="client"),
    _view("remove-client-credential", client_id="client", key_id="key"),
    _view("delete-app-registration", client_id="client"),
    _view("api-reference"),
    _view("scim-validator"),
    _view("scim-validator-run", run_id="validated"),
]
DIRECTORY = [
    _view("directory"),
    _view("clear-directory"),
    _view("import", import_id="import"),
    _view("users"),
    _view("users", "?q=nothing-like-it"),
    _view("deleted-users"),
    _view("new-user"),
    _view("user", object_id="person"),
    _view("user", "?tab=properties", object_id="person"),
    _view("user", "?tab=groups", object_id="person"),
    _view("user", "?tab=reports", object_id="person"),
    _view("user", object_id="deleted"),
    _view("edit-user", object_id="person"),
    _view("groups"),
    _view("deleted-groups"),
    _view("new-group"),
    _view("group", object_id="group"),
    _view("group", "?tab=applications", object_id="group"),
    _view("group", "?tab=properties", object_id="group"),
    _view("group", "?tab=groups", object_id="group"),
    _view("edit-group", object_id="group"),
    _view("add-members", object_id="group"),
    _view("add-members", "?q=sales&tab=groups", object_id="group"),
    _view("bulk-operation", operation_id="bulk"),
    _view("bulk-operation", operation_id="bulk_done"),
    _view("csv-columns", file_id="file"),
    _view("csv-import", file_id="file"),
    _view("csv-import", file_id="file", scene=scenes.put_away),
    _view("csv-upload", what="users"),
    _view("csv-upload", what="members"),
]
OVERVIEW = [
    _of("application"),
    _of("application", scene=scenes.restart_dialog),
    _of("application", of="new"),
    _of("application", of="running"),
    _of("application", of="quarantined"),
    _of("application", of="held"),
    _of("application", of="stopped"),
    _of("application", of="stopped", scene=scenes.started),
    _of("application", of="deleting"),
    _of("restart"),
    _of("reconcile"),
    _of("properties"),
    _of("delete-application"),
    _of("delete-application", of="new"),
    _of("deletion", of="deleting"),
    _of("owners"),
    _of("add-owner"),
    _of("remove-owner", owner_id="owner"),
    _of("assignments"),
    _of("assignments", of="new"),
    _of("assignments-origin"),
    _of("add-assignment"),
    _of("edit-assignment", "?id={assignment}"),
    _of("remove-assignment", "?id={assignment}"),
    _of("provision-on-demand"),
    _of("on-demand-run", run_id="run"),
    _of("previews"),
    _of("previews", of="new"),
    _of("preview", cycle_id="preview"),
    _of("preview-comparison", cycle_id="preview"),
    _of("preview-entry", cycle_id="preview", entry_id="foretold"),
    _of("held", of="held"),
    _of("held"),
    _of("decide-held", "?all=1", of="held", decision="allow"),
]
SETUP = [
    _of("provisioning"),
    _of("provisioning", scene=scenes.edited),
    _of("provisioning", scene=scenes.errors),
    _of("provisioning", scene=scenes.tested),
    _of("provisioning", of="new"),
    _of("provisioning", of="quarantined"),
    _of("profile", of="new"),
    _of("mappings"),
    _of("restore-mappings"),
    _of("schema"),
    _of("mapping-history"),
    _of("mapping-history", of="new"),
    _of("roll-back", number="version"),
    _of("mapping", object_type="users"),
    _of("new-mapping-row", object_type="users"),
    _of("mapping-row", object_type="users", row_id="row"),
    _of("delete-mapping-row", object_type="users", row_id="row"),
    _of("attribute-list", object_type="users", side="source"),
    _of("attribute-list", object_type="users", side="target"),
    _of("new-attribute", object_type="users", side="source"),
    _of("attribute", object_type="users", side="source", attribute_id="attribute"),
    _of("delete-attribute", object_type="users", side="source", attribute_id="attribute"),
    _of("expression-builder"),
    _of("expression-builder", object_type="users", scene=scenes.expression),
    _of("scoping", object_type="users"),
    _of("scoping", of="new", object_type="groups"),
    _of("new-scoping-filter", object_type="users"),
    _of("scoping-filter", object_type="users", filter_id="filter"),
    _of("delete-scoping-filter", object_type="users", filter_id="filter"),
]
REPORTS = [
    _of("cycles"),
    _of("cycles", of="new"),
    _of("cycle", cycle_id="cycle"),
    _of("logs"),
    _of("logs", "?status=failure&q=nothing-like-it"),
    _of("logs", "?entry={entry}"),
    _of("logs", "?entry={failed}&tab=help"),
    _of("logs", "?entry={entry}&tab=props"),
    _of("logs", "?entry={entry}&tab=sum"),
    _of("logs", of="new"),
    _of("activity-report"),
    _of("audit"),
    _of("audit", of="new"),
    _of("insights"),
    _of("insights", of="new"),
    _of("diagnose"),
    _of("diagnose", of="quarantined"),
]
PARTS: Mapping[str, list[View]] = {
    "site": SITE,
    "directory": DIRECTORY,
    "overview": OVERVIEW,
    "setup": SETUP,
    "reports": REPORTS,
}
CHANGES = """
    account-action act-on-groups act-on-users add-users-to-groups apply-import authorize call-off-deletion
    check-expression check-group check-new-group check-new-user check-user choose-all-log-columns choose-log-columns
    csv-apply csv-approve csv-put-away delete-all-logs-view delete-anyway delete-log-view discard-import
    end-own-sessions group-action impact import-now keep-menu language new-webhook-secret preferences
    read-notifications remove-members reset-profile retry-mail retry-webhook-delivery save-all-logs-view save-log-view
    sign-out start
    start-preview stop stop-bulk-operation sync-now test-connection test-mail test-mail-to-all test-profile test-source
    test-webhook use-expression
    user-action
"""
"""What is only posted to."""
FRAGMENTS = """
    application-status authorized bell bulk-progress csv-progress directory-status home notification preview-progress
    suggest-users sync-details
"""
"""What htmx puts into pages, or leads on to one."""
FILES = """
    all-audit-export audit-export csv-export csv-problems csv-template download-all-logs download-applications
    download-logs download-schema download-scim-validator-run export-group
"""
ELSEWHERE = """
    discovery-instance graph health metrics microsoft microsoft-done openapi openid-configuration token
"""
"""For programs, or a way to Microsoft, which this portal is not set up for."""
EXAMPLES = {
    "application_id": "main", "account_id": "reader", "client_id": "client", "cycle_id": "preview", "deed": "disable",
    "delivery_id": "call", "file_id": "file", "form": "csv", "import_id": "import", "mail_id": "mail",
    "notice_id": "notice", "operation_id": "bulk", "object_id": "person", "object_type": "users", "run_id": "validated",
    "view_id": "view", "what": "users",
}  # fmt: skip
"""What addresses of those are made of."""


def short(views: Iterable[View]) -> list[View]:
    """Each route once, and every scene: what each change has to pass."""
    routes = set()
    found = []
    for view in views:
        if view.scene or view.route not in routes:
            found.append(view)
        routes.add(view.route)
    return found
