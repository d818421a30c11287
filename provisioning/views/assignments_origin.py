"""Assignments come from: this portal, or a service principal of the directory's source."""

import uuid
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.accounts.models import Account
from provisioning.choices import AssignmentsFrom
from provisioning.errors import PermissionMissing
from provisioning.forms.assignments_origin import OriginForm
from provisioning.jobs.imports import principals
from provisioning.jobs.imports.origin import set_origin
from provisioning.jobs.imports.principals import Found
from provisioning.models import EnterpriseApplication
from provisioning.views.answers import SeeOther
from provisioning.views.loading import application_for
from provisioning.views.picker import search_text


@require_http_methods(["GET", "HEAD", "POST"])
def origin(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    """Save it; or find the service principal, and put the chosen one into the form."""
    application = application_for(request, application_id)
    if request.POST.get("do") == "find":
        return _draw(request, application, OriginForm(application), _find(application, search_text(request.POST)))
    if "choose" in request.POST:
        return _draw(request, application, OriginForm(application, chosen=request.POST["choose"]))
    back = reverse("assignments", args=[application_id])
    form = OriginForm(application, request.POST or None)
    if form.is_valid():
        if set_origin(application.pk, form.chosen, form.chosen_principal, cast(Account, request.user)):
            messages.success(request, f"{_('Saved')}\n{_what_follows(form.chosen)}")
        else:
            messages.info(request, f"{_('Nothing to save')}\n{_('It was like this already.')}")
        return SeeOther(back)
    return _draw(request, application, form)


def _find(application: EnterpriseApplication, text: str) -> Found | None:
    """None: there is nothing to search for, or in."""
    return principals.find(application, text) if text and not application.directory.is_own else None


def _draw(
    request: HttpRequest, application: EnterpriseApplication, form: OriginForm, found: Found | None = None
) -> HttpResponse:
    context = {
        "page": "assignments",
        "heading": _("Assignments come from"),
        "application": application,
        "form": form,
        "directory": application.directory,
        "found": found,
        "text": found.text if found else "",
        "is_forbidden": found is not None and isinstance(found.error, PermissionMissing),
    }
    return render(request, "provisioning/assignments_origin.html", context, status=422 if form.is_bound else 200)


def refuse(request: HttpRequest, application: EnterpriseApplication) -> HttpResponse | None:
    """Where the source tells the assignments nobody edits them here; None where they are made here."""
    if application.is_assigned_here:
        return None
    title, text = _("Nothing was changed"), _("The assignments of this application come from the directory's source.")
    messages.warning(request, f"{title}\n{text}")
    return SeeOther(reverse("assignments", args=[application.application_id]))


def _what_follows(origin: AssignmentsFrom) -> str:
    if origin is AssignmentsFrom.SOURCE:
        return _("The next import takes over roles and assignments.")
    return _("Roles and assignments stay as they are, and are edited here from now on.")
