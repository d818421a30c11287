"""Heads and pages of lists: every link keeps the filters that are in the address."""

from typing import Any

from django.core.paginator import Page
from django.http import HttpRequest

from portal.components.attributes import as_attributes


def address(request: HttpRequest, **changes: str | int | None) -> str:
    """The query of this page with some of it changed; None takes a part out."""
    query = request.GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"


def as_head(request: HttpRequest, label: str, options: dict[str, Any]) -> dict[str, Any]:
    """What ui/th.html needs. Options: `sort` (name in the address), `default` (order without one), `css`, `target`."""
    name = options.get("sort", "")
    context = {"label": label, "css": options.get("css", ""), "sort": name}
    if name:
        current = request.GET.get("sort") or options.get("default", "")
        direction = {name: "ascending", f"-{name}": "descending"}.get(current, "")
        first = {"page": None, "newer": None, "older": None}  # another order begins with its first page
        url = address(request, sort=f"-{name}" if direction == "ascending" else name, **first)
        context |= {"direction": direction, "url": url, "attributes": swap(url, options.get("target", ""))}
    return context


def as_pages(request: HttpRequest, page: Page[Any], target: str) -> dict[str, Any]:
    """What ui/pager.html needs; nothing is drawn for a single page."""
    older = address(request, page=page.next_page_number()) if page.has_next() else ""
    newer = address(request, page=page.previous_page_number()) if page.has_previous() else ""
    return {"page": page, **_links(newer, older, target)}


def as_keys(newer: str, older: str, target: str) -> dict[str, Any]:
    """The same for lists that are read by key and do not count their rows."""
    return {"page": None, **_links(newer, older, target)}


def _links(previous: str, following: str, target: str) -> dict[str, Any]:
    return {
        "previous": previous,
        "following": following,
        "previous_swap": swap(previous, target),
        "following_swap": swap(following, target),
    }


def swap(url: str, target: str) -> str:
    """Attributes that let htmx put what `url` answers into `target`, and the address into the bar."""
    if not (url and target):
        return ""
    return as_attributes({"hx_get": url, "hx_target": target, "hx_swap": "outerHTML", "hx_push_url": "true"})
