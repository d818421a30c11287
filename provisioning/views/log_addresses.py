"""Addresses of the provisioning logs with their filters: what a view keeps, and where one comes back to."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse

from provisioning.models import EnterpriseApplication
from provisioning.views.answers import SeeOther

PASSING = ("entry", "tab", "closed", "newer", "older")
"""Parts of an address that tell where one is in the list, not which list it is."""


def filters_of(query: str) -> str:
    """The query without what passes, and without empty parts."""
    kept = QueryDict(query[:2000], mutable=True)
    for name in list(kept):
        kept.setlist(name, [] if name in PASSING else [value for value in kept.getlist(name) if value])
    return kept.urlencode()


def addresses(application: EnterpriseApplication | None) -> dict[str, str]:
    """What belongs to the list: its files, and the forms that keep columns and views."""
    page = list_address(application)
    return {
        "csv_url": f"{page}download/csv/",
        "json_url": f"{page}download/json/",
        "columns_url": f"{page}columns/",
        "views_url": f"{page}views/",
    }


def list_address(application: EnterpriseApplication | None, query: str = "") -> str:
    path = reverse("logs", args=[application.application_id]) if application else reverse("all-logs")
    return f"{path}?{query}" if query else path


def back_to_list(request: HttpRequest, application: EnterpriseApplication | None) -> HttpResponse:
    """After a POST of a form that carries the list's filters."""
    return SeeOther(list_address(application, filters_of(request.POST.get("query", ""))))
