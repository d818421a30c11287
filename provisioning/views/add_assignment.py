"""Add Assignment: pick people and groups, choose their role, assign."""

import uuid
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.http import require_http_methods

from portal.accounts.audit import record
from portal.components.numbers import counted
from provisioning.forms.add_assignment import MAX_PICKED, AddAssignment, Picked, read_picks
from provisioning.jobs import change
from provisioning.models import AppRole, Assignment, EnterpriseApplication
from provisioning.models.assignment import name_of_role
from provisioning.views.answers import SeeOther, part_or_page
from provisioning.views.assignment_rows import when_it_takes_effect
from provisioning.views.assignments_origin import refuse
from provisioning.views.loading import application_for
from provisioning.views.picker import Picker, look_up, search_text


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    """The selection goes with every request, so that it works without script; only the button Assign assigns."""
    application = application_for(request, application_id)
    if refusal := refuse(request, application):
        return refusal
    is_final = request.POST.get("do") == "assign"
    form = AddAssignment(application, request.POST if is_final else None, initial={"role": request.POST.get("role")})
    if is_final and form.is_valid():
        _assign(request, application, form.cleaned_data["pick"], form.chosen_role())
        return SeeOther(reverse("assignments", args=[application_id]))
    context: dict[str, Any] = {
        "page": "assignments",
        "heading": _("Add Assignment"),
        "application": application,
        "form": form,
        "picker": _picker(request, application),
        "picker_url": request.path,
        "takes_out": "drop" in request.POST or request.POST.get("do") == "reset",
    }
    return part_or_page(request, "add_assignment", "picker", context, status=422 if is_final else 200)


def _picker(request: HttpRequest, application: EnterpriseApplication) -> Picker:
    values = set() if request.POST.get("do") == "reset" else set(request.POST.getlist("pick"))
    values -= {request.POST.get("drop", "")}
    picked = read_picks(application.directory, sorted(values)[: MAX_PICKED + 1])
    kind = request.POST.get("show") or request.POST.get("kind") or ""
    return look_up(application, search_text(request.POST), kind, picked)


def _assign(request: HttpRequest, application: EnterpriseApplication, picked: Picked, role: AppRole | None) -> None:
    """Whoever has the role already keeps it untouched: assigning twice changes nothing, and is told."""
    same = Assignment.objects.present().filter(application=application, role=role)
    present = same.filter(Q(user__in=picked.users) | Q(group__in=picked.groups))
    have_it = {row.user or row.group for row in present.select_related("user", "group")}
    new = [each for each in picked.principals if each not in have_it]
    if new:
        with transaction.atomic():
            change.assign(application, new, role)
            told = {"Role": name_of_role(role), "Users and groups": [str(each) for each in new]}
            record(request.user, gettext_noop("Add assignment"), application, new=told)
    _tell(request, application, len(new), len(picked.principals) - len(new))


def _tell(request: HttpRequest, application: EnterpriseApplication, new: int, old: int) -> None:
    had_it = counted(ngettext("%(n)d had this role already.", "%(n)d had this role already.", old), old) if old else ""
    if not new:
        messages.info(request, f"{_('Nothing to assign')}\n{had_it}")
        return
    title = counted(ngettext("%(n)d assignment was added", "%(n)d assignments were added", new), new)
    messages.success(request, f"{title}\n{had_it} {when_it_takes_effect(application.job)}".replace("\n ", "\n"))
