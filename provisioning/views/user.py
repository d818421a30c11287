"""The page of a person: applications and what happens there, properties, groups, manager and direct reports."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from portal.components.lists import address
from provisioning.forms.users import UserForm
from provisioning.jobs.keyset import Order, page_of
from provisioning.jobs.ways import Climb, climb
from provisioning.models import Group, Membership, User
from provisioning.models.prefix import Folded
from provisioning.views.outlooks import rows_of
from provisioning.views.read_only import why_read_only
from provisioning.views.user_deeds import DEEDS

TABS = [
    ("applications", _("Applications")),
    ("properties", _("Properties")),
    ("groups", _("Groups")),
    ("reports", _("Manager and direct reports")),
]


@dataclass(frozen=True, slots=True)
class Place:
    """A group that somebody is in, directly or `through` others, from the nearest up."""

    group: Group
    through: Sequence[Group]

    @property
    def gives_access(self) -> bool:
        return all(each.security_enabled and not each.deleted_at for each in (*self.through, self.group))


@require_safe
def user(request: HttpRequest, object_id: uuid.UUID) -> HttpResponse:
    """Also of somebody in the recycle bin; not of one who is gone for good."""
    people = User.objects.select_related("directory", "manager").filter(purged_at=None)
    person = get_object_or_404(people, object_id=object_id)
    tab = request.GET.get("tab", "")
    tab = tab if tab in dict(TABS) else TABS[0][0]
    context = {
        "page": "users",
        "heading": person.display_name,
        "meta": person.user_principal_name,
        "person": person,
        "tabs": TABS,
        "tab": tab,
        "tab_template": f"provisioning/user/{tab}.html",
        "read_only": why_read_only(person.directory),
        "deeds": DEEDS,
    }
    return render(request, "provisioning/user.html", context | PARTS[tab](request, person))


def _applications(_request: HttpRequest, person: User) -> dict[str, Any]:
    return {"rows": rows_of(person), "thing": person, "pick": f"user:{person.object_id}"}


def _properties(_request: HttpRequest, person: User) -> dict[str, Any]:
    """The attributes under the headings of the form, and the extension attributes that have a value."""
    sections = [
        (heading, [(each.label, each.initial) for each in fields if each.name != "manager"])
        for heading, fields in UserForm(person).sections
    ]
    return {"sections": sections, "extensions": sorted(person.extensions.items())}


def _groups(_request: HttpRequest, person: User) -> dict[str, Any]:
    return {"places": places_of(climb(Membership.objects.filter(user=person)))}


def places_of(above: Climb) -> list[Place]:
    """Direct ones first, by name; groups in the recycle bin are left out."""
    paths = [path for path in above.paths.values() if not (path[-1].deleted_at or path[-1].purged_at)]
    places = [Place(path[-1], path[:-1]) for path in paths]
    return sorted(places, key=lambda each: (len(each.through), each.group.display_name.casefold()))


def _reports(request: HttpRequest, person: User) -> dict[str, Any]:
    reports = User.objects.present().filter(manager=person).annotate(place=Folded("display_name"))
    page = page_of(reports, request.GET, order=Order("place"))
    return {
        "reports": page.rows,
        "newer": address(request, newer=page.newer, older=None) if page.newer else "",
        "older": address(request, older=page.older, newer=None) if page.older else "",
    }


PARTS = {"applications": _applications, "properties": _properties, "groups": _groups, "reports": _reports}
