"""Pages of an application that is being deleted, or was, while somebody looks at them."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from portal.accounts.models import Account, AuditEntry
from provisioning.choices import Deletion
from provisioning.jobs.discard import DELETE_APPLICATION
from provisioning.models import EnterpriseApplication
from provisioning.views.answers import wants_part


class GoneMiddleware:
    """Instead of "This page does not exist": how far the deletion is, or that there was one.

    Nothing else is told of it: owners without a role are known as such only as long as their application is there.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        asked = request.resolver_match.kwargs.get("application_id") if request.resolver_match else None
        if not (isinstance(exception, Http404) and isinstance(asked, uuid.UUID) and isinstance(request.user, Account)):
            return None
        if EnterpriseApplication.objects.filter(application_id=asked, deletion=Deletion.EMPTYING).exists():
            return _go(request, reverse("deletion", args=[asked]))
        entry = AuditEntry.objects.filter(application=asked, activity=DELETE_APPLICATION).order_by("-at").first()
        if entry is None or EnterpriseApplication.objects.filter(application_id=asked).exists():
            return None
        if wants_part(request):
            messages.info(request, _("The application was deleted"))
            return _go(request, reverse("applications"))
        return render(request, "provisioning/gone.html", {"at": entry.at}, status=404)


def _go(request: HttpRequest, address: str) -> HttpResponse:
    return HttpResponseClientRedirect(address) if wants_part(request) else HttpResponseRedirect(address)
