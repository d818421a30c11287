"""Adding and changing a group, and who is in it."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from provisioning.forms.groups import CHECKED, GroupForm
from provisioning.jobs import groups
from provisioning.jobs.writing import editing
from provisioning.models import Directory, Group
from provisioning.views.answers import SeeOther
from provisioning.views.deeds import tell_refusal
from provisioning.views.read_only import why_read_only


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    directory = Directory.objects.the_one()
    if why := why_read_only(directory):
        return refused_because(request, why, reverse("groups"))
    form = GroupForm(Group(directory=directory), request.POST if request.method == "POST" else None)
    if form.is_valid():
        group = groups.create_group(directory, form.values(), request.user)
        return _saved(request, group, _("%(name)s was added"), _("Add its members and assign it to applications."))
    context = {"page": "groups", "heading": _("New group"), "form": form, "checked": CHECKED}
    context["check_url"] = reverse("check-new-group")
    return render(request, "provisioning/group_edit.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, object_id: uuid.UUID) -> HttpResponse:
    """Who saves a page that somebody else saved meanwhile is told what is stored now, and decides."""
    group = group_for(object_id)
    why = why_read_only(group.directory) or (group.deleted_at and _("This group is deleted. Restore it first."))
    if why:
        return refused_because(request, why, page_of_group(group))
    form, status = GroupForm(group), 200
    if request.method == "POST":
        try:
            form, status = _change(request, group)
        except ValidationError as refused:  # deleted since the page was drawn
            tell_refusal(request, refused)
            return SeeOther(reverse("groups"))
        if status == 200:
            text = _("Applications follow with their next cycle.")
            return _saved(request, form.group, _("%(name)s was saved"), text)
    context = {"page": "groups", "heading": _("Edit group"), "form": form, "group": group, "checked": CHECKED}
    context |= {"meta": group.display_name, "trail": [(group.display_name, page_of_group(group))]}
    context["check_url"] = reverse("check-group", args=[object_id])
    if status == 409:
        context |= {"differences": form.differences, "form": form.rebase()}
    return render(request, "provisioning/group_edit.html", context, status=status)


@require_POST
def check(request: HttpRequest, object_id: uuid.UUID | None = None) -> HttpResponse:
    """What is wrong with the one field that was left; nothing is saved."""
    group = group_for(object_id) if object_id else Group(directory=Directory.objects.the_one())
    form, name = GroupForm(group, request.POST), request.GET.get("field", "")
    errors = list(form.errors.get(name) or ()) if name in CHECKED else []
    return render(request, "provisioning/user_edit/check.html", {"errors": errors})


def _change(request: HttpRequest, group: Group) -> tuple[GroupForm, int]:
    """Check and save behind the lock of the change number; 409 when somebody else saved meanwhile."""
    with editing(group) as stored:
        form = GroupForm(stored, request.POST)
        if form.is_valid() and not form.is_conflict:
            before = stored.change
            form.group = groups.change_group(stored, form.values(), request.user)
            if form.group.change == before:  # nothing was edited
                transaction.set_rollback(True)
            return form, 200
        transaction.set_rollback(True)
    return form, 409 if form.is_valid() else 422


def _saved(request: HttpRequest, group: Group, title: str, text: str) -> HttpResponse:
    messages.success(request, f"{title % {'name': group.display_name}}\n{text}")
    return SeeOther(page_of_group(group))


def refused_because(request: HttpRequest, why: Any, back: str) -> HttpResponse:
    messages.warning(request, why)
    return SeeOther(back)


def group_for(object_id: uuid.UUID) -> Group:
    """Also a deleted one; not one that is gone for good."""
    groups = Group.objects.select_related("directory").filter(purged_at=None)
    return get_object_or_404(groups, object_id=object_id)


def page_of_group(group: Group) -> str:
    return reverse("group", args=[group.object_id])
