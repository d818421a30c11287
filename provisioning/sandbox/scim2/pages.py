"""The page of the SCIM 2.0 service: its users and groups, for someone who looks on."""

import json
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from provisioning.sandbox.scim2.door import BEARER
from provisioning.sandbox.scim2.manners import MANNERS
from provisioning.sandbox.scim2.rows import Resource

ON_A_PAGE = 50


def resources(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").split()
    rows = Resource.objects.order_by("-kind", "pk")
    for word in words:
        rows = rows.filter(name_folded__contains=word.casefold())
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    found = [(row, json.dumps(row.data, indent=2, ensure_ascii=False)) for row in page]
    context = {
        "page": page,
        "kept": urlencode({"q": request.GET["q"]}) if words else "",
        "found": found,
        "q": request.GET.get("q", ""),
        "address": request.build_absolute_uri("/scim/v2"),
        "token": BEARER,
        "manners": MANNERS.changed(),
    }
    return render(request, "sandbox/scim2.html", context)
