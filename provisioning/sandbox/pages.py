"""The stand-in's pages: accounts, licences and the request log, for someone who looks on."""

import json
from collections.abc import Callable

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from provisioning.sandbox import shapes
from provisioning.sandbox.answers import Refused
from provisioning.sandbox.faults import FAULTS
from provisioning.sandbox.journal import JOURNAL, KEPT, RECORDED
from provisioning.sandbox.models import Account, License, User

ON_A_PAGE = 50
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def protect(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: what a page may load and who may frame it, unless its view said so."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Content-Security-Policy", POLICY)
        response["X-Content-Type-Options"] = "nosniff"
        return response

    return middleware


def surroundings(request: HttpRequest) -> dict[str, object]:
    """What every page shows."""
    return {"account": Account.objects.first(), **FAULTS.listed()}


def accounts(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").split()
    people = User.objects.prefetch_related("licenses")
    for word in words:
        people = people.filter(
            Q(email_folded__contains=word.casefold()) | Q(first_name__icontains=word) | Q(last_name__icontains=word)
        )
    page = Paginator(people, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "q": request.GET.get("q", "")}
    return render(request, "sandbox/accounts.html", context)


def account(request: HttpRequest, user_key: str) -> HttpResponse:
    person = User.objects.prefetch_related("licenses").filter(key=user_key).first()
    if person is None:
        raise Http404
    shape = json.dumps(shapes.user(person), indent=2, ensure_ascii=False)
    return render(request, "sandbox/account.html", {"person": person, "shape": shape})


def licenses(request: HttpRequest) -> HttpResponse:
    rows = License.objects.annotate(used=Count("users"))
    return render(request, "sandbox/licenses.html", {"licenses": rows})


def requests(request: HttpRequest) -> HttpResponse:
    newest_first = list(reversed(JOURNAL.copy()))
    page = Paginator(newest_first, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "sandbox/requests.html", {"page": page, "kept": KEPT})


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An unknown address: the API's envelope below its paths, else a page."""
    if request.path.startswith(RECORDED):
        return Refused(404, "not.found", request.path).answer(request.path)
    return render(request, "sandbox/missing.html", status=404)
