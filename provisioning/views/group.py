"""The page of a group: its members, applications and what happens there, properties, and the groups that it is in."""

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from provisioning.choices import ObjectType
from provisioning.forms.groups import GroupForm, MemberFilter
from provisioning.jobs.ways import climb, ways_of_members
from provisioning.models import Group, Membership, ObjectStateRow
from provisioning.views.answers import filtered_list
from provisioning.views.assignment_rows import role_label
from provisioning.views.group_deeds import DEEDS
from provisioning.views.members import present_members
from provisioning.views.outlooks import rows_of
from provisioning.views.read_only import why_read_only
from provisioning.views.user import places_of

PAGE_SIZE = 50
TABS = [
    ("members", _("Members")),
    ("applications", _("Applications")),
    ("properties", _("Properties")),
    ("groups", _("Member of")),
]


@require_safe
def group(request: HttpRequest, object_id: uuid.UUID) -> HttpResponse:
    """Also of one in the recycle bin; not of one that is gone for good."""
    groups = Group.objects.select_related("directory").filter(purged_at=None)
    found = get_object_or_404(groups, object_id=object_id)
    tab = request.GET.get("tab", "")
    tab = tab if tab in dict(TABS) else TABS[0][0]
    context = {
        "page": "groups",
        "heading": found.display_name,
        "meta": found.description[:200],
        "group": found,
        "tabs": TABS,
        "tab": tab,
        "tab_template": f"provisioning/group/{tab}.html",
        "read_only": why_read_only(found.directory),
        "deeds": DEEDS,
    }
    return filtered_list(request, "group", context | PARTS[tab](request, found))


def _members(request: HttpRequest, found: Group) -> dict[str, Any]:
    search = MemberFilter(request.GET)
    page = Paginator(search.found(present_members([found])), PAGE_SIZE).get_page(request.GET.get("page"))
    return {"filter": search, "page_obj": page}


def _applications(_request: HttpRequest, found: Group) -> dict[str, Any]:
    """What happens with the group itself, with how many of its members have an account; and what it hands down."""
    members = present_members([found]).exclude(user=None)
    states = ObjectStateRow.objects.filter(object_type=ObjectType.USER, source_key__in=members.values("user"))
    kept = states.filter(managed=True, disabled=False).exclude(target_id="").order_by()
    inherited = [way for ways in ways_of_members(found).found.values() for way in ways]
    return {
        "rows": rows_of(found, dict(kept.values_list("job").annotate(n=Count("pk")))),
        "thing": found,
        "pick": f"group:{found.object_id}",
        "inherited": [(way, role_label(way.role)) for way in inherited],
        "members": members.count(),
    }


def _properties(_request: HttpRequest, found: Group) -> dict[str, Any]:
    return {"attributes": [(each.label, each.initial) for each in GroupForm(found).bounds]}


def _groups(_request: HttpRequest, found: Group) -> dict[str, Any]:
    return {"places": places_of(climb(Membership.objects.filter(member_group=found)))}


PARTS = {"members": _members, "applications": _applications, "properties": _properties, "groups": _groups}
