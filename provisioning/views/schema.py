"""The schema page: the whole configuration of mappings as JSON, to look at, download, edit and upload."""

import uuid
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.models import Account
from provisioning.forms.schema import SchemaForm
from provisioning.jobs.configuration import configuration
from provisioning.jobs.save import SavedMeanwhile
from provisioning.jobs.schema_change import Replacement, replace_configuration
from provisioning.jobs.schema_json import schema_of, text_of
from provisioning.models import ProvisioningJob
from provisioning.views.answers import SeeOther
from provisioning.views.configuration_changes import told
from provisioning.views.loading import job_for
from provisioning.views.saving import done

SAVED = gettext_lazy("Schema saved")


@require_http_methods(["GET", "HEAD", "POST"])
def schema(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    """The first Save checks and shows what it changes, the second, in what is shown, saves it."""
    job = job_for(request, application_id)
    current = configuration(job)
    stored = text_of(schema_of(job, current))
    if request.method != "POST":
        return _draw(request, job, SchemaForm(job, current, stored))
    form = SchemaForm(job, current, stored, request.POST, request.FILES)
    if form.read.configuration is None:
        return _draw(request, job, form.redrawn(), 422, problems=form.read.problems)
    if not form.changes:
        messages.info(request, f"{_('Nothing to save')}\n{_('The configuration was like this already.')}")
        return SeeOther(request.path)
    if not form.was_reviewed:
        more = {"changes": told(form.changes), "is_stale": form.is_stale}
        return _draw(request, job, form.redrawn(), 409 if form.is_stale else 200, **more)
    return _save(request, Replacement(job=job, current=current, wanted=form.read.configuration))


@require_safe
def download(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    job = job_for(request, application_id)
    name = f"{slugify(job.application.display_name) or 'application'}-schema.json"
    return HttpResponse(
        text_of(schema_of(job, configuration(job))),
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": str(content_disposition_header(True, name))},
    )


def _save(request: HttpRequest, asked: Replacement) -> HttpResponse:
    try:
        after = replace_configuration(asked, cast(Account, request.user), timezone.now())
    except SavedMeanwhile:
        messages.error(request, f"{_('Nothing was saved')}\n{_('Somebody else saved at the same moment. Try again.')}")
        return SeeOther(request.path)
    return done(request, after, SAVED, request.path)


def _draw(request: HttpRequest, job: ProvisioningJob, form: SchemaForm, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "page": "mappings",
        "heading": _("Schema"),
        "page_url": reverse("schema", args=[job.application.application_id]),
        "application": job.application,
        "job": job,
        "form": form,
        **more,
    }
    return render(request, "provisioning/schema.html", context, status=status)
