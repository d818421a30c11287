"""Members of a group: added with the picker, removed in bulk."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from portal.components.numbers import counted
from provisioning.forms.add_assignment import MAX_PICKED, Picked, read_picks
from provisioning.jobs import memberships
from provisioning.models import Group
from provisioning.models.directory import CHUNK
from provisioning.views.answers import SeeOther, part_or_page
from provisioning.views.deeds import nothing_chosen, tell_refusal
from provisioning.views.group_edit import group_for, page_of_group, refused_because
from provisioning.views.members import present_members
from provisioning.views.picker import look_up, search_text
from provisioning.views.read_only import why_read_only

MAX_DIGITS = 19
"""A longer number is no key: the database could not even compare it."""


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, object_id: uuid.UUID) -> HttpResponse:
    """The selection goes with every request, so that it works without script; only the button Add adds."""
    group = group_for(object_id)
    if why := why_read_only(group.directory) or (group.deleted_at and _("This group is deleted. Restore it first.")):
        return refused_because(request, str(why), page_of_group(group))
    picked, is_final = _picked(request, group), request.POST.get("do") == "add"
    if is_final and _add(request, group, picked):
        return SeeOther(page_of_group(group))
    kind = request.POST.get("show") or request.POST.get("kind") or ""
    context = {
        "page": "groups",
        "heading": _("Add members"),
        "trail": [(group.display_name, page_of_group(group))],
        "group": group,
        "picker": look_up(group.directory, search_text(request.POST), kind, picked),
        "picker_url": reverse("add-members", args=[object_id]),
        "takes_out": "drop" in request.POST or request.POST.get("do") == "reset",
    }
    return part_or_page(request, "add_members", "picker", context, status=422 if is_final else 200)


@require_POST
def remove(request: HttpRequest, object_id: uuid.UUID) -> HttpResponse:
    """Those that were ticked and are still in it; a second click finds nobody left, and says so."""
    group = group_for(object_id)
    keys = [int(key) for key in request.POST.getlist("id") if key.isdecimal() and len(key) < MAX_DIGITS]
    rows = present_members([group]).filter(pk__in=keys[:CHUNK]).select_related("user", "member_group")
    members = [member for row in rows if (member := row.user or row.member_group)]
    back = page_of_group(group)
    if not members:
        return nothing_chosen(request, back)
    try:
        number = len(memberships.remove_members(group, members, request.user))
    except ValidationError as refused:
        tell_refusal(request, refused)
        return SeeOther(back)
    title = counted(ngettext("%(n)d member was removed", "%(n)d members were removed", number), number)
    messages.success(request, f"{title}\n{_('Applications follow with their next cycle.')}")
    return SeeOther(back)


def _picked(request: HttpRequest, group: Group) -> Picked:
    values = set() if request.POST.get("do") == "reset" else set(request.POST.getlist("pick"))
    values -= {request.POST.get("drop", "")}
    return read_picks(group.directory, sorted(values)[:MAX_PICKED], Group.objects.present())


def _add(request: HttpRequest, group: Group, picked: Picked) -> bool:
    """Whether it was done. Otherwise the page says why not, with the selection as it was."""
    if not picked.principals:
        messages.warning(request, f"{_('Nothing is selected')}\n{_('Select at least one user or group.')}")
        return False
    try:
        added = memberships.add_members(group, picked.principals, request.user)
    except ValidationError as refused:
        tell_refusal(request, refused)
        return False
    if added:
        title = counted(ngettext("%(n)d member was added", "%(n)d members were added", len(added)), len(added))
        messages.success(request, f"{title}\n{_('Applications follow with their next cycle.')}")
    else:
        messages.info(request, f"{_('Nothing was changed')}\n{_('They are members already.')}")
    return True
