"""Overview of one application: how provisioning fares, and the commands that start, stop, restart and hurry it."""

import uuid
from dataclasses import dataclass
from hashlib import blake2s
from typing import Any, cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from portal.accounts.models import Account
from provisioning import tasks
from provisioning.choices import QuarantineReason
from provisioning.jobs import control, deeds, held
from provisioning.jobs.deeds import Deed
from provisioning.jobs.standing import Standing, standing
from provisioning.models import Mail, ProvisioningJob
from provisioning.templatetags.provisioning_charts import Share, changes, passed_over
from provisioning.views.answers import SeeOther, wants_part
from provisioning.views.loading import job_for
from provisioning.views.reconcile import reconcile_form

LATEST = 8
"""Rows of Synchronization Details; the page Cycles has them all."""


@require_safe
def overview(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    return render(request, "provisioning/overview.html", _context(job_for(request, application_id)))


@require_safe
def status(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    """What changes while one looks at the Overview. `seen` says what the page shows: nothing new is answered by 204."""
    if not wants_part(request):
        return redirect("application", application_id)
    context = _context(job_for(request, application_id))
    layout, frame, _content = seen = context["seen"].split(".")
    known = request.GET.get("seen", "").split(".")
    if known == seen:
        return HttpResponse(status=204)
    if known[0] != layout:
        return HttpResponseClientRefresh()
    context |= {"is_part": True, "is_news": known[1:2] != [frame]}
    return render(request, "provisioning/overview/status.html", context)


def _context(job: ProvisioningJob) -> dict[str, Any]:
    now = timezone.now()
    found = standing(job, now)
    waiting = held.waiting(job)
    layout = "new" if found.is_new else "quarantined" if job.quarantine else "held" if waiting else "usual"
    frame = [found.state, found.failing, job.is_on, found.is_due]
    if found.newest:
        frame += [found.newest.cycle_id, found.newest.status, found.newest.phase]
    context = {
        "page": "application",
        "application": job.application,
        "job": job,
        "found": found,
        "cycle": found.newest,
        "latest": found.cycles[:LATEST],
        "shares": _shares(found),
        "waiting": waiting,
        "why_not": _why_not(found),
        "reconcile_form": reconcile_form(job),
        "seconds": 2 if found.is_running or found.is_due else 15,
        "seen": f"{layout}.{_digest(frame)}.{_digest(_content(found))}",
    }
    if found.is_new:
        context["steps"] = _steps(job)
    if job.quarantine:
        context["is_by_objects"] = job.quarantine != QuarantineReason.EXCEPTION
        context["mail"] = Mail.objects.filter(job=job, created_at__gte=job.quarantined_at).last()
    return context


def _digest(values: object) -> str:
    return blake2s(repr(values).encode(), digest_size=6).hexdigest()


def _content(found: Standing) -> object:
    """Every number on the page; while a cycle runs its age counts too, every fifteen seconds."""
    cycles = [(each.pk, each.status, each.looked_at, each.total) for each in found.cycles]
    tick = int(found.now.timestamp()) // 15 if found.is_running else 0
    job = found.job
    return (
        cycles,
        found.managed,
        found.groups,
        found.failing,
        sorted(found.totals.items()),
        job.next_start_at,
        job.interval,
        tick,
    )


def _shares(found: Standing) -> list[Share]:
    """The parts of the newest cycle's donut, each with the address of its log entries."""
    cycle = found.newest
    if cycle is None:
        return []
    logs = f"{reverse('logs', args=[found.job.application.application_id])}?cycle={cycle.cycle_id}"
    changed = "&action=create&action=update&action=disable&action=delete"
    return [
        Share("ok", _("Success"), changes(cycle), f"{logs}&status=success{changed}"),
        Share("skip", _("Skipped"), passed_over(cycle), f"{logs}&status=skipped"),
        Share("err", _("Failure"), cycle.failed, f"{logs}&status=failure"),
    ]


def _why_not(found: Standing) -> dict[str, str | Promise]:
    """Why a command can't be given now; empty when it can."""
    not_set_up = (
        "" if found.job.is_set_up else _("Set Provisioning Mode to Automatic and save admin credentials first.")
    )
    is_on = found.job.is_set_up and found.job.is_on
    off = "" if is_on else _("Provisioning is off. Start provisioning first.")
    quarantined = _("Provisioning is in quarantine. Mend its cause first.") if found.job.quarantine else ""
    running = _("A cycle is running already.") if found.is_running else ""
    return {
        "start": not_set_up or (_("Provisioning is on already.") if is_on else ""),
        "stop": "" if found.job.is_on else _("Provisioning is off already."),
        "restart": not_set_up,
        "sync": not_set_up or off or running,
        "reconcile": not_set_up or off or quarantined or running,
    }


def _steps(job: ProvisioningJob) -> dict[str, Any]:
    """How far the setup is: how many assignments there are, and the mappings with their rows."""
    mappings = list(job.mappings.filter(enabled=True).prefetch_related("rows"))
    return {
        "assigned": job.application.assignments.present().count(),
        "mappings": mappings,
        "matched": bool(mappings) and all(each.as_rules().matching for each in mappings),
    }


# --- commands ----------------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class Command:
    """A button: what it does, and what the toast says."""

    deed: Deed
    title: str | Promise
    done: str | Promise


START = Command(deed=deeds.START, title=_("Start provisioning"), done=_("Provisioning is scheduled to start."))
STOP = Command(
    deed=deeds.STOP,
    title=_("Stop provisioning"),
    done=_("Provisioning stops at the next object and keeps its place."),
)
RESTART = Command(
    deed=deeds.RESTART, title=_("Restart provisioning"), done=_("The initial cycle is scheduled to start.")
)
RESTART_FULL = Command(
    deed=deeds.RESTART_FULL,
    title=_("Restart provisioning"),
    done=_("Links to accounts are forgotten; the initial cycle is scheduled to start."),
)
SYNC_NOW = Command(deed=deeds.SYNC_NOW, title=_("Sync now"), done=_("The next cycle is scheduled to start."))


@require_POST
def start(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    job = job_for(request, application_id)
    if job.is_set_up and job.is_on:
        return _told(request, job, START, _("Provisioning is on already."))
    return _do(request, job, START)


@require_POST
def stop(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    job = job_for(request, application_id)
    if not job.is_on:
        return _told(request, job, STOP, _("Provisioning is off already."))
    return _do(request, job, STOP)


@require_http_methods(["GET", "HEAD", "POST"])
def restart(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    """Asks first where no script can show the dialog."""
    job = job_for(request, application_id)
    if request.method == "POST":
        return _do(request, job, RESTART_FULL if request.POST.get("full") else RESTART)
    context = _context(job) | {"heading": _("Restart provisioning")}
    return render(request, "provisioning/restart.html", context)


@require_POST
def sync_now(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    return _do(request, job_for(request, application_id), SYNC_NOW)


def _do(request: HttpRequest, job: ProvisioningJob, command: Command) -> HttpResponse:
    """The worker is queued when the deed is committed."""
    try:
        with transaction.atomic():
            deeds.do(job, command.deed, cast(Account, request.user), timezone.now())
            if command.deed.queues:
                tasks.queue_job(job.pk)
    except control.NotPossible as refusal:
        messages.error(request, f"{command.title}\n{refusal}")
    else:
        messages.success(request, f"{command.title}\n{command.done}")
    return SeeOther(job.application.get_absolute_url())


def _told(request: HttpRequest, job: ProvisioningJob, command: Command, text: str | Promise) -> HttpResponse:
    """A second click: nothing is done, and that is said."""
    messages.info(request, f"{command.title}\n{text}")
    return SeeOther(job.application.get_absolute_url())
