"""Owners: the accounts that may manage one application, whatever their role is."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.models import Account
from provisioning.forms.owners import OwnerForm
from provisioning.jobs import owners as deeds
from provisioning.models import EnterpriseApplication
from provisioning.views.answers import SeeOther
from provisioning.views.loading import application_for


@require_safe
def owners(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    return render(request, "provisioning/owners.html", _list(application_for(request, application_id)))


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    """A pane over the list."""
    application = application_for(request, application_id)
    form = OwnerForm(application, request.POST or None)
    if form.is_valid():
        account = form.chosen()
        deeds.add(application, account, _who(request))
        messages.success(request, _("%(name)s is an owner now") % {"name": account})
        return SeeOther(reverse("owners", args=[application_id]))
    context = _list(application) | {"form": form, "pane": "add"}
    return render(request, "provisioning/owners.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, application_id: uuid.UUID, owner_id: int) -> HttpResponse:
    """The question first. A second click finds nothing left to do, and says so."""
    application = application_for(request, application_id)
    owner = application.owners.select_related("account", "application").filter(pk=owner_id).first()
    if owner is None:
        messages.info(request, _("It was removed already"))
        return SeeOther(reverse("owners", args=[application_id]))
    if request.method == "POST":
        deeds.remove(owner, _who(request))
        messages.success(request, _("%(name)s is no owner any more") % {"name": owner})
        return SeeOther(reverse("owners", args=[application_id]))
    return render(request, "provisioning/owners.html", _list(application) | {"owner": owner, "pane": "remove"})


def _who(request: HttpRequest) -> Account | None:
    return request.user if isinstance(request.user, Account) else None


def _list(application: EnterpriseApplication) -> dict[str, Any]:
    return {"page": "owners", "application": application, "rows": application.owners.select_related("account")}
