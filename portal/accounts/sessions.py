"""How long a session lasts, and ending it from elsewhere. Its times stand in the session: no page asks for them."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from portal.accounts.addresses import client_address
from portal.accounts.models import Account, SignInSession

STARTED, SEEN = "started", "seen"
BY_MICROSOFT = "by microsoft"
"""Nobody asks for a password in such a session."""
PACE = timedelta(minutes=1)
"""Use is noted so often, not with each request."""
POLLED = "X-Polled"
"""Pages that ask for news by themselves say so (static/js/live.js): nobody need sit before them."""


def has_ended(request: HttpRequest) -> bool:
    """Ends the session when it was not used for long, or lasts too long; else notes that it is used."""
    session, now = request.session, timezone.now()
    if not session.get(STARTED):
        return False
    started, seen = _moment(session[STARTED]), _moment(session.get(SEEN, session[STARTED]))
    idle = timedelta(minutes=settings.PORTAL_SESSION_IDLE_MINUTES)
    if now - started >= timedelta(seconds=settings.SESSION_COOKIE_AGE) or now - seen >= idle:
        logout(request)
        return True
    if now - seen >= PACE and POLLED not in request.headers:
        session[SEEN] = now.timestamp()
        SignInSession.objects.filter(session_key=session.session_key).update(seen_at=now)
    return False


def of(account: Account) -> QuerySet[SignInSession]:
    """Those that are alive, the latest used first."""
    alive = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    idle = timezone.now() - timedelta(minutes=settings.PORTAL_SESSION_IDLE_MINUTES)
    return account.sessions.filter(session_key__in=alive, seen_at__gt=idle)


def end(rows: QuerySet[SignInSession]) -> int:
    """Whoever uses one of them has to sign in again; how many there were."""
    keys = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    SignInSession.objects.filter(session_key__in=keys).delete()
    return len(keys)


def keep_after_new_password(request: HttpRequest, account: Account) -> None:
    """The session of this request goes on under a new key; all others of the account end."""
    key = request.session.session_key
    end(account.sessions.exclude(session_key=key))
    update_session_auth_hash(request, account)
    SignInSession.objects.filter(session_key=key).update(session_key=request.session.session_key)


def _begin(sender: object, request: HttpRequest, user: Account, **kwargs: Any) -> None:
    """Note whose session it is, and forget those that ended by themselves."""
    now = timezone.now()
    user.sessions.filter(started_at__lt=now - timedelta(seconds=settings.SESSION_COOKIE_AGE)).delete()
    request.session[STARTED] = request.session[SEEN] = now.timestamp()
    if not request.session.session_key:
        request.session.create()
    browser = str(request.META.get("HTTP_USER_AGENT", ""))[:200]
    values = {"account": user, "address": client_address(request), "browser": browser}
    SignInSession.objects.update_or_create(session_key=request.session.session_key, defaults=values)


def _forget(sender: object, request: HttpRequest, **kwargs: Any) -> None:
    SignInSession.objects.filter(session_key=request.session.session_key).delete()


def listen() -> None:
    user_logged_in.connect(_begin, dispatch_uid="portal.sessions")
    user_logged_out.connect(_forget, dispatch_uid="portal.sessions")


def _moment(stamp: float) -> datetime:
    return datetime.fromtimestamp(stamp, tz=timezone.get_default_timezone())
