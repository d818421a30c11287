"""Pages of the accounts: signing in and out, one's own account, and the page of a refused form."""

from datetime import datetime
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts import microsoft, sessions
from portal.accounts.addresses import client_address
from portal.accounts.audit import record
from portal.accounts.forms import PasswordForm, SignInForm
from portal.accounts.language_forms import PreferencesForm
from portal.accounts.models import Account, SignInAttempt

MAX_DIGITS = 19
"""A longer number is no key."""
SIGN_IN = gettext_noop("Sign in")
SIGN_IN_FAILED = gettext_noop("Sign-in failed")


def destination(request: HttpRequest) -> str:
    """Where to go after signing in: `next` when it is an address of this portal, else home."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    # A word without a slash would be taken for the name of a page.
    return wanted if ours and "/" in wanted else resolve_url(settings.LOGIN_REDIRECT_URL)


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Every failure is told in the same words, so that they do not tell which names exist."""
    if request.user.is_authenticated:
        return redirect(destination(request))
    form = SignInForm(request.POST or None)
    status = 200
    if form.is_valid():
        refusal = _sign_in(request, form.cleaned_data["username"], form.cleaned_data["password"])
        if refusal is None:
            return redirect(destination(request))
        status, text = refusal
        form.add_error(None, text)
    elif form.is_bound:
        status = 422
    ended = not form.is_bound and "next" in request.GET and settings.SESSION_COOKIE_NAME in request.COOKIES
    context = {
        "form": form,
        "next": destination(request),
        "ended": ended,
        "microsoft": microsoft.is_configured(),
    }
    return render(request, "accounts/sign_in.html", context, status=status)


def _sign_in(request: HttpRequest, username: str, password: str) -> tuple[int, str] | None:
    """Sign the person in, or say with which status and words it is refused."""
    address, now = client_address(request), timezone.now()
    until = SignInAttempt.objects.refused_until(username, address, now)
    if until is not None:
        minutes = max(1, -(-int((until - now).total_seconds()) // 60))
        text = ngettext(
            "Too many failed attempts. Try again in %(minutes)d minute.",
            "Too many failed attempts. Try again in %(minutes)d minutes.",
            minutes,
        )
        return 429, text % {"minutes": minutes}
    SignInAttempt.objects.note(username, address)
    account = authenticate(request, username=username, password=password)
    if account is None:
        _note_failure(username, address, now)
        return 422, _("The user name or the password is not correct.")
    SignInAttempt.objects.forget(username, address)
    login(request, account)
    record(account, SIGN_IN, username, new={"Method": "Password", "Address": address})
    return None


def _note_failure(username: str, address: str, now: datetime) -> None:
    """A name that does not exist is not noted: people type passwords into the wrong field."""
    known = Account.objects.filter(username=username).exists()
    shut = SignInAttempt.objects.refused_until(username, address, now) is not None
    record(
        None,
        SIGN_IN_FAILED,
        username if known else "",
        new={"Method": "Password", "Address": address, "User name exists": known, "Locked out": shut},
    )


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    record(cast(Account, request.user), gettext_noop("Sign out"), request.user.get_username())
    logout(request)
    messages.success(request, _("You are signed out."))
    return redirect(settings.LOGOUT_REDIRECT_URL)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """One's own account: a new password, the theme, signing out."""
    person = cast(Account, request.user)
    form = PasswordForm(person, request.POST or None)
    if not form.is_valid():
        context = {"form": form, "heading": _("Your account"), "sessions": sessions.of(person)}
        context["preferences"] = PreferencesForm(person)
        context["this_session"] = request.session.session_key
        return render(request, "accounts/account.html", context, status=422 if form.is_bound else 200)
    person.set_password(form.cleaned_data["new"])
    person.must_change_password = False
    person.save(update_fields=["password", "must_change_password"])
    sessions.keep_after_new_password(request, person)
    record(person, gettext_noop("Change own password"), person.username)
    messages.success(request, f"{_('Your password was changed')}\n{_('You are signed out everywhere else.')}")
    return redirect("account")


@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """One of one's own sessions, or all others: sign out everywhere else."""
    person = cast(Account, request.user)
    rows = person.sessions.exclude(session_key=request.session.session_key)
    if one := request.POST.get("session"):
        rows = rows.filter(pk=int(one)) if one.isdecimal() and len(one) < MAX_DIGITS else rows.none()
    number = sessions.end(rows)
    record(person, gettext_noop("End own sessions"), person.username, old={"Sessions": number})
    told = ngettext("%(n)d session was ended", "%(n)d sessions were ended", number)
    messages.success(request, told % {"n": number})
    return redirect("account")


@login_not_required
def refused_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What Django shows instead of a page when a form comes without the token of the session."""
    return render(request, "accounts/refused.html", status=403)
