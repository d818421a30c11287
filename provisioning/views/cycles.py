"""Cycles of an application: all of them, and one with its counts, its stop reason and its slices."""

import uuid

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.components.times import moment_text
from provisioning.choices import CycleKind, CycleStatus
from provisioning.templatetags.provisioning_texts import cycle_name
from provisioning.views.answers import part_or_page
from provisioning.views.loading import application_for
from provisioning.views.reconcile import findings

PAGE_SIZE = 50
SLICES = 200
"""So many slices are shown: those of 100,000 objects."""


@require_safe
def cycles(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    application = application_for(request, application_id)
    page = Paginator(application.job.cycles.real(), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": "application",
        "application": application,
        "heading": _("Cycles"),
        "page_obj": page,
    }
    return part_or_page(request, "cycles", "list", context)


@require_safe
def cycle(request: HttpRequest, application_id: uuid.UUID, cycle_id: uuid.UUID) -> HttpResponse:
    application = application_for(request, application_id)
    found = get_object_or_404(application.job.cycles.real(), cycle_id=cycle_id)
    slices = list(found.slices.order_by("pk")[: SLICES + 1])
    context = {
        "page": "application",
        "application": application,
        "heading": f"{cycle_name(found.kind)}, {moment_text(found.started_at, inside=True)}",
        "trail": [(_("Cycles"), reverse("cycles", args=[application_id]))],
        "cycle": found,
        "is_running": found.status == CycleStatus.RUNNING,
        "logs_url": f"{reverse('logs', args=[application_id])}?cycle={found.cycle_id}",
        "slices": slices[:SLICES],
        "more_slices": len(slices) > SLICES,
        "now": timezone.now(),
    }
    if found.kind == CycleKind.RECONCILE:
        context["findings"] = findings(found, request.GET.get("page"))
    return render(request, "provisioning/cycle.html", context)
