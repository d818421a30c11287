"""Follow live: the newest page of the provisioning logs asks every few seconds what is new and shows it.

While somebody is at the rows or has an entry open they stay as they are, and a button tells how many wait.
"""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django_htmx.http import reswap, retarget

from provisioning.jobs.keyset import NEWEST, KeyPage, Order, before, key_of
from provisioning.models import Activity

AFTER, HELD = "X-After", "X-Held"
"""Headers of a poll: the newest entry that is shown, and whether the rows are to stay. Its address is the page's."""
MOST = 99


def follow_of(request: HttpRequest, found: KeyPage[Activity], order: Order) -> dict[str, Any]:
    """Whether this page can be followed and is; `newest` is its first entry, or the moment when there was none."""
    is_first = not (request.GET.get("newer") or request.GET.get("older"))
    newest = key_of(found.rows[0]) if found.rows else f"{timezone.now().isoformat()}~0"
    can_follow = order == NEWEST
    return {
        "can_follow": can_follow,
        "follows": can_follow and is_first and request.GET.get("follow") == "1",
        "newest": newest,
    }


def news_of(request: HttpRequest, listed: QuerySet[Activity]) -> int | None:
    """How many entries are newer than what a poll says it shows, up to one more than are told; None without a poll."""
    rows = before(listed, request.headers.get(AFTER, ""))
    return None if rows is None else rows[: MOST + 1].count()


def told(request: HttpRequest, news: int) -> HttpResponse | None:
    """The answer that leaves the list alone; None when it is to be drawn."""
    if not news:
        return HttpResponse(status=204)
    if HELD not in request.headers:
        return None
    response = render(request, "provisioning/logs/news.html", {"news": news, "most": MOST})
    return reswap(retarget(response, "#news"), "innerHTML")
