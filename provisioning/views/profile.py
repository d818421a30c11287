"""The SCIM profile: in what one application differs from the standard, each setting with where it comes from."""

import uuid
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts.models import Account
from provisioning.connectors import connector_class
from provisioning.errors import SettingsInvalid
from provisioning.forms.profile import ProfileForm
from provisioning.jobs import effect, profile_settings, profiles
from provisioning.jobs.connection import TESTS
from provisioning.jobs.rules import saved_credentials
from provisioning.jobs.save import SavedMeanwhile
from provisioning.models import ProvisioningJob
from provisioning.views.answers import SeeOther
from provisioning.views.loading import job_for
from provisioning.views.provisioning_page import result_context


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    job = _job(request, application_id)
    if request.method != "POST":
        return _draw(request, ProfileForm(job))
    form = ProfileForm(job, request.POST)
    if not form.is_valid():
        return _draw(request, form, 422)
    if form.is_outdated and form.differences:
        return _conflict(request, form)
    version = profile_settings.version_of(job.application)
    try:
        changed = profile_settings.change(job.pk, version, form.values, form.resets, cast(Account, request.user))
    except SavedMeanwhile:
        return _conflict(request, ProfileForm(_job(request, application_id), request.POST))
    _tell(request, changed)
    return SeeOther(request.path)


@require_POST
def reset(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    """Everything that was set here goes back to where it comes from."""
    job = _job(request, application_id)
    version = profile_settings.version_of(job.application)
    own = [each.name for each in profile_settings.standings(job).values() if each.beneath]
    try:
        _tell(request, profile_settings.change(job.pk, version, {}, own, cast(Account, request.user)))
    except SavedMeanwhile:
        messages.error(request, f"{_('Nothing was saved')}\n{_('Somebody else saved at the same moment. Try again.')}")
    return SeeOther(reverse("profile", args=[application_id]))


@require_POST
def test(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    """Tests the saved credentials, and keeps what that shows of the application."""
    job = _job(request, application_id)
    try:
        credentials = saved_credentials(job)
    except SettingsInvalid:
        messages.error(request, f"{_('Nothing was tested')}\n{_('Save its admin credentials first.')}")
        return SeeOther(reverse("profile", args=[application_id]))
    result = TESTS.run(job.application, credentials)
    if not result.passed:
        return _draw(request, ProfileForm(job), **result_context(job, result))
    if profiles.learn_of_saved(job, result.report, result.at):
        kept = _("What it showed is kept, and counts from now on.")
        messages.success(request, f"{_('The connection was tested')}\n{kept}")
    else:
        messages.error(request, f"{_('Nothing was saved')}\n{_('Other credentials were saved meanwhile. Try again.')}")
    return SeeOther(reverse("profile", args=[application_id]))


def _job(request: HttpRequest, application_id: uuid.UUID) -> ProvisioningJob:
    """The job of an application that has a profile; 404 for the others."""
    job = job_for(request, application_id)
    if not connector_class(job.application.template.connector).has_profile:
        raise Http404("This application has no profile.")
    return job


def _draw(request: HttpRequest, form: ProfileForm, status: int = 200, **more: Any) -> HttpResponse:
    """`more`: the result of a test that failed, or what somebody else saved."""
    job, page_url = form.job, reverse("profile", args=[form.job.application.application_id])
    access = getattr(request, "access", None)
    if access is not None and access.refusal(page_url, "POST"):
        form.make_read_only()
    context = {
        "page": "profile",
        "page_url": page_url,
        "application": job.application,
        "job": job,
        "form": form,
        "report": profiles.report_of(job.application),
        "own": sum(each.beneath is not None for each in form.standings.values()),
        **more,
    }
    return render(request, "provisioning/profile.html", context, status=status)


def _conflict(request: HttpRequest, form: ProfileForm) -> HttpResponse:
    """Somebody else saved meanwhile, or a test found something else: what that is, and the form on top of it."""
    if not form.is_valid():
        return _draw(request, form, 422)
    differences = form.differences
    return _draw(request, form.rebase(), 409, differences=differences)


def _tell(request: HttpRequest, changed: profile_settings.Changed | None) -> None:
    if changed is None:
        messages.info(request, f"{_('Nothing to save')}\n{_('The settings were like this already.')}")
        return
    if changed.decides:
        follows = effect.of_mapping(changed.job, timezone.now())
    else:
        follows = _("A running cycle goes by it within a minute.")
    messages.success(request, f"{_('Profile saved')}\n{follows}")
