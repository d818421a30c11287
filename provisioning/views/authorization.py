"""Authorize: the browser goes to the application for consent, and comes back with a code for tokens."""

import uuid
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from portal.accounts.models import Account
from provisioning import tasks, vault
from provisioning.errors import ProvisioningError
from provisioning.forms.provisioning import ProvisioningForm
from provisioning.jobs import authorization
from provisioning.jobs.authorization import Question
from provisioning.jobs.save import SavedMeanwhile
from provisioning.templatetags.provisioning_texts import said
from provisioning.texts import say
from provisioning.views.answers import wants_part
from provisioning.views.loading import job_for
from provisioning.views.provisioning_page import address, draw

IN_SESSION = "authorization"


@sensitive_post_parameters()
@require_POST
def authorize(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    """Ask for consent with what is in the form. Nothing is saved before the consent is there."""
    form = ProvisioningForm(job_for(request, application_id), request.POST)
    if not form.credentials_are_valid:
        return draw(request, form, 422)
    question = Question.about(form.job, form.credentials)
    try:
        there = authorization.address(form.job.application, question)
    except ProvisioningError as error:
        form.add_error(None, said(error.message))
        return draw(request, form, 422)
    request.session[IN_SESSION] = question.lock()
    if wants_part(request):
        return HttpResponseClientRedirect(there)
    # Content policy lets a form lead to this site only; a page may lead on.
    answer = render(request, "provisioning/authorize.html", {"there": there, "application": form.job.application})
    answer["Refresh"] = f"0; url={there}"
    return answer


@never_cache
@require_safe
def authorized(request: HttpRequest) -> HttpResponse:
    """The browser comes back. What it brings counts once, and only in the session that asked."""
    question = _asked(request)
    if question is None:
        messages.error(request, f"{_('Not authorized')}\n{said(say(authorization.NOT_ASKED))}")
        return redirect("applications")
    job = job_for(request, uuid.UUID(question.application_id))
    try:
        consent = authorization.redeem(job.application, question, request.GET.dict())
        saved = authorization.keep(question, consent, job.pk, cast(Account, request.user), timezone.now())
    except ProvisioningError as error:
        messages.error(request, f"{_('Not authorized')}\n{said(error.message)} {_(error.remedy)}")
    except SavedMeanwhile:
        text = _("Somebody saved other settings meanwhile. Look at them and click Authorize again.")
        messages.error(request, f"{_('Not authorized')}\n{text}")
    else:
        text = _("%(app)s lets the portal in; the connection test passed.") % {"app": job.application.product}
        messages.success(request, f"{_('Authorized')}\n{text}")
        if saved.is_on:
            tasks.queue_job(job.pk)
    return redirect(address(job))


def _asked(request: HttpRequest) -> Question | None:
    """What this session asked last; asked for once only."""
    try:
        return Question.unlock(request.session.pop(IN_SESSION, ""))
    except vault.Unreadable:
        return None
