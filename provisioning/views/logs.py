"""Provisioning logs, of one application and of all: everything that was done to everyone, with the reason."""

import uuid
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from portal.components.lists import address
from portal.components.times import moment_text
from provisioning.choices import Status
from provisioning.forms.logs import ACTIONS, PERIODS, STATUSES, ActivityFilter, OwnActivityFilter
from provisioning.jobs.keyset import NEWEST, Order, page_of
from provisioning.jobs.log_rows import FEW
from provisioning.jobs.standing import MANY
from provisioning.models import Activity, ProvisioningJob
from provisioning.templatetags.provisioning_charts import Share
from provisioning.templatetags.provisioning_texts import word
from provisioning.views.answers import filtered_list, part_or_page, wants_part
from provisioning.views.loading import application_for
from provisioning.views.log_columns import columns_of
from provisioning.views.log_entry import find_entry
from provisioning.views.log_follow import MOST, follow_of, news_of, told
from provisioning.views.log_views import views_of

KINDS: list[tuple[Status, str, str | Promise]] = [
    (Status.SUCCESS, "ok", _("Success")),
    (Status.SKIPPED, "skip", _("Skipped")),
    (Status.WARNING, "warn", _("Warning")),
    (Status.FAILURE, "err", _("Failure")),
]
SYSTEMS = ("job__application__directory", "cycle")
TOLD = (Prefetch("job", ProvisioningJob.objects.select_related("application__directory")), "cycle")
"""Read after the entries: joined, some databases begin with the few applications and sort all entries."""
TABS = [
    ("steps", _("Steps")),
    ("help", _("Troubleshooting & Recommendations")),
    ("props", _("Modified Properties")),
    ("sum", _("Summary")),
]


@require_safe
def logs(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    application = application_for(request, application_id)
    form = OwnActivityFilter(request.GET, queryset=Activity.objects.filter(job=application.job))
    context = {
        "page": "logs",
        "application": application,
    }
    return _answer(request, form, context)


@require_safe
def all_logs(request: HttpRequest) -> HttpResponse:
    return _answer(request, ActivityFilter(request.GET, queryset=Activity.objects.all()), {"page": "all-logs"})


def _answer(request: HttpRequest, form: ActivityFilter, context: dict[str, Any]) -> HttpResponse:
    """The page, its `list` when filters changed or something is new, or list and pane together when an entry was opened
    or closed."""
    listed = form.found()
    news = news_of(request, listed)
    if news is not None and (answer := told(request, news)):
        return answer
    context |= {"news": news, "most": MOST}
    context |= _list_of(request, form, listed)
    context |= columns_of(request, context.get("application")) | views_of(request, context.get("application"))
    if asked := request.GET.get("entry", ""):
        tab = request.GET.get("tab", "")
        context |= {"asked": asked, "tabs": TABS, "tab": tab if tab in dict(TABS) else TABS[0][0]}
        context["entry"] = find_entry(form.queryset.select_related(*SYSTEMS), listed, asked)
    whole = wants_part(request) and request.headers.get("HX-Target") == "logs"
    context["only_list"] = wants_part(request) and not whole
    if whole or news:  # of what comes by itself the history of the browser knows nothing
        response = part_or_page(request, "logs", "body" if whole else "list", context)
    else:
        response = filtered_list(request, "logs", context)
    patch_vary_headers(response, ["HX-Target"])
    return response


def _list_of(request: HttpRequest, form: ActivityFilter, listed: QuerySet[Activity]) -> dict[str, Any]:
    rows = listed.prefetch_related(*TOLD).defer("steps", "modified")
    found = page_of(rows, request.GET, order=order_of(request))
    shares = _shares(request, form)
    chosen = form.chosen.get("status") or [status for status, _kind, _label in KINDS]
    return {
        "form": form,
        "pills": _pills(form),
        "periods": PERIODS,
        "chips": _chips(request, form),
        "limit": MANY if form.is_plain else FEW,
        "shares": shares,
        "total": sum(share.n for share, (status, *_rest) in zip(shares, KINDS, strict=True) if status in chosen),
        "found": found,
        "never": not found.rows and not form.queryset.exists(),
        "closed": request.GET.get("closed", ""),
        "more": "+" if shares[0].at_least else "",
        "days_kept": settings.PORTAL_KEEP_LOGS_DAYS,
        "zone": timezone.localtime().strftime("%Z"),
        **_pages(request, found.newer, found.older),
        **follow_of(request, found, order_of(request)),
    }


def order_of(request: HttpRequest) -> Order:
    return NEWEST.reverse if request.GET.get("sort") == "date" else NEWEST


def _pages(request: HttpRequest, newer: str, older: str) -> dict[str, str]:
    """Addresses of the pages before and after, of the list without an open entry, and of its newest page."""
    without = {"entry": None, "tab": None, "closed": None}
    return {
        "newer": address(request, newer=newer, older=None, **without) if newer else "",
        "older": address(request, older=older, newer=None, **without) if older else "",
        "list_url": request.path + address(request, **without).removesuffix("?"),
    }


def _pills(form: ActivityFilter) -> list[tuple[str | Promise, str, list[tuple[str, Any]], list[str]]]:
    """Label, name, choices and what is chosen of the filters with check boxes."""
    chosen = form.chosen
    pills: list[tuple[str | Promise, str, list[tuple[str, Any]], list[str]]] = [
        (_("Status"), "status", STATUSES, chosen.get("status") or []),
        (_("Action"), "action", ACTIONS, chosen.get("action") or []),
    ]
    if "application" in form.filters:
        applications = form.form.fields["application"].queryset
        choices = [(str(id_), name) for id_, name in applications.values_list("application_id", "display_name")]
        ids = [str(each.application_id) for each in chosen.get("application") or []]
        pills.append((_("Application"), "application", choices, ids))
    return pills


def _chips(request: HttpRequest, form: ActivityFilter) -> list[tuple[str | Promise, str, str]]:
    """Label, value and the address without it, of the filters in use that have no pill of their own."""
    chips: list[tuple[str | Promise, str, str]] = []
    for bound in form.more:
        value = str(form.chosen.get(bound.name) or "")
        if bound.name == "cycle" and form.cycle_asked_for:
            value = f"{word(form.cycle_asked_for.kind)}, {moment_text(form.cycle_asked_for.started_at, inside=True)}"
        if value:
            without = {bound.name: None, "entry": None, "newer": None, "older": None}
            chips.append((bound.label, value, address(request, **without)))
    return chips


def _shares(request: HttpRequest, form: ActivityFilter) -> list[Share]:
    """How many entries there are with each status under the other filters, each with the address that filters so.

    Where no index counts them, those of the newest thousand entries that match are counted.
    """
    rows = form.found(but="status")
    chosen = form.chosen.get("status")
    if form.is_plain:
        counts = {status: rows.order_by().filter(status=status)[: MANY + 1].count() for status, *_rest in KINDS}
        is_whole = True
    else:
        newest = list(rows.order_by(*NEWEST.names).values_list("status", flat=True)[: FEW + 1])
        counts, is_whole = {status: newest[:FEW].count(status) for status, *_rest in KINDS}, len(newest) <= FEW
    return [
        Share(
            kind,
            label,
            counts[status],
            address(request, status=None if chosen == [status] else status, newer=None, older=None, entry=None),
            on=chosen == [status],
            at_least=not is_whole,
        )
        for status, kind, label in KINDS
    ]
