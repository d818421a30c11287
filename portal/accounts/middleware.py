"""Each request in its reader's language and time zone; who is not signed in goes to that page, and back after it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from portal.accounts.models import Account
from portal.accounts.preferences import activate
from portal.accounts.sessions import has_ended


class PreferencesMiddleware:
    """What the account says comes before what the browser says, which Django's own middleware has taken."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        timezone.deactivate()  # what the last request of this thread left; its answer may have been a stream
        if isinstance(request.user, Account):
            activate(request.user)
        return self.get_response(request)


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """As Django's own, but for htmx it answers 401 (the page then offers to sign in again, typed values survive), and
    after a refused POST the way back is the page with the form, not the address that only takes POST."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        if getattr(view_func, "login_required", True):
            has_ended(request)
        refusal = super().process_view(request, view_func, view_args, view_kwargs)
        if refusal is None:
            return None
        if getattr(request, "htmx", False):
            return HttpResponse(status=401)
        if request.method in ("GET", "HEAD"):
            return refusal
        return redirect_to_login(_page_of(request), self.get_login_url(view_func))


def _page_of(request: HttpRequest) -> str:
    """The page from which the form was sent, as far as the browser tells."""
    referrer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referrer, {request.get_host()}):
        return "/"
    parts = urlsplit(referrer)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
