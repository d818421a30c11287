"""Notifications: what happened, for everybody and oneself; what is unread; and the bell in the frame of every page."""

from datetime import datetime
from typing import cast

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from portal.accounts.models import Account
from provisioning.jobs.notices import reading
from provisioning.jobs.notices.wording import TEXTS, Told
from provisioning.templatetags.provisioning_texts import said
from provisioning.views.answers import SeeOther, filtered_list, wants_part

PAGE_SIZE = 50
MOST_TOASTS = 3


@require_safe
def notifications(request: HttpRequest) -> HttpResponse:
    rows = reading.visible_to(_person(request)).select_related("job__application")
    states, kinds = request.GET.getlist("state"), request.GET.getlist("kind")
    if "unread" in states:
        rows = rows.filter(pk__in=reading.unread(_person(request)).values("pk"))
    if "open" in states:
        rows = rows.filter(ended_at=None)
    if kinds:
        rows = rows.filter(kind__in=kinds)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": "notifications",
        "page_obj": page,
        "rows": [Told(each) for each in page],
        "kinds": [(kind.value, _(text.label) if text.label else _("What I did")) for kind, text in TEXTS.items()],
        "states": [("unread", _("Unread")), ("open", _("Not over yet"))],
        "chosen_kinds": kinds,
        "chosen_states": states,
        "is_filtered": bool(kinds or states),
    }
    return filtered_list(request, "notifications", context)


@require_safe
def notification(request: HttpRequest, notice_id: int) -> HttpResponse:
    """To the page where it is dealt with; from then on it is read."""
    notice = reading.visible_to(_person(request)).filter(pk=notice_id).first()
    if notice is None:
        raise Http404
    reading.mark_read(_person(request), [notice])
    return redirect(notice.path or "notifications")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    reading.mark_read(_person(request), reading.unread(_person(request)))
    return SeeOther(reverse("notifications"))


@require_safe
def bell(request: HttpRequest) -> HttpResponse:
    """The bell again and again: nothing new is answered by 204, what has just happened with a toast as well.

    `unread` and `since` say what the page shows, and since when: as many may be unread as before, but others.
    """
    if not wants_part(request):
        return redirect("notifications")
    unread = reading.unread(_person(request))
    now, since = timezone.now(), _moment(request.GET.get("since", ""))
    number, news = unread.count(), list(unread.filter(at__gt=since)[:MOST_TOASTS]) if since else []
    if str(number) == request.GET.get("unread") and not news:
        return HttpResponse(status=204)
    context = {"unread": number, "since": now.isoformat()}
    response = render(request, "shell/bell.html", context)
    told = [Told(each) for each in reversed(news)]
    items = [{"kind": each.look, "title": said(each.title), "text": said(each.reason)} for each in told]
    return trigger_client_event(response, "toast", {"items": items}) if items else response


def _moment(text: str) -> datetime | None:
    """None for an address that somebody has made up."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _person(request: HttpRequest) -> Account:
    return cast(Account, request.user)
