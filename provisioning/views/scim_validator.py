"""The SCIM validator: what any SCIM endpoint can do, tried in the background, with what the standard says of it."""

import json
import uuid
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from portal.accounts.models import Account
from provisioning import tasks
from provisioning.choices import ValidatorStatus
from provisioning.connectors.scim import Scim
from provisioning.connectors.scim_findings import Verdict
from provisioning.connectors.scim_settings import METHODS
from provisioning.forms.scim_validator import STYLES, ValidatorForm
from provisioning.jobs import validator
from provisioning.models import EnterpriseApplication, ValidatorRun
from provisioning.views.answers import SeeOther, part_or_page, wants_part
from provisioning.views.loading import application_for
from provisioning.wire.settings import SIGN_IN

PAGE = "scim-validator"
RECENT = 10
"""So many runs are listed beside the form."""
FOR_LISTS = ("findings", "learned", "locked", "made", "message")
"""Columns that no list shows, and that are large."""


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def scim_validator(request: HttpRequest) -> HttpResponse:
    application = _application(request)
    form = ValidatorForm(application, request.POST if request.method == "POST" else None, _like(request))
    if form.is_bound and form.is_valid():
        with transaction.atomic():
            row, is_new = validator.ask(form.wanted(), cast(Account, request.user), timezone.now())
            if is_new:
                tasks.queue_validation(row.pk)
        if not is_new:
            messages.info(request, f"{_('One run at a time')}\n{_('This one of yours has not ended yet.')}")
        return SeeOther(reverse("scim-validator-run", args=[row.run_id]))
    if form.is_bound:
        form.keep_typed_secrets(in_place=False)
    context = {
        "page": PAGE,
        "form": form,
        "of": application,
        "runs": ValidatorRun.objects.select_related("application").defer(*FOR_LISTS)[:RECENT],
        "stand_in": f"http://127.0.0.1:{settings.PORTAL_SANDBOX_PORT}/scim/v2" if settings.PORTAL_SANDBOX else "",
    }
    return render(request, "provisioning/scim_validator.html", context, status=422 if form.is_bound else 200)


@require_safe
def run(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """While it goes on its part is asked for again, and 204 says that nothing has changed."""
    row = get_object_or_404(ValidatorRun.objects.select_related("application"), run_id=run_id)
    seen = f"{row.status}.{len(row.findings)}"
    if wants_part(request) and request.GET.get("seen") == seen:
        return HttpResponse(status=204)
    findings = validator.findings_of(row)
    context = {
        "page": PAGE,
        "heading": row.url,
        "run": row,
        "seen": seen,
        "findings": findings,
        "failures": sum(each.verdict is Verdict.FAILS for each in findings),
        "profile": [(name, json.dumps(value)) for name, value in row.learned.items()],
        "style": STYLES[row.style],
        "method": next((_(each.label) for each in METHODS if each.value == row.sign_in), ""),
        "is_broken": row.status == ValidatorStatus.BROKEN,
        "again": _again(row),
    }
    return part_or_page(request, "scim_validator_run", "result", context)


@require_GET
def download(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """The report in the form of `manage.py scim_probe --json`."""
    row = get_object_or_404(ValidatorRun, run_id=run_id)
    name = content_disposition_header(True, f"scim_validator_{row.asked_at:%Y-%m-%d_%H%M}.json")
    headers = {"Content-Disposition": str(name), "Cache-Control": "no-store"}
    body = json.dumps(validator.as_json(row), indent=2, ensure_ascii=False)
    return HttpResponse(body, content_type="application/json", headers=headers)


def _application(request: HttpRequest) -> EnterpriseApplication | None:
    """The SCIM application in the query, whose saved credentials are offered."""
    if "application" not in request.GET:
        return None
    try:
        found = application_for(request, uuid.UUID(request.GET["application"]))
    except ValueError:
        raise Http404 from None
    if found.template.connector != Scim.key:
        raise Http404
    return found


def _like(request: HttpRequest) -> dict[str, str]:
    """What an earlier run tried, without its secrets."""
    try:
        earlier = ValidatorRun.objects.filter(run_id=uuid.UUID(request.GET.get("like", ""))).first()
    except ValueError:
        return {}
    return {"tenant_url": earlier.url, SIGN_IN: earlier.sign_in} if earlier else {}


def _again(row: ValidatorRun) -> str:
    """The form with what this run tried."""
    query: dict[str, Any] = {"like": row.run_id}
    if row.application:
        query = {"application": row.application.application_id}
    return reverse("scim-validator", query=query)
