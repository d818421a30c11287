"""Provision on demand: pick one user or group, have it walk at once, and see what became of it step by step."""

import uuid
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.audit import record
from provisioning import tasks
from provisioning.choices import ObjectType, RunStatus
from provisioning.forms.add_assignment import read_picks
from provisioning.jobs import on_demand
from provisioning.models import Activity, Directory, Group, OnDemandRun, ProvisioningJob, User
from provisioning.views.answers import SeeOther, part_or_page, wants_part
from provisioning.views.loading import job_for, who
from provisioning.views.picker import look_up
from provisioning.views.told import told_run

MAX_SEARCH = 200
RECENT = 10
"""So many runs are listed below the picker."""
SOURCES: dict[str, type[User] | type[Group]] = {"user": User, "group": Group}


@require_http_methods(["GET", "HEAD", "POST"])
def provision_on_demand(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    job = job_for(request, application_id)
    if request.method == "POST":
        return _ask(request, job)
    picked = read_picks(job.application.directory, [request.GET.get("pick", "")])
    text = request.GET.get("q", "")[:MAX_SEARCH].replace("\0", "").strip()
    context: dict[str, Any] = {
        "page": "provision-on-demand",
        "application": job.application,
        "job": job,
        "picker": look_up(job.application, text, request.GET.get("kind", ""), picked),
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
        "activity": _activity(row) if told else None,
        "pick": f"{row.object_type.lower()}:{row.source_id}",
    }
    return part_or_page(request, "on_demand_run", "result", context)


def _ask(request: HttpRequest, job: ProvisioningJob) -> HttpResponse:
    """Begin a run; of a second click the first one's run is shown."""
    page = reverse("provision-on-demand", args=[job.application.application_id])
    source = _source(job.application.directory, request.POST.get("pick") or request.GET.get("pick", ""))
    if source is None:
        text = _("Select a user or group that is in the directory.")
        messages.warning(request, f"{_('Nothing is selected')}\n{text}")
        return SeeOther(page)
    if not job.is_set_up:
        text = _("Set Provisioning Mode to Automatic and save admin credentials first.")
        messages.error(request, f"{_('Provision on demand')}\n{text}")
        return SeeOther(page)
    with transaction.atomic():
        ProvisioningJob.objects.select_for_update().get(pk=job.pk)
        row = _waiting(job, source)
        if row is None:
            row = on_demand.ask(job, source, who(request), timezone.now())
            asked = {"Object type": row.object_type, "Object": row.label, "Source ID": row.source_id}
            record(request.user, gettext_noop("Provision on demand"), job.application, new=asked)
            tasks.queue_run(row.pk)
    return SeeOther(reverse("on-demand-run", args=[job.application.application_id, row.run_id]))


def _source(directory: Directory, pick: str) -> User | Group | None:
    """Also somebody in the recycle bin: their account is then disabled."""
    kind, _colon, text = pick.partition(":")
    try:
        model, object_id = SOURCES[kind], uuid.UUID(text)
    except (KeyError, ValueError):
        return None
    return model.objects.filter(directory=directory, object_id=object_id, purged_at=None).first()


def _waiting(job: ProvisioningJob, source: User | Group) -> OnDemandRun | None:
    type_ = ObjectType.USER if isinstance(source, User) else ObjectType.GROUP
    open_ = job.on_demand_runs.exclude(status=RunStatus.DONE)
    return open_.filter(object_type=type_, source_key=source.pk, is_removal=False).first()


def _activity(row: OnDemandRun) -> Activity | None:
    """Its entry in the provisioning logs; none when there was nothing to tell that was not known."""
    entries = Activity.objects.filter(job=row.job_id, cycle=None, source_id=row.source_id)
    return entries.filter(occurred_at__gte=row.asked_at, occurred_at__lte=row.ended_at).first()
