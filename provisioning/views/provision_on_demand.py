"""Provision on demand: pick one user or group, have it walk at once, and see what became of it step by step."""

import uuid
from typing import Any, cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.models import Account
from provisioning import tasks
from provisioning.forms.add_assignment import read_picks
from provisioning.jobs.asking import ask_once, entry_of, source_of
from provisioning.jobs.control import NotPossible
from provisioning.models import ProvisioningJob
from provisioning.views.answers import SeeOther, part_or_page, wants_part
from provisioning.views.loading import job_for
from provisioning.views.picker import look_up, search_text
from provisioning.views.told import told_run

RECENT = 10
"""So many runs are listed below the picker."""


@require_http_methods(["GET", "HEAD", "POST"])
def provision_on_demand(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    job = job_for(request, application_id)
    if request.method == "POST":
        return _ask(request, job)
    picked = read_picks(job.application.directory, [request.GET.get("pick", "")])
    context: dict[str, Any] = {
        "page": "provision-on-demand",
        "application": job.application,
        "job": job,
        "picker": look_up(job.application, search_text(request.GET), request.GET.get("kind", ""), picked),
    }
    if not wants_part(request):
        context["runs"] = job.on_demand_runs.filter(is_removal=False).defer("message")[:RECENT]
    return part_or_page(request, "provision_on_demand", "list", context)


@require_safe
def run(request: HttpRequest, application_id: uuid.UUID, run_id: uuid.UUID) -> HttpResponse:
    """The result; while it is waited for, its part is asked for again, and 204 says that nothing has changed."""
    job = job_for(request, application_id)
    row = get_object_or_404(job.on_demand_runs, run_id=run_id)
    if wants_part(request) and request.GET.get("seen") == row.status:
        return HttpResponse(status=204)
    told = told_run(row, job.application.display_name)
    context = {
        "page": "provision-on-demand",
        "heading": row.label,
        "application": job.application,
        "job": job,
        "run": row,
        "told": told,
        "flows": told.flows(job) if told else [],
        "activity": entry_of(row) if told else None,
        "pick": f"{row.object_type.lower()}:{row.source_id}",
    }
    return part_or_page(request, "on_demand_run", "result", context)


def _ask(request: HttpRequest, job: ProvisioningJob) -> HttpResponse:
    """Begin a run; of a second click the first one's run is shown."""
    page = reverse("provision-on-demand", args=[job.application.application_id])
    kind, _colon, id_ = (request.POST.get("pick") or request.GET.get("pick", "")).partition(":")
    source = source_of(job.application.directory, kind, id_)
    if source is None:
        text = _("Select a user or group that is in the directory.")
        messages.warning(request, f"{_('Nothing is selected')}\n{text}")
        return SeeOther(page)
    try:
        with transaction.atomic():
            row, is_new = ask_once(job, source, cast(Account, request.user), timezone.now())
            if is_new:
                tasks.queue_run(row.pk)
    except NotPossible as refusal:
        messages.error(request, f"{_('Provision on demand')}\n{refusal}")
        return SeeOther(page)
    return SeeOther(reverse("on-demand-run", args=[job.application.application_id, row.run_id]))
