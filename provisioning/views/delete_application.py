"""Deleting an application: asks for its name, says what goes and what stays, and shows how far it is."""

import uuid
from typing import cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from portal.accounts.models import Account
from provisioning import tasks
from provisioning.forms.properties import DISABLE, DeletionForm
from provisioning.jobs import deletion
from provisioning.jobs.control import NotPossible
from provisioning.models import EnterpriseApplication
from provisioning.views.answers import SeeOther, part_or_page, wants_part

PAGE = "provisioning/delete_application.html"


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    """The question; once it is answered, how far the deletion is."""
    application = _application(application_id)
    if application.deletion and request.method != "POST":
        return redirect("deletion", application_id)
    why_not = deletion.why_not_disable(application.job)
    form = DeletionForm(application, why_not, request.POST or None)
    if form.is_valid():
        return _ask(request, application, disable=form.cleaned_data["accounts"] == DISABLE)
    context = {
        "page": "properties",
        "heading": _("Delete application"),
        "application": application,
        "form": form,
        "found": deletion.extent(application),
        "why_not": why_not,
    }
    return render(request, PAGE, context, status=422 if form.is_bound else 200)


@require_safe
def progress(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    """How far it is. When it is gone, whoever looked on is told so as on every other page of it."""
    application = _application(application_id)
    if not application.deletion:
        back = reverse("application", args=[application_id])
        return HttpResponseClientRedirect(back) if wants_part(request) else redirect(back)
    context = {
        "page": "properties",
        "heading": _("Delete application"),
        "application": application,
        "job": application.job,
        "found": deletion.extent(application),
        "has_tried": deletion.has_looked_at_all(application),
    }
    return part_or_page(request, "deletion", "progress", context)


@require_POST
def delete_anyway(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    """Who could not be disabled keeps the account; nobody has to wait for an application that is broken."""
    return _ask(request, _application(application_id), disable=False)


@require_POST
def call_off(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    application = _application(application_id)
    try:
        with transaction.atomic():
            kept = deletion.call_off(application, cast(Account, request.user), timezone.now())
            if kept.job.is_on:
                tasks.queue_job(kept.job.pk)
    except NotPossible as refusal:
        messages.error(request, f"{_('That did not work')}\n{refusal}")
        return SeeOther(reverse("deletion", args=[application_id]))
    text = _("The next cycle enables the accounts again of everybody in scope.")
    messages.success(request, f"{_('The application is kept')}\n{text}")
    return SeeOther(application.get_absolute_url())


def _ask(request: HttpRequest, application: EnterpriseApplication, *, disable: bool) -> HttpResponse:
    by, now = cast(Account, request.user), timezone.now()
    try:
        with transaction.atomic():
            deletion.ask(application, by, now, disable=disable)
            if disable:
                tasks.queue_job(application.job.pk)
            else:
                tasks.queue_deletion(application.pk)
    except NotPossible as refusal:
        messages.error(request, f"{_('That did not work')}\n{refusal}")
        return SeeOther(reverse("delete-application", args=[application.application_id]))
    return SeeOther(reverse("deletion", args=[application.application_id]))


def _application(application_id: uuid.UUID) -> EnterpriseApplication:
    """Also one whose pages are closed because it is being emptied."""
    applications = EnterpriseApplication.objects.select_related("directory", "job__credentials")
    return get_object_or_404(applications, application_id=application_id)
