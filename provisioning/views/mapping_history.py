"""The history of a configuration: who changed what and when, and going back to before a change."""

import uuid
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.models import Account
from provisioning.jobs.configuration import configuration
from provisioning.jobs.configuration_changes import changes
from provisioning.jobs.history import KEPT
from provisioning.jobs.save import SavedMeanwhile
from provisioning.jobs.schema_change import ROLL_BACK, Replacement, replace_configuration
from provisioning.jobs.schema_reading import read
from provisioning.models import ConfigurationVersion, ProvisioningJob
from provisioning.views.answers import SeeOther
from provisioning.views.configuration_changes import told, told_stored
from provisioning.views.loading import job_for
from provisioning.views.saving import done

PAGE_SIZE = 20
ROLLED_BACK = gettext_lazy("Configuration rolled back")


@require_safe
def mapping_history(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    return _draw(request, "mapping_history", job_for(request, application_id))


@require_http_methods(["GET", "HEAD", "POST"])
def roll_back(request: HttpRequest, application_id: uuid.UUID, number: int) -> HttpResponse:
    """Shows what going back changes, and asks. Asks again when something was saved meanwhile."""
    job = job_for(request, application_id)
    version = get_object_or_404(ConfigurationVersion, job=job, number=number)
    current = configuration(job)
    then = read(job, current, version.before)
    found = changes(current, then.configuration) if then.configuration else []
    is_stale = request.method == "POST" and request.POST.get("version") != str(job.saves)
    if request.method == "POST" and then.configuration and found and not is_stale:
        asked = Replacement(job=job, current=current, wanted=then.configuration, activity=ROLL_BACK)
        return _go_back(request, asked)
    more = {"version": version, "problems": then.problems, "changes": told(found), "is_stale": is_stale}
    return _draw(request, "roll_back", job, 409 if is_stale else 200, **more)


def _go_back(request: HttpRequest, asked: Replacement) -> HttpResponse:
    try:
        after = replace_configuration(asked, cast(Account, request.user), timezone.now())
    except SavedMeanwhile:
        messages.error(request, f"{_('Nothing was saved')}\n{_('Somebody else saved at the same moment. Try again.')}")
        return SeeOther(request.path)
    return done(request, after, ROLLED_BACK, _address(asked.job))


def _address(job: ProvisioningJob) -> str:
    return reverse("mapping-history", args=[job.application.application_id])


def _draw(request: HttpRequest, page: str, job: ProvisioningJob, status: int = 200, **more: Any) -> HttpResponse:
    page_obj = Paginator(job.versions.defer("before"), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": "mappings",
        "heading": _("Change history"),
        "page_url": _address(job),
        "application": job.application,
        "job": job,
        "page_obj": page_obj,
        "versions": [(each, told_stored(each.changes)) for each in page_obj],
        "kept": KEPT,
        **more,
    }
    return render(request, f"provisioning/{page}.html", context, status=status)
