"""The stand-in's pages: accounts, licences and the request log, for someone who looks on."""

from collections import defaultdict
from collections.abc import Callable
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from provisioning.sandbox.answers import Refused
from provisioning.sandbox.faults import FAULTS
from provisioning.sandbox.journal import JOURNAL, KEPT, RECORDED
from provisioning.sandbox.models import Account, Group, License, OrgGroup, User
from provisioning.sandbox.strictness import STRICTNESS

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
    return {"account": Account.objects.first(), "strictness": STRICTNESS.changed(), **FAULTS.listed()}


def accounts(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").split()
    people = User.objects.prefetch_related("licenses")
    for word in words:
        people = people.filter(
            Q(email_folded__contains=word.casefold()) | Q(first_name__icontains=word) | Q(last_name__icontains=word)
        )
    license = License.objects.filter(key=request.GET.get("license", "")).first()
    if license:
        people = people.filter(licenses=license)
    page = Paginator(people, ON_A_PAGE).get_page(request.GET.get("page"))
    kept = urlencode({name: request.GET[name] for name in ("q", "license") if request.GET.get(name)})
    context = {"page": page, "kept": kept, "license": license, "q": request.GET.get("q", "")}
    return render(request, "sandbox/accounts.html", context)


def licenses(request: HttpRequest) -> HttpResponse:
    rows = License.objects.annotate(used=Count("users"))
    return render(request, "sandbox/licenses.html", {"licenses": rows})


def groups(request: HttpRequest) -> HttpResponse:
    page = Paginator(OrgGroup.objects.all(), ON_A_PAGE).get_page(request.GET.get("page"))
    keys = [member["value"] for group in page for member in group.members]
    named = dict(User.objects.filter(key__in=keys).values_list("key", "email"))
    named |= dict(OrgGroup.objects.filter(key__in=keys).values_list("key", "display_name"))
    rows = [(group, [named[member["value"]] for member in group.present_members()]) for group in page]
    members: defaultdict[int, list[str]] = defaultdict(list)
    for group_id, email in User.objects.exclude(group=None).values_list("group", "email"):
        members[group_id].append(email)
    own = [(group, members[group.pk]) for group in Group.objects.all()]
    return render(request, "sandbox/groups.html", {"page": page, "rows": rows, "own": own})


def requests(request: HttpRequest) -> HttpResponse:
    newest_first = list(reversed(JOURNAL.copy()))
    page = Paginator(newest_first, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "sandbox/requests.html", {"page": page, "kept": KEPT})


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An unknown address: the API's envelope below its paths, else a page."""
    if request.path.startswith(RECORDED):
        return Refused(404, "not.found", request.path).answer(request.path)
    return render(request, "sandbox/missing.html", status=404)
