"""How pages answer: whole or only the part that htmx asked for, and where a browser goes after a POST."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django_htmx.http import push_url
from django_htmx.middleware import HtmxDetails


class SeeOther(HttpResponseRedirect):
    """After a POST: the browser gets the page there, and loading it again sends nothing twice."""

    status_code = 303


def wants_part(request: HttpRequest) -> bool:
    """Whether a part of the page is enough. Going back in the history asks for the whole page, also through htmx."""
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    return htmx is not None and bool(htmx) and not htmx.history_restore_request


def triggered_by(request: HttpRequest, element_id: str) -> bool:
    """Whether htmx sent this request for the element with that id."""
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    return htmx is not None and bool(htmx) and htmx.trigger == element_id


def part_or_page(
    request: HttpRequest, name: str, part: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """`templates/provisioning/<name>.html`, or of it `<name>/<part>.html` when htmx asks. They share an address."""
    template = f"provisioning/{name}/{part}.html" if wants_part(request) else f"provisioning/{name}.html"
    response = render(request, template, context | {"is_part": wants_part(request)}, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def filtered_list(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    """A list page or its `list` part; the address bar then shows only the filters that are in use."""
    response = part_or_page(request, name, "list", context)
    if wants_part(request):
        query = request.GET.copy()
        for key in list(query):
            query.setlist(key, [value for value in query.getlist(key) if value])
        push_url(response, f"{request.path}?{query.urlencode()}".rstrip("?"))
    return response
