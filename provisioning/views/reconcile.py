"""Reconcile: compare every account with what the application really holds; to report only, or to repair as well."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_http_methods

from portal.accounts.audit import record
from provisioning import tasks
from provisioning.choices import CycleStatus
from provisioning.engine.report import DRIFT, MISSING
from provisioning.engine.survey import may_list
from provisioning.jobs import control, profiles, surveying
from provisioning.models import Cycle, ProvisioningJob, SurveyRow
from provisioning.views.answers import SeeOther
from provisioning.views.loading import job_for

PAGE_SIZE = 50
REPORT, REPAIR = "report", "repair"
HINTS = {
    REPORT: gettext_lazy("Nothing is changed. What differs stands in the provisioning logs and on the cycle's page."),
    REPAIR: gettext_lazy(
        "Accounts that were changed get the mapped values again, and those that were deleted are created anew."
    ),
}


class ReconcileForm(forms.Form):
    """Whether what is found is mended as well."""

    repair = forms.ChoiceField(
        label=gettext_lazy("What to do with differences"),
        choices=[(REPORT, gettext_lazy("Report only")), (REPAIR, gettext_lazy("Report and repair"))],
        widget=forms.RadioSelect,
        initial=REPORT,
    )

    compares = True
    """Whether the application's accounts can be listed. Without, nothing is compared."""

    @property
    def hints(self) -> Mapping[str, Any]:
        """What each choice does, by its value."""
        return HINTS


def reconcile_form(job: ProvisioningJob, data: Mapping[str, Any] | None = None) -> ReconcileForm:
    """The form of this job, which knows what such a cycle could do now."""
    form = ReconcileForm(data)
    form.compares = may_list(profiles.kind_of(job.application))
    return form


@require_http_methods(["GET", "HEAD", "POST"])
def reconcile(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    """Asks first where no script can show the dialog."""
    job = job_for(request, application_id)
    form = reconcile_form(job, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"page": "application", "application": job.application, "job": job, "reconcile_form": form}
        status = 422 if form.is_bound else 200
        return render(request, "provisioning/reconcile.html", context | {"heading": _("Reconcile")}, status=status)
    cycle = _begin(request, job, repair=form.cleaned_data["repair"] == REPAIR)
    return SeeOther(
        reverse("cycle", args=[application_id, cycle.cycle_id]) if cycle else job.application.get_absolute_url()
    )


def _begin(request: HttpRequest, job: ProvisioningJob, *, repair: bool) -> Cycle | None:
    try:
        with transaction.atomic():
            cycle = control.reconcile(job.pk, timezone.now(), repair=repair)
            record(request.user, gettext_noop("Reconcile"), job.application, new={"Repair": repair})
            tasks.queue_job(job.pk)
    except control.NotPossible as refusal:
        messages.error(request, f"{_('Reconcile')}\n{refusal}")
        return None
    messages.success(request, f"{_('Reconcile')}\n{_('Every account is compared now.')}")
    return cycle


@dataclass(frozen=True)
class Findings:
    """What a reconcile cycle found. `unowned` is None when the list of accounts is not kept (any more).

    Not `compared`: it came to its end without listing any accounts.
    """

    changed: int
    missing: int
    unowned: Page[SurveyRow] | None
    compared: bool


def findings(cycle: Cycle, page: str | None) -> Findings:
    """In a fixed number of queries."""
    codes = cycle.activities.filter(code__in=[DRIFT, MISSING]).order_by().values_list("code").annotate(n=Count("pk"))
    numbers = dict(codes)
    listed = cycle.survey.exists() and cycle.ended_at is not None
    unowned = Paginator(surveying.unowned(cycle), PAGE_SIZE).get_page(page) if listed else None
    compared = bool(cycle.surveyed) or cycle.status != CycleStatus.COMPLETED
    return Findings(numbers.get(DRIFT, 0), numbers.get(MISSING, 0), unowned, compared)
