"""Preview: what the next full cycle would do, with nothing sent; its entries, and what then really happened."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from portal.accounts.audit import record
from portal.components.times import moment_text
from provisioning import tasks
from provisioning.choices import Action, CycleKind, CycleStatus, Status
from provisioning.forms.previews import PreviewFilter
from provisioning.jobs import comparison, control
from provisioning.jobs.forecast import Forecast, forecast
from provisioning.models import Cycle, ProvisioningJob
from provisioning.views.answers import SeeOther, filtered_list, wants_part
from provisioning.views.loading import job_for
from provisioning.views.told import told_preview

PAGE_SIZE = 50
TOTALS: list[tuple[str, str | Promise, Status, tuple[Action, ...]]] = [
    ("ok", gettext_lazy("Create"), Status.SUCCESS, (Action.CREATE,)),
    ("ok", gettext_lazy("Update"), Status.SUCCESS, (Action.UPDATE,)),
    ("warn", gettext_lazy("Disable"), Status.SUCCESS, (Action.DISABLE,)),
    ("warn", gettext_lazy("Delete"), Status.SUCCESS, (Action.DELETE,)),
    ("info", gettext_lazy("Link"), Status.SUCCESS, (Action.OTHER,)),
    ("", gettext_lazy("Skip"), Status.SKIPPED, ()),
    ("err", gettext_lazy("Fail"), Status.FAILURE, ()),
]
"""The strip: colour, label, and what is counted."""


@require_safe
def previews(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    job = job_for(request, application_id)
    context = {"page": "previews", "application": job.application, "job": job, "previews": list(_of(job))}
    return render(request, "provisioning/previews.html", context)


@require_POST
def start(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    job = job_for(request, application_id)
    try:
        with transaction.atomic():
            cycle = control.preview(job.pk, timezone.now())
            record(request.user, gettext_noop("Start a preview"), job.application, new={"Cycle": str(cycle.cycle_id)})
            tasks.queue_job(job.pk)
    except control.NotPossible as refusal:
        messages.error(request, f"{_('Preview')}\n{refusal}")
        return SeeOther(reverse("previews", args=[application_id]))
    return SeeOther(reverse("preview", args=[application_id, cycle.cycle_id]))


@require_safe
def preview(request: HttpRequest, application_id: uuid.UUID, cycle_id: uuid.UUID) -> HttpResponse:
    job = job_for(request, application_id)
    found = get_object_or_404(_of(job), cycle_id=cycle_id)
    form = PreviewFilter(request.GET)
    numbers = forecast(found)
    context = _context(job, found) | {
        "filter": form,
        "forecast": numbers,
        "strip": _strip(numbers, request.path, form),
        "page_obj": Paginator(form.found(found).defer("steps"), PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return filtered_list(request, "preview", context)


@require_safe
def progress(request: HttpRequest, application_id: uuid.UUID, cycle_id: uuid.UUID) -> HttpResponse:
    """While it runs. Nothing new is answered by 204; when it has ended the page is loaded again."""
    job = job_for(request, application_id)
    found = get_object_or_404(_of(job), cycle_id=cycle_id)
    if not wants_part(request):
        return redirect("preview", application_id, cycle_id)
    if found.ended_at:
        return HttpResponseClientRefresh()
    context = _context(job, found)
    if request.GET.get("seen") == context["seen"]:
        return HttpResponse(status=204)
    return render(request, "provisioning/preview/progress.html", context)


@require_safe
def entry(request: HttpRequest, application_id: uuid.UUID, cycle_id: uuid.UUID, entry_id: int) -> HttpResponse:
    job = job_for(request, application_id)
    found = get_object_or_404(_of(job), cycle_id=cycle_id)
    row = get_object_or_404(found.preview_entries, pk=entry_id)
    context = _context(job, found) | {"heading": row.source_label, "told": told_preview(row, str(job.application))}
    context["trail"] = [(_name(found), reverse("preview", args=[application_id, cycle_id]))]
    return render(request, "provisioning/preview_entry.html", context)


@require_safe
def compare(request: HttpRequest, application_id: uuid.UUID, cycle_id: uuid.UUID) -> HttpResponse:
    job = job_for(request, application_id)
    found = get_object_or_404(_of(job), cycle_id=cycle_id)
    context = _context(job, found) | {"heading": _("Compare"), "done": comparison.follower(found)}
    context["trail"] = [(_name(found), reverse("preview", args=[application_id, cycle_id]))]
    if context["done"]:
        page = Paginator(comparison.differences(found, context["done"]), PAGE_SIZE).get_page(request.GET.get("page"))
        context |= {"page_obj": page, "pairs": comparison.pairs(list(page))}
    return render(request, "provisioning/preview_compare.html", context)


def _of(job: ProvisioningJob) -> Any:
    return job.cycles.filter(kind=CycleKind.PREVIEW)


def _name(cycle: Cycle) -> str:
    return _("Preview, %(moment)s") % {"moment": moment_text(cycle.started_at, inside=True)}


def _context(job: ProvisioningJob, cycle: Cycle) -> dict[str, Any]:
    return {
        "page": "previews",
        "heading": _name(cycle),
        "application": job.application,
        "job": job,
        "cycle": cycle,
        "is_running": cycle.status == CycleStatus.RUNNING and not cycle.ended_at,
        "is_old": cycle.config_version != job.config_version,
        "seen": f"{cycle.phase}.{cycle.looked_at}.{cycle.total}",
    }


def _strip(numbers: Forecast, path: str, form: PreviewFilter) -> list[dict[str, Any]]:
    """How many there are of each, with the address that filters so."""
    chosen = sorted(form.chosen("status")), sorted(form.chosen("action"))
    return [
        {
            "kind": kind,
            "label": label,
            "n": numbers.of(status, *actions),
            "url": f"{path}?status={status}" + "".join(f"&action={action}" for action in actions),
            "on": chosen == ([status], sorted(actions)),
        }
        for kind, label, status, actions in TOTALS
    ]
