"""Held deletions: removals that the guard keeps back, which a person allows or rejects."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.audit import record
from portal.components.numbers import counted
from provisioning import tasks
from provisioning.forms.held import HeldFilter
from provisioning.jobs import held as removals
from provisioning.models import OnDemandRun, ProvisioningJob, StagedRemoval
from provisioning.views.answers import SeeOther, filtered_list
from provisioning.views.loading import job_for, who

PAGE_SIZE = 50
NAMED = 50
"""So many people are named in the audit entry and before the decision; the others are counted."""
NEEDED = ("kind", "action", "number", "state__label")
"""What is told of a removal before it is decided; there may be many."""
MAX_DIGITS = 19
ALLOW, REJECT = "allow", "reject"


@dataclass(frozen=True)
class Chosen:
    """The removals that are decided on: those that were ticked, or all that were held at that moment (`until`)."""

    rows: Sequence[StagedRemoval]
    until: datetime | None

    @property
    def named(self) -> Sequence[StagedRemoval]:
        return self.rows[:NAMED]

    @property
    def unnamed(self) -> Sequence[StagedRemoval]:
        return self.rows[NAMED:]

    @property
    def more(self) -> int:
        return len(self.unnamed)


@require_safe
def held(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    return filtered_list(request, "held", _list(request, job_for(request, application_id)))


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, application_id: uuid.UUID, decision: str) -> HttpResponse:
    """A pane over the list that names whom it is about and how many; its button decides."""
    if decision not in (ALLOW, REJECT):
        raise Http404(decision)
    job = job_for(request, application_id)
    chosen = _chosen(request, job)
    back = reverse("held", args=[application_id])
    if not chosen.rows:
        return _nothing(request, back)
    if request.method == "POST":
        _decide(request, job, chosen, decision)
        return SeeOther(back)
    context = _list(request, job) | {"decision": decision, "chosen": chosen}
    return render(request, "provisioning/held.html", context)


def _list(request: HttpRequest, job: ProvisioningJob) -> dict[str, Any]:
    form = HeldFilter(job, request.GET)
    return {
        "page": "held",
        "heading": "" if job.held_at else _("Held deletions"),  # it is in the menu only while there are any
        "application": job.application,
        "job": job,
        "filter": form,
        "waiting": removals.waiting(job),
        "page_obj": Paginator(form.found(), PAGE_SIZE).get_page(request.GET.get("page")),
    }


def _chosen(request: HttpRequest, job: ProvisioningJob) -> Chosen:
    """Still held ones only. Of all, those that were held when the number was shown: no later one is decided unseen."""
    data = request.POST if request.method == "POST" else request.GET
    rows = StagedRemoval.objects.filter(job=job).held().select_related("state").only(*NEEDED)
    rows = rows.order_by("state__label", "pk")
    if data.get("all"):
        until = _moment(data.get("until", "")) if request.method == "POST" else timezone.now()
        return Chosen(list(rows.filter(staged_at__lte=until)) if until else [], until)
    return Chosen(list(rows.filter(pk__in=_keys(data.getlist("id")))), None)


def _keys(values: Sequence[str]) -> list[int]:
    return [int(key) for key in values if key.isdecimal() and len(key) < MAX_DIGITS]


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and timezone.is_aware(moment) else None


def _nothing(request: HttpRequest, back: str) -> HttpResponse:
    if request.method == "POST":
        text = _("These removals are not held any more.")
        messages.warning(request, f"{_('Nothing was changed')}\n{text}")
    else:
        messages.warning(request, f"{_('Nothing is selected')}\n{_('Tick the rows you mean first.')}")
    return SeeOther(back)


def _decide(request: HttpRequest, job: ProvisioningJob, chosen: Chosen, decision: str) -> None:
    """The decision and its audit entry, both or none; what carries it out is queued when they are committed."""
    keys, names, by = [row.pk for row in chosen.rows], [row.state.label for row in chosen.named], who(request)
    runs: Sequence[OnDemandRun] = ()
    with transaction.atomic():
        if decision == ALLOW:
            number, runs = removals.approve(job.pk, keys, by, timezone.now())
        else:
            number = removals.reject(job.pk, keys, by, timezone.now())
        activity = gettext_noop("Allow deletes") if decision == ALLOW else gettext_noop("Reject deletes")
        record(request.user, activity, job.application, new={"Number": number, "Removals": names})
        for run in runs:
            tasks.queue_run(run.pk)
        if decision == ALLOW and not runs and ProvisioningJob.objects.due(timezone.now()).filter(pk=job.pk).exists():
            tasks.queue_job(job.pk)
    _tell(request, job, number, decision, at_once=bool(runs))


def _tell(request: HttpRequest, job: ProvisioningJob, number: int, decision: str, *, at_once: bool) -> None:
    if decision == REJECT:
        title = ngettext("%(n)d removal was rejected", "%(n)d removals were rejected", number)
        text = _("These accounts and memberships stay until they change in the directory, or a full cycle looks again.")
    else:
        title = ngettext("%(n)d removal was allowed", "%(n)d removals were allowed", number)
        text = _("It begins at once.") if at_once else _when(job)
    messages.success(request, f"{counted(title, number)}\n{text}")


def _when(job: ProvisioningJob) -> str:
    if job.is_on and job.is_set_up:
        return _("The next cycle begins at once.")
    return _("The next cycle carries them out, once provisioning is on.")
