"""Enterprise applications, All applications: which there are and how they fare."""

from collections import Counter
from collections.abc import Iterable
from typing import cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.accounts.access import READERS, access_of
from portal.accounts.models import Account
from portal.components.marks import STATUSES
from provisioning.choices import JobState
from provisioning.directory.csvfile_writing import table
from provisioning.forms.applications import COLUMNS, NUMBERS, ApplicationFilter
from provisioning.jobs.owners import owned_by
from provisioning.models import EnterpriseApplication
from provisioning.views.answers import filtered_list, triggered_by
from provisioning.views.application_rows import (
    Row,
    all_rows,
    cells,
    counted,
    matching,
    ordered,
    owner_choices,
    with_owners,
)
from provisioning.views.columns import with_columns
from provisioning.views.csv_exports import as_file

PAGE_SIZE = 50
REMEMBERED = "application columns"
"""Under which name the columns that somebody chose are kept."""
STRIP = (
    (JobState.HEALTHY, "ok"),
    (JobState.WARNINGS, "warn"),
    (JobState.RUNNING, "info"),
    (JobState.HELD, "warn"),
    (JobState.QUARANTINED, "err"),
    (JobState.STOPPED, ""),
    (JobState.NOT_SET_UP, ""),
)
"""States of the health strip with their colours."""


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """To the applications; to the gallery while there is none, for those who may add one."""
    adds = not access_of(request).refusal(reverse("new-application"))
    return redirect("new-application" if adds and not EnterpriseApplication.objects.exists() else "applications")


@require_safe
def applications(request: HttpRequest) -> HttpResponse:
    rows = _rows_for(request)
    if triggered_by(request, "poll"):
        watched = [row for row in rows if str(row.application.application_id) in request.GET.getlist("row")]
        return render(request, "provisioning/applications/cells.html", {"rows": watched, "running": _running(watched)})
    form, found = _found(request, rows)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": "applications",
        "form": form,
        "pills": form.pills,
        "rows": counted(list(page)),
        "running": _running(page),
        "page_obj": page,
        "strip": _strip(rows, form.chosen("status")),
        "column_choices": [(key, label) for key, (label, _sort) in COLUMNS.items()],
        "numbers": NUMBERS,
        "total": len(rows),
    }
    return filtered_list(request, "applications", context)


def _rows_for(request: HttpRequest) -> list[Row]:
    """All of them, or for people without a role those they own."""
    person = cast(Account, request.user)
    if READERS.include(person, {}):
        return all_rows()
    mine = owned_by(person)
    return [row for row in all_rows() if row.application.pk in mine]


@require_safe
def download(request: HttpRequest) -> HttpResponseBase:
    """The list as it is filtered, all pages of it, with the columns that are shown."""
    form, found = _found(request, _rows_for(request))
    header = [_("Name"), *(str(label) for _key, label, _sort in form.heads)]
    lines = ([row.application.display_name, *cells(row, form.columns)] for row in counted(found))
    return as_file("applications", table(header, lines))


def _found(request: HttpRequest, rows: list[Row]) -> tuple[ApplicationFilter, list[Row]]:
    owned = with_owners(rows)
    form = ApplicationFilter(with_columns(request, REMEMBERED), choices={"owner": owner_choices(owned)})
    return form, ordered(matching(rows, form, timezone.now()), form.cleaned_data.get("sort") or "")


def _running(rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if row.state == JobState.RUNNING]


def _strip(rows: list[Row], chosen: list[str]) -> list[dict[str, object]]:
    """How many applications are in each state; the one that is filtered by is marked."""
    numbers = Counter(row.state for row in rows)
    labels = {state: STATUSES[state].label for state, _kind in STRIP} | {JobState.WARNINGS: _("With warnings")}
    return [
        {"state": state, "label": labels[state], "kind": kind, "n": numbers[state], "on": chosen == [state]}
        for state, kind in STRIP
    ]
