"""The page that lists what can be called, from the same declarations as the answers."""

from itertools import groupby

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from provisioning.api.routes import all_routes


@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """For people who are signed in, like every page."""
    routes = sorted(all_routes(), key=lambda each: (each.tag, each.path, each.method))
    groups = [(_(heading_of(tag)), list(found)) for tag, found in groupby(routes, lambda each: each.tag)]
    context = {
        "page": "app-registrations",
        "heading": _("API reference"),
        "groups": groups,
        "address": f"{settings.PORTAL_ADDRESS}/graph/v1.0",
    }
    return render(request, "provisioning/api_reference.html", context)


def heading_of(tag: str) -> str:
    """What stands over the routes of one file of `resources`."""
    return tag.replace("_", " ").capitalize()
