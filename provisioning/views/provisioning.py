"""Provisioning: the one form with mode, credentials, mail, settings and status; Test Connection; how it goes."""

import uuid
from typing import cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from portal.accounts.models import Account
from provisioning import tasks
from provisioning.forms.provisioning import ProvisioningForm
from provisioning.jobs import deeds, effect, profiles
from provisioning.jobs.connection import TESTS, ConnectionTest
from provisioning.jobs.control import NotPossible
from provisioning.jobs.save import Saved, SavedMeanwhile, needs_test, save
from provisioning.views.answers import SeeOther, wants_part
from provisioning.views.loading import job_for
from provisioning.views.provisioning_page import address, details_context, draw, impact_context, result_context


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def provisioning(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    job = job_for(request, application_id)
    if request.method != "POST":
        return draw(request, ProvisioningForm(job))
    form = ProvisioningForm(job, request.POST)
    if not form.is_valid():
        return draw(request, form, 422)
    if form.is_outdated and form.differences:
        return _conflict(request, form)
    if not needs_test(job, form.wanted()):
        return _save(request, form)
    test = TESTS.run(job.application, form.credentials)
    if test.passed:
        return _save(request, form, test)
    form.add_error(None, _("The connection test failed; its result is shown at Test Connection."))
    return draw(request, form, 422, test=test)


@sensitive_post_parameters()
@require_POST
def test_connection(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    """Tests what is in the form, and saves nothing."""
    form = ProvisioningForm(job_for(request, application_id), request.POST)
    test = TESTS.run(form.job.application, form.credentials) if form.credentials_are_valid else None
    status = 200 if test else 422
    if not wants_part(request):
        return draw(request, form, status, test=test, is_test=True)
    context = {"form": form, "is_test": True, **result_context(form.job, test)}
    return render(request, "provisioning/provisioning/test_result.html", context, status=status)


@sensitive_post_parameters()
@require_POST
def impact(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    """What saving the form as it is now would change and lead to; saves and tests nothing."""
    if not wants_part(request):
        return redirect("provisioning", application_id)
    form = ProvisioningForm(job_for(request, application_id), request.POST)
    return render(request, "provisioning/provisioning/impact.html", impact_context(form))


@require_safe
def details(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    """Synchronization Details, again and again. `seen` says what the page shows: nothing new is answered by 204."""
    if not wants_part(request):
        return redirect("provisioning", application_id)
    context = details_context(job_for(request, application_id))
    known = request.GET.get("seen", "")
    if known == context["seen"]:
        return HttpResponse(status=204)
    context |= {"is_part": True, "is_news": known.partition(".")[0] != context["seen"].partition(".")[0]}
    return render(request, "provisioning/provisioning/details.html", context)


def _save(request: HttpRequest, form: ProvisioningForm, test: ConnectionTest | None = None) -> HttpResponse:
    job, now, by = form.job, timezone.now(), cast(Account, request.user)
    try:
        with transaction.atomic():
            saved = save(job.pk, form.wanted(), by, now, test.at if test else None)
            profiles.learn(job.application_id, test.report if test else None)
            if form.clears_state:
                deeds.do(saved.job, deeds.RESTART_FULL, by, now)
            if saved.is_due or form.clears_state:
                tasks.queue_job(job.pk)
    except SavedMeanwhile:
        fresh = ProvisioningForm(job_for(request, job.application.application_id), request.POST)
        return _conflict(request, fresh) if fresh.is_valid() else draw(request, fresh, 422)
    except NotPossible as refusal:
        form.add_error("clear_state", str(refusal))
        return draw(request, form, 422, test=test)
    _tell(request, saved, form.clears_state)
    return HttpResponseClientRedirect(address(job)) if wants_part(request) else SeeOther(address(job))


def _tell(request: HttpRequest, saved: Saved, is_cleared: bool) -> None:
    if is_cleared:
        text = _("Links to accounts are forgotten; the initial cycle is scheduled to start.")
        messages.success(request, f"{_('Provisioning settings saved')}\n{text}")
    elif saved.is_new:
        effects = effect.of_settings(saved, timezone.now())
        messages.success(request, f"{_('Provisioning settings saved')}\n{effects}")
    else:
        messages.info(request, f"{_('Nothing to save')}\n{_('The settings were like this already.')}")


def _conflict(request: HttpRequest, form: ProvisioningForm) -> HttpResponse:
    """Somebody else saved meanwhile: what they changed, and the form again on top of what they saved."""
    differences = form.differences
    return draw(request, form.rebase(), 409, differences=differences, is_conflict=True)
