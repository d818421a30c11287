"""The map of the product: the two service menus, and what the frame of every page shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from provisioning.connectors import connector_class
from provisioning.jobs.notices import reading
from provisioning.jobs.standing import recent_failures
from provisioning.models import EnterpriseApplication, ProvisioningJob

Text = str | Promise
PORTAL_NAME = _("Provisioning Portal")
APPLICATIONS = _("Enterprise applications")


@dataclass(frozen=True)
class Entry:
    """One row of a menu. `area` stands before the page's name in its heading: "Enterprise applications | All ..."."""

    label: Text
    url_name: str
    icon: str
    area: Text = ""


@dataclass(frozen=True)
class Group:
    """A heading that folds; `key` names it where the browser remembers that; without label its entries stand on top."""

    key: str
    label: Text
    entries: Sequence[Entry]


@dataclass(frozen=True)
class Menu:
    label: Text
    groups: Sequence[Group]
    application: EnterpriseApplication | None = None

    def entry(self, page: str) -> Entry | None:
        """The entry of the page with that URL name."""
        return next((each for group in self.groups for each in group.entries if each.url_name == page), None)

    def url(self, entry: Entry) -> str:
        return reverse(entry.url_name, args=[self.application.application_id] if self.application else None)


GLOBAL_MENU = Menu(
    APPLICATIONS,
    [
        Group(
            "manage",
            _("Manage"),
            [
                Entry(_("All applications"), "applications", "appslist", APPLICATIONS),
                Entry(_("Users"), "users", "person"),
                Entry(_("Groups"), "groups", "people"),
                Entry(_("App registrations"), "app-registrations", "key"),
                Entry(_("Directory source"), "directory", "sync"),
            ],
        ),
        Group(
            "monitor",
            _("Monitor"),
            [
                Entry(_("Provisioning logs"), "all-logs", "log", APPLICATIONS),
                Entry(_("Audit logs"), "all-audit", "audit", APPLICATIONS),
                Entry(_("Insights"), "all-insights", "insight", APPLICATIONS),
                Entry(_("Notifications"), "notifications", "bell"),
                Entry(_("Outbox"), "outbox", "mail"),
            ],
        ),
        Group("troubleshoot", _("Troubleshoot"), [Entry(_("SCIM validator"), "scim-validator", "wrench")]),
        Group(
            "settings",
            _("Settings"),
            [
                Entry(_("Accounts"), "accounts", "lock"),
                Entry(_("Notification settings"), "notification-settings", "settings"),
            ],
        ),
    ],
)


TOP = (
    Entry(_("Overview"), "application", "infor"),
    Entry(_("Provision on demand"), "provision-on-demand", "personsync"),
)
"""What stands above the headings of an application's menu."""


def application_menu(application: EnterpriseApplication) -> Menu:
    """The menu of the pages of one application."""
    return Menu(
        application.display_name,
        [
            Group("top", "", TOP),
            Group("manage", _("Manage"), _manage(application)),
            Group("monitor", _("Monitor"), _monitor(application)),
            Group("troubleshoot", _("Troubleshoot"), [Entry(_("Diagnose problems"), "diagnose", "wrench")]),
        ],
        application,
    )


def _manage(application: EnterpriseApplication) -> Sequence[Entry]:
    """The SCIM profile is there for applications that have one."""
    has_profile = connector_class(application.template.connector).has_profile
    return [
        Entry(_("Provisioning"), "provisioning", "prov"),
        *([Entry(_("SCIM profile"), "profile", "plug")] if has_profile else []),
        Entry(_("Attribute mapping"), "mappings", "map"),
        Entry(_("Expression builder"), "expression-builder", "code"),
        Entry(_("Scoping filters"), "scoping", "scope"),
        Entry(_("Preview"), "previews", "eye"),
        Entry(_("Users and groups"), "assignments", "people"),
        Entry(_("Owners"), "owners", "person"),
        Entry(_("Properties"), "properties", "settings"),
    ]


def _monitor(application: EnterpriseApplication) -> Sequence[Entry]:
    """Held deletions are there while there are any."""
    job: ProvisioningJob | None = getattr(application, "job", None)
    return [
        *([Entry(_("Held deletions"), "held", "shield")] if job and job.held_at else []),
        Entry(_("Provisioning logs"), "logs", "log"),
        Entry(_("Audit logs"), "audit", "audit"),
        Entry(_("Insights"), "insights", "insight"),
    ]


def menu_of(application: EnterpriseApplication | None) -> Menu:
    return application_menu(application) if application else GLOBAL_MENU


def menu_counts(application: EnterpriseApplication) -> dict[str, int]:
    """The numbers of failures beside menu entries, by URL name: those of the last 24 hours beside Provisioning logs."""
    return {"logs": recent_failures(application.job, timezone.now())}


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: what the frame shows on every page. The directory is read when a template asks for it, in one
    query with the number beside the bell."""
    directory: Any = SimpleLazyObject(lambda: reading.frame(getattr(request, "user", None)))
    return {
        "portal_name": PORTAL_NAME,
        "directory": directory,
        "menu_counts": menu_counts,
        "demo": settings.PORTAL_SANDBOX,
        "since": timezone.now().isoformat(),
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "sandbox_address": f"http://localhost:{settings.PORTAL_SANDBOX_PORT}" if settings.PORTAL_SANDBOX else "",
    }
