"""Imports of the directory: start one, watch it, decide on a held one, look at what was skipped."""

import uuid
from collections.abc import Callable
from hashlib import blake2s
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from portal.accounts.audit import record
from portal.components.times import moment_text
from provisioning import tasks
from provisioning.choices import ImportKind, ImportStatus
from provisioning.jobs.control import NotPossible
from provisioning.jobs.imports import asking
from provisioning.jobs.imports.judging import GONE
from provisioning.jobs.imports.waiting import waiting
from provisioning.models import DetachedAccount, Directory, Import
from provisioning.texts import Message, say
from provisioning.views.answers import SeeOther, wants_part
from provisioning.views.loading import who

LATEST = 10
PAGE_SIZE = 50


@require_POST
def import_now(request: HttpRequest) -> HttpResponse:
    directory = Directory.objects.the_one()
    return _do(
        request,
        gettext_noop("Import now"),
        lambda: asking.ask(directory.pk, timezone.now(), who(request)),
        _("The source is being read."),
    )


@require_POST
def apply(request: HttpRequest, import_id: uuid.UUID) -> HttpResponse:
    found = _import(import_id)
    return _do(
        request,
        gettext_noop("Apply held import"),
        lambda: asking.approve(found.pk, timezone.now(), who(request)),
        _("The import is being applied."),
    )


@require_POST
def discard(request: HttpRequest, import_id: uuid.UUID) -> HttpResponse:
    found = _import(import_id)
    return _do(
        request,
        gettext_noop("Discard import"),
        lambda: asking.discard(found.pk, timezone.now()),
        _("Nothing of the directory was changed."),
    )


@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """While an import runs. Nothing new is answered by 204; when it has ended the page is loaded again."""
    if not wants_part(request):
        return redirect("directory")
    context = _progress(Directory.objects.the_one())
    if context["running"] is None:
        return HttpResponseClientRefresh()
    if request.GET.get("seen") == context["seen"]:
        return HttpResponse(status=204)
    return render(request, "provisioning/directory/progress.html", context)


@require_safe
def one(request: HttpRequest, import_id: uuid.UUID) -> HttpResponse:
    found = _import(import_id)
    started = moment_text(found.started_at or found.asked_at, inside=True)
    context = {
        "page": "directory",
        "heading": _("Import, %(moment)s") % {"moment": started},
        "found": found,
        "reasons": reasons(found),
        "waits": found.staged.filter(waits=True).order_by("pk")[:PAGE_SIZE],
    }
    return render(request, "provisioning/import.html", context)


def imports_context(request: HttpRequest, directory: Directory) -> dict[str, Any]:
    """What the page of the source shows of imports and of what a clearing left."""
    newest = directory.imports.exclude(kind=ImportKind.CLEARING).exclude(status=ImportStatus.DISCARDED).first()
    detached = DetachedAccount.objects.filter(job__application__directory=directory).order_by("-pk")
    return _progress(directory) | {
        "imports": list(directory.imports.all()[:LATEST]),
        "newest": newest,
        "reasons": reasons(newest) if newest and newest.status == ImportStatus.HELD else [],
        "waiting_records": waiting(directory).count(),
        "page_obj": Paginator(detached.select_related("job__application"), PAGE_SIZE).get_page(request.GET.get("page")),
    }


def reasons(found: Import) -> list[Message]:
    """Everything the fuse found, not only the first that is told elsewhere."""
    told = [Message.from_json(found.error_message)] if found.error_message else []
    counted = [
        say(text, **numbers)
        for kind, text in GONE.items()
        if "there" in (numbers := found.judged.get(kind, {})) and numbers["gone"] * 10 > numbers["there"]
    ]
    return counted or told


def _progress(directory: Directory) -> dict[str, Any]:
    running = directory.imports.filter(status=ImportStatus.RUNNING).first()
    if running is None:
        return {"running": None}
    numbers = (running.phase, running.pages, running.users, running.applied, running.removed, running.not_before)
    digest = blake2s(repr(numbers).encode(), digest_size=6).hexdigest()
    return {"running": running, "seen": f"{running.pk}.{digest}", "rate": _rate(running)}


def _rate(running: Import) -> int:
    """People read a second, since the reading began."""
    end = running.read_at or timezone.now()
    seconds = (end - running.started_at).total_seconds() if running.started_at else 0
    return round(running.users / seconds) if seconds > 1 else 0


def _import(import_id: uuid.UUID) -> Import:
    return get_object_or_404(Import.objects.select_related("directory"), import_id=import_id)


def _do(request: HttpRequest, activity: str, act: Callable[[], Import], done: str) -> HttpResponse:
    """The deed and its audit entry, both or none; the worker is queued when they are committed."""
    title = _(activity)
    try:
        with transaction.atomic():
            found = act()
            new = {"Import": str(found.import_id), **{str(kind): each for kind, each in found.judged.items()}}
            record(request.user, activity, found.directory.label, new=new)
            if found.status == ImportStatus.RUNNING:
                tasks.queue_import(found.pk)
    except NotPossible as refusal:
        messages.error(request, f"{title}\n{refusal}")
    else:
        messages.success(request, f"{title}\n{done}")
    return SeeOther(reverse("directory"))
