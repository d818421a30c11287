"""Insights: charts of one application or of all over some time."""

import uuid
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from provisioning.forms.insights import PERIODS, InsightsForm
from provisioning.jobs.insights import insights as read
from provisioning.jobs.insights import shares
from provisioning.models import ProvisioningJob
from provisioning.views.answers import filtered_list
from provisioning.views.loading import application_for
from provisioning.views.log_addresses import list_address


@require_safe
def insights(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    application = application_for(request, application_id)
    context = _context(request, InsightsForm(request.GET), {"page": "insights", "application": application})
    return filtered_list(request, "insights", context)


@require_safe
def all_insights(request: HttpRequest) -> HttpResponse:
    form = InsightsForm(request.GET)
    context = _context(request, form, {"page": "all-insights"})
    context["applications"] = shares(*form.span(timezone.now()))
    return filtered_list(request, "insights", context)


def _context(request: HttpRequest, form: InsightsForm, context: dict[str, Any]) -> dict[str, Any]:
    application = context.get("application")
    jobs = ProvisioningJob.objects.order_by()
    if application:
        jobs = jobs.filter(pk=application.job.pk)
    since, until = form.span(timezone.now())
    last = timezone.localdate(until - timedelta(seconds=1))
    logs = list_address(application)
    return context | {
        "form": form,
        "periods": PERIODS,
        "found": read(jobs, since, until),
        "logs_url": logs,
        "dates": f"since={timezone.localdate(since).isoformat()}&until={last.isoformat()}",
        "zone": timezone.localtime().strftime("%Z"),
    }
