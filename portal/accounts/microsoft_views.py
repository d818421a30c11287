"""Sign in with Microsoft: to Microsoft, and back with an answer."""

import logging

from django.contrib import auth
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from portal.accounts import microsoft
from portal.accounts.addresses import client_address
from portal.accounts.audit import record
from portal.accounts.forms import SignInForm
from portal.accounts.sessions import BY_MICROSOFT
from portal.accounts.views import SIGN_IN, destination

logger = logging.getLogger(__name__)

FLOW, NEXT = "microsoft flow", "microsoft next"
BACKEND = "django.contrib.auth.backends.ModelBackend"


@login_not_required
@never_cache
@require_GET
def begin(request: HttpRequest) -> HttpResponse:
    if not microsoft.is_configured():
        raise Http404
    try:
        flow = microsoft.begin(request.build_absolute_uri(reverse("microsoft-done")))
    except microsoft.SignInRefused as refused:
        return _refuse(request, refused)
    request.session[FLOW], request.session[NEXT] = flow, destination(request)
    return redirect(flow["auth_uri"])


@login_not_required
@never_cache
@require_GET
def done(request: HttpRequest) -> HttpResponse:
    """The way back; what was kept for it serves once."""
    if not microsoft.is_configured():
        raise Http404
    flow, wanted = request.session.pop(FLOW, {}), request.session.pop(NEXT, "/")
    try:
        account = microsoft.finish(flow, request.GET.dict())
    except microsoft.SignInRefused as refused:
        return _refuse(request, refused)
    auth.login(request, account, backend=BACKEND)
    request.session[BY_MICROSOFT] = True
    record(account, SIGN_IN, account.username, new={"Method": "Microsoft", "Address": client_address(request)})
    return redirect(wanted)


def _refuse(request: HttpRequest, refused: microsoft.SignInRefused) -> HttpResponse:
    logger.warning("Sign-in with Microsoft refused: %s", refused.told)
    values = {"Method": "Microsoft", "Address": client_address(request), "Reason": refused.told[:300]}
    record(None, gettext_noop("Sign-in failed"), "", new=values)
    context = {"form": SignInForm(), "refusal": str(refused), "microsoft": True, "next": "/"}
    return render(request, "accounts/sign_in.html", context, status=403)
