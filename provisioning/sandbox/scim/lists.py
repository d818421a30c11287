"""Lists of the SCIM calls: one condition, sorting, and pages that count from 1."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote_plus

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse

from provisioning.sandbox.answers import as_json
from provisioning.sandbox.filters import encoded_filter
from provisioning.sandbox.scim.door import ScimRefused

_CONDITION = re.compile(r'\s*([\w.]+)\s+(\w+)\s+"((?:[^"\\]|\\.)*)"\s*')
# assumed(scim-filter-case): values are compared without regard to case
LOOKUPS = {"eq": "iexact", "sw": "istartswith", "co": "icontains"}


def condition(text: str, fields: Mapping[str, str], operators: tuple[str, ...]) -> Q:
    """The rows that a filter means. `ScimRefused` (400) for anything but one condition with what is known."""
    if not text.strip():
        return Q()
    found = _CONDITION.fullmatch(text)
    if found is None or found[1] not in fields or found[2] not in operators:
        raise ScimRefused(400, "filter.invalid", text)
    value = re.sub(r"\\(.)", r"\1", found[3])
    return Q(**{f"{fields[found[1]]}__{LOOKUPS[found[2]]}": value})


def filter_of(request: HttpRequest) -> str:
    """assumed(scim-filter-plus): a `+` in the filter is a space, as in any query."""
    return unquote_plus(encoded_filter(request.META.get("QUERY_STRING", "")))


def page(
    request: HttpRequest,
    rows: QuerySet[Any],
    fields: Mapping[str, str],
    shape: Callable[[HttpRequest, Any], dict[str, Any]],
    *,
    is_cut: bool = True,
) -> HttpResponse:
    """The list envelope, sorted and cut as asked. assumed(scim-page-size): without `count` it holds everybody."""
    sort_by = request.GET.get("sortBy", "")
    if sort_by:
        if sort_by not in fields:
            raise ScimRefused(400, "sortBy.invalid", sort_by)
        down = "-" if request.GET.get("sortOrder") == "descending" else ""
        rows = rows.order_by(f"{down}{fields[sort_by]}", "pk")
    total = rows.count()
    if is_cut:
        start = _number(request, "startIndex", 1, least=1) - 1
        rows = rows[start : start + _number(request, "count", total, least=0)]
    return as_json({"resources": [shape(request, row) for row in rows], "totalResults": total})


def _number(request: HttpRequest, name: str, default: int, least: int) -> int:
    text = request.GET.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 10) or int(text) < least:
        raise ScimRefused(400, f"{name}.invalid", text)
    return int(text)
