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
from provisioning.forms.assignments_origin import OriginForm
from provisioning.jobs.imports.origin import set_origin
from provisioning.models import EnterpriseApplication
from provisioning.views.answers import SeeOther
from provisioning.views.loading import application_for


@require_http_methods(["GET", "HEAD", "POST"])
def origin(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    application = application_for(request, application_id)
    back = reverse("assignments", args=[application_id])
    form = OriginForm(application, request.POST or None)
    if form.is_valid():
        if set_origin(application.pk, form.chosen, form.chosen_principal, cast(Account, request.user)):
            messages.success(request, f"{_('Saved')}\n{_what_follows(form.chosen)}")
        else:
            messages.info(request, f"{_('Nothing to save')}\n{_('It was like this already.')}")
        return SeeOther(back)
    context = {
        "page": "assignments",
        "heading": _("Assignments come from"),
        "application": application,
        "form": form,
        "found": application.directory,
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
