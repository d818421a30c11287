"""Groups: those of the portal's directory, who is in them, and which applications they are assigned to."""

import uuid
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.audit import record
from provisioning.forms.groups import AddMember, GroupFilter, MemberFilter
from provisioning.jobs import change
from provisioning.models import Assignment, Directory, Group, User
from provisioning.views.answers import SeeOther, filtered_list, part_or_page
from provisioning.views.members import member_counts, present_members

PAGE_SIZE = 50
MAX_DIGITS = 19
"""A longer number is no key: the database could not even compare it."""


@require_safe
def groups(request: HttpRequest) -> HttpResponse:
    form = GroupFilter(request.GET)
    page = Paginator(form.found(Directory.objects.the_one()), PAGE_SIZE).get_page(request.GET.get("page"))
    members, applications = member_counts(page.object_list), _application_counts(page.object_list)
    rows = [(each, members[each.pk], applications[each.pk]) for each in page.object_list]
    return filtered_list(request, "groups", {"page": "groups", "filter": form, "page_obj": page, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def group(request: HttpRequest, object_id: uuid.UUID) -> HttpResponse:
    """The page, and what its two buttons do: add one member, remove those that are ticked."""
    found = get_object_or_404(Group.objects.present().select_related("directory"), object_id=object_id)
    form = AddMember(found.directory)
    if request.method == "POST" and request.POST.get("do") == "remove":
        _remove(request, found)
        return SeeOther(request.path)
    if request.method == "POST":
        form = AddMember(found.directory, request.POST)
        if form.is_valid():
            _add(request, found, form.cleaned_data["member"])
            return SeeOther(request.path)
    if form.is_bound:
        return part_or_page(request, "group", "list", _context(request, found, form), status=422)
    return filtered_list(request, "group", _context(request, found, form))


def _context(request: HttpRequest, found: Group, form: AddMember) -> dict[str, Any]:
    search = MemberFilter(request.GET)
    page = Paginator(search.found(present_members([found])), PAGE_SIZE).get_page(request.GET.get("page"))
    assigned = Assignment.objects.present().filter(group=found).select_related("application", "role")
    return {
        "page": "groups",
        "heading": found.display_name,
        "meta": found.description,
        "group": found,
        "form": form,
        "filter": search,
        "page_obj": page,
        "assignments": assigned.order_by("application__display_name", "pk"),
    }


def _application_counts(groups: Iterable[Group]) -> Counter[int]:
    """How many applications each group is assigned to, by its key."""
    rows = Assignment.objects.present().filter(group__in=[each.pk for each in groups]).order_by()
    return Counter(dict(rows.values_list("group").annotate(n=Count("application", distinct=True))))


def _add(request: HttpRequest, found: Group, user: User) -> None:
    values = {"name": user.display_name, "group": found.display_name}
    if present_members([found]).filter(user=user).exists():
        messages.info(request, _("%(name)s is a member of %(group)s already") % values)
        return
    with transaction.atomic():
        change.add_members(found, [user])
        activity = gettext_noop("Add member to group")
        record(request.user, activity, found, new={"member": user.user_principal_name})
    text = _("Applications follow with their next cycle.")
    messages.success(request, f"{_('%(name)s was added to %(group)s') % values}\n{text}")


def _remove(request: HttpRequest, found: Group) -> None:
    """Ticked people who are still in it; a second click finds nobody left, and says so."""
    keys = [int(key) for key in request.POST.getlist("id") if key.isdecimal() and len(key) < MAX_DIGITS]
    rows = present_members([found]).filter(pk__in=keys).exclude(user=None).select_related("user")
    users = [row.user for row in rows if row.user]
    if not users:
        messages.warning(request, f"{_('Nobody was removed')}\n{_('Tick the members you mean first.')}")
        return
    with transaction.atomic():
        change.remove_members(found, users)
        names = [user.user_principal_name for user in users]
        record(request.user, gettext_noop("Remove members from group"), found, old={"members": names})
    title = ngettext("%(n)d member was removed", "%(n)d members were removed", len(users)) % {"n": len(users)}
    messages.success(request, f"{title}\n{_('Applications follow with their next cycle.')}")
