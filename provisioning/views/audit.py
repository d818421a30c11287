"""Audit logs, of one application and of all: what administrators changed, with the values before and after."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from portal.accounts.differences import differences
from portal.accounts.models import AuditEntry
from portal.components.lists import address
from provisioning.forms.audit import AllAuditFilter, AuditFilter, OwnAuditFilter
from provisioning.forms.logs import PERIODS
from provisioning.jobs.keyset import by_time, neighbours, page_of
from provisioning.models import EnterpriseApplication
from provisioning.views.answers import filtered_list, part_or_page, wants_part
from provisioning.views.loading import application_for

NEWEST = by_time("at")
SHOWN = 3
"""So many differences stand in the list; the pane has them all."""


@require_safe
def audit(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    application = application_for(request, application_id)
    return _answer(request, OwnAuditFilter(application, request.GET), {"page": "audit", "application": application})


@require_safe
def all_audit(request: HttpRequest) -> HttpResponse:
    return _answer(request, AllAuditFilter(request.GET), {"page": "all-audit"})


def _answer(request: HttpRequest, form: AuditFilter, context: dict[str, Any]) -> HttpResponse:
    """The page, its `list` when filters changed, or list and pane together when an entry was opened or closed."""
    context |= _list(request, form)
    if asked := request.GET.get("entry", ""):
        context |= {"asked": asked, **_entry(form, asked)}
    whole = wants_part(request) and request.headers.get("HX-Target") == "logs"
    context["only_list"] = wants_part(request) and not whole
    response = part_or_page(request, "audit", "body", context) if whole else filtered_list(request, "audit", context)
    patch_vary_headers(response, ["HX-Target"])
    return response


def _list(request: HttpRequest, form: AuditFilter) -> dict[str, Any]:
    page = page_of(form.found(), request.GET, order=NEWEST)
    without = {"entry": None, "closed": None}
    names = _names(form, page.rows)
    return {
        "form": form,
        "periods": PERIODS,
        "rows": [(row, differences(row.old, row.new), names.get(row.application)) for row in page.rows],
        "shown": SHOWN,
        "closed": request.GET.get("closed", ""),
        "zone": timezone.localtime().strftime("%Z"),
        "newer": address(request, newer=page.newer, older=None, **without) if page.newer else "",
        "older": address(request, older=page.older, newer=None, **without) if page.older else "",
        "list_url": request.path + address(request, **without).removesuffix("?"),
    }


def _entry(form: AuditFilter, asked: str) -> dict[str, Any]:
    """The entry of the address with its neighbours in the list; nothing when it is not of this log."""
    own = {"application": form.own.application_id} if isinstance(form, OwnAuditFilter) else {}
    found = AuditEntry.objects.filter(pk=int(asked), **own).first() if asked.isdecimal() and len(asked) < 19 else None
    if found is None:
        return {}
    newer, older = neighbours(form.found(), found, NEWEST)
    return {
        "entry": found,
        "entry_newer": newer,
        "entry_older": older,
        "differences": differences(found.old, found.new),
        "entry_application": _names(form, [found]).get(found.application),
    }


def _names(form: AuditFilter, rows: list[AuditEntry]) -> dict[uuid.UUID | None, EnterpriseApplication]:
    """The applications that these rows name and that are there still."""
    if isinstance(form, OwnAuditFilter):
        return {form.own.application_id: form.own}
    ids = {row.application for row in rows if row.application}
    return {each.application_id: each for each in EnterpriseApplication.objects.filter(application_id__in=ids)}
