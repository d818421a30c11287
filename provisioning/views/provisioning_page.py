"""What the page Provisioning shows, whole or in parts."""

from hashlib import blake2s
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from provisioning.connectors import connector_class
from provisioning.connectors.scim import Scim
from provisioning.forms.provisioning import ProvisioningForm
from provisioning.jobs import authorization, demo_service, effect, held, impact
from provisioning.jobs.causes import cause_of
from provisioning.jobs.connection import ConnectionTest
from provisioning.jobs.mappings import strayed
from provisioning.jobs.standing import standing
from provisioning.models import EnterpriseApplication, ProvisioningJob
from provisioning.views.answers import part_or_page, wants_part
from provisioning.views.mapping_rows import mapping_rows

FAST, SLOW = 2, 15
"""Seconds between two looks at a job that runs or is about to, and at another one."""


def address(job: ProvisioningJob) -> str:
    return reverse("provisioning", args=[job.application.application_id])


def validator_address(application: EnterpriseApplication) -> str:
    """The SCIM validator with what is saved for this application; empty for those that are no SCIM applications."""
    if application.template.connector != Scim.key:
        return ""
    return reverse("scim-validator", query={"application": application.application_id})


def draw(request: HttpRequest, form: ProvisioningForm, status: int = 200, **more: Any) -> HttpResponse:
    """The page, or for htmx its form. `more`: `test`, and after a conflict `is_conflict` and `differences`."""
    if form.is_bound:
        form.keep_typed_secrets(in_place=wants_part(request))
    job, rows, now = form.job, mapping_rows(form.job), timezone.now()
    context = {
        **details_context(job),
        **result_context(job, more.get("test")),
        **impact_context(form),
        "page": "provisioning",
        "page_url": address(job),
        "form": form,
        "mappings": rows,
        "has_profile": connector_class(job.application.template.connector).has_profile,
        "enabled_mappings": sum(each.mapping.enabled for each in rows),
        "demo": demo_service,
        "is_demo": demo_service.is_demo(job.application, form.known.values),
        "strayed": strayed(job),
        "waiting": held.waiting(job),
        "validator_url": validator_address(job.application),
        "redirect_uri": authorization.redirect_uri(),
        "saved_time": effect.time_of(job.saved_at, now) if job.saved_at else "",
        **more,
    }
    return part_or_page(request, "provisioning", "edit", context, status)


def details_context(job: ProvisioningJob) -> dict[str, Any]:
    """What Synchronization Details needs. `seen` names what is shown: the state of things, a dot, the numbers."""
    found = standing(job, timezone.now())
    cycle = found.newest
    state = [found.state, found.failing, job.is_on, found.is_due, cycle and (cycle.pk, cycle.status)]
    numbers = [cycle and (cycle.looked_at, cycle.total), found.managed, job.next_start_at]
    return {
        "application": job.application,
        "job": job,
        "found": found,
        "cycle": cycle,
        "seconds": FAST if found.is_running or found.is_due else SLOW,
        "seen": f"{_digest(state)}.{_digest(numbers)}",
    }


def result_context(job: ProvisioningJob, test: ConnectionTest | None) -> dict[str, Any]:
    """What the result of Test Connection needs: `failure` is a title and what to do."""
    if test is None or test.error is None:
        return {"test": test}
    return {"test": test, "failure": cause_of(test.error).told(job.application.product)}


def impact_context(form: ProvisioningForm) -> dict[str, Any]:
    """What the part "When you save" needs. Consequences are told of a form without mistakes."""
    context: dict[str, Any] = {"application": form.job.application, "job": form.job, "form": form}
    if form.is_bound and form.is_valid():
        wanted = form.wanted()
        context |= {"edits": form.edits, "leaving": impact.leaving(form.job, wanted)}
        said = impact.sentences(form.job, wanted, timezone.now(), clears=form.clears_state)
        context["sentences"] = said if form.edited else []
    elif form.is_bound:
        context |= {"edits": form.edits, "has_mistakes": True}
    return context


def _digest(values: object) -> str:
    return blake2s(repr(values).encode(), digest_size=6).hexdigest()
