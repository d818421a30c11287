"""Users and groups: who is assigned to an application with which role, and what became of them in the target."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.audit import record
from portal.components.numbers import counted
from provisioning.forms.assignments import COLUMNS, DEFAULT_ACCESS, AssignmentFilter, RoleForm
from provisioning.jobs import change
from provisioning.models import AppRole, Assignment, EnterpriseApplication
from provisioning.views.answers import SeeOther, filtered_list
from provisioning.views.assignment_rows import assignment_rows, when_it_takes_effect
from provisioning.views.assignments_origin import refuse
from provisioning.views.columns import with_columns
from provisioning.views.loading import application_for

PAGE_SIZE = 50
REMEMBERED = "assignment columns"
"""Under which name the columns that somebody chose are kept."""
MAX_DIGITS = 19
"""A longer number is no key: the database could not even compare it."""


@require_safe
def assignments(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    return filtered_list(request, "assignments", _list(request, application_for(request, application_id)))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    """A pane over the list: another role for the rows that were selected."""
    application = application_for(request, application_id)
    if refusal := refuse(request, application):
        return refusal
    rows = _selected(request, application)
    form = RoleForm(application, request.POST or None, initial={"role": _common_role(rows)})
    back = reverse("assignments", args=[application_id])
    if not rows:
        return _nothing_selected(request, back)
    if form.is_valid():
        _reassign(request, application, rows, form.chosen_role())
        return SeeOther(back)
    context = _list(request, application) | {"pane": "edit", "chosen": rows, "form": form}
    return render(request, "provisioning/assignments.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    """A pane over the list that asks once more; a second click on its button finds nothing left to do, and says so."""
    application = application_for(request, application_id)
    if refusal := refuse(request, application):
        return refusal
    rows = _selected(request, application)
    back = reverse("assignments", args=[application_id])
    if not rows:
        return _nothing_selected(request, back)
    if request.method == "POST":
        _unassign(request, application, rows)
        return SeeOther(back)
    context = _list(request, application) | {"pane": "remove", "chosen": rows}
    return render(request, "provisioning/assignments.html", context)


def _list(request: HttpRequest, application: EnterpriseApplication) -> dict[str, Any]:
    form = AssignmentFilter(application, with_columns(request, REMEMBERED))
    page = Paginator(form.found(), PAGE_SIZE).get_page(request.GET.get("page"))
    return {
        "page": "assignments",
        "application": application,
        "filter": form,
        "column_choices": [(key, label) for key, (label, _sort) in COLUMNS.items()],
        "chosen_columns": [key for key, _label, _sort in form.heads],
        "page_obj": page,
        "rows": assignment_rows(application, list(page)),
    }


def _selected(request: HttpRequest, application: EnterpriseApplication) -> list[Assignment]:
    """The rows that were ticked and are still there; what is no key of such a row is left out."""
    data = request.POST if request.method == "POST" else request.GET
    keys = [int(key) for key in data.getlist("id") if key.isdecimal() and len(key) < MAX_DIGITS]
    rows = Assignment.objects.present().filter(application=application, pk__in=keys)
    return list(rows.select_related("user", "group", "role").order_by("pk"))


def _nothing_selected(request: HttpRequest, back: str) -> HttpResponse:
    if request.method == "POST":
        messages.warning(request, _("Nothing was changed") + "\n" + _("These assignments are not there any more."))
    else:
        messages.warning(request, _("Nothing is selected") + "\n" + _("Tick the rows you mean first."))
    return SeeOther(back)


def _common_role(rows: Sequence[Assignment]) -> str | None:
    """The role that all of them have now, if it is one."""
    roles = {str(row.role.role_id) if row.role else DEFAULT_ACCESS for row in rows}
    return roles.pop() if len(roles) == 1 else None


def _reassign(
    request: HttpRequest, application: EnterpriseApplication, rows: Sequence[Assignment], role: AppRole | None
) -> None:
    others = [row for row in rows if row.role != role]
    if not others:
        messages.info(request, _("Nothing was changed") + "\n" + _("They have this role already."))
        return
    with transaction.atomic():
        change.reassign(application, others, role)
        was, now = [row.as_audited(row.role) for row in others], [row.as_audited(role) for row in others]
        record(request.user, gettext_noop("Edit assignment"), application, old=was, new=now)
    text = counted(ngettext("%(n)d assignment was changed", "%(n)d assignments were changed", len(others)), len(others))
    messages.success(request, f"{text}\n{when_it_takes_effect(application.job)}")


def _unassign(request: HttpRequest, application: EnterpriseApplication, rows: Sequence[Assignment]) -> None:
    with transaction.atomic():
        change.unassign(application, rows)
        told = [row.as_audited(row.role) for row in rows]
        record(request.user, gettext_noop("Remove assignment"), application, old=told)
    text = counted(ngettext("%(n)d assignment was removed", "%(n)d assignments were removed", len(rows)), len(rows))
    messages.success(request, f"{text}\n{when_it_takes_effect(application.job)}")
