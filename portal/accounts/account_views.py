"""The page Accounts under Settings: who can sign in to the portal, with which role; only Application Administrators."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts import microsoft, people, sessions
from portal.accounts.account_forms import AccountForm, PasswordFields
from portal.accounts.models import Account, Role

PAGE_SIZE = 50
page_methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/accounts.html", _list(request))


@page_methods
@never_cache
@sensitive_post_parameters()
def new(request: HttpRequest) -> HttpResponse:
    """The pane over the list; then the account's page, with a made-up password for this once."""
    form = AccountForm(None, request.POST or None)
    secret = PasswordFields(None, request.POST or None, may_be_without=microsoft.is_configured())
    if form.is_valid() and secret.is_valid() and secret.check(Account(**form.values)):
        password = secret.chosen()
        account = people.add(form.values, password, _who(request))
        messages.success(request, _("%(name)s can sign in now") % {"name": account})
        return _shown_once(request, account, password, secret)
    status = 422 if form.is_bound else 200
    context = _list(request) | {"form": form, "secret": secret}
    return render(request, "accounts/new_account.html", context, status=status)


@require_safe
def one(request: HttpRequest, account_id: int) -> HttpResponse:
    return render(request, "accounts/one_account.html", _one(_account(account_id)))


@page_methods
def edit(request: HttpRequest, account_id: int) -> HttpResponse:
    account = _account(account_id)
    form = AccountForm(account, request.POST or None)
    if form.is_valid():
        try:
            people.change(account, form.values, _who(request))
        except people.NotAllowed as refused:
            form.add_error("role", str(refused))
        else:
            messages.success(request, _("The account was saved"))
            return redirect("one-account", account.pk)
    context = _one(account) | {"form": form}
    return render(request, "accounts/edit_account.html", context, status=422 if form.is_bound else 200)


@page_methods
@never_cache
@sensitive_post_parameters()
def reset_password(request: HttpRequest, account_id: int) -> HttpResponse:
    account = _account(account_id)
    secret = PasswordFields(account, request.POST or None)
    if secret.is_valid() and secret.check(account):
        password = secret.chosen() or ""
        people.reset_password(account, password, _who(request))
        messages.success(request, f"{_('The password was reset')}\n{_('Its sessions have ended.')}")
        return _shown_once(request, account, password, secret)
    context = _one(account) | {"secret": secret}
    return render(request, "accounts/reset_password.html", context, status=422 if secret.is_bound else 200)


@require_POST
def act(request: HttpRequest, account_id: int, deed: str) -> HttpResponse:
    if deed not in DEEDS:
        raise Http404(deed)
    account = _account(account_id)
    try:
        messages.success(request, DEEDS[deed](account, _who(request)))
    except people.NotAllowed as refused:
        messages.error(request, f"{_('Nothing was changed')}\n{refused}")
    return redirect("one-account", account.pk)


def _disable(account: Account, by: Account) -> str:
    people.disable(account, by)
    return f"{_('%(name)s was disabled') % {'name': account}}\n{_('Its sessions have ended.')}"


def _enable(account: Account, by: Account) -> str:
    people.enable(account, by)
    return _("%(name)s was enabled") % {"name": account}


def _end_sessions(account: Account, by: Account) -> str:
    number = people.end_sessions(account, by)
    return ngettext("%(n)d session was ended", "%(n)d sessions were ended", number) % {"n": number}


DEEDS: dict[str, Callable[[Account, Account], str]] = {
    "disable": _disable,
    "enable": _enable,
    "end-sessions": _end_sessions,
}


def _shown_once(request: HttpRequest, account: Account, password: str | None, secret: PasswordFields) -> HttpResponse:
    """A password that was made up is in this answer and nowhere else."""
    if password is None or secret.cleaned_data["way"] == "typed":
        return redirect("one-account", account.pk)
    return render(request, "accounts/one_account.html", _one(account) | {"made": password})


def _who(request: HttpRequest) -> Account:
    return cast(Account, request.user)


def _account(account_id: int) -> Account:
    return get_object_or_404(Account, pk=account_id)


def _list(request: HttpRequest) -> dict[str, Any]:
    text, role = request.GET.get("q", "")[:150].replace("\0", "").strip(), request.GET.getlist("role")
    rows = Account.objects.order_by("display_name", "username", "pk")
    if text:
        names = ("username", "display_name", "email", "principal_name")
        rows = rows.filter(Q(*[(f"{name}__icontains", text) for name in names], _connector=Q.OR))
    if role:
        rows = rows.filter(role__in=role)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return {"page": "accounts", "page_obj": page, "q": text, "roles": Role.choices, "chosen": role}


def _one(account: Account) -> dict[str, Any]:
    return {
        "page": "accounts",
        "heading": str(account),
        "meta": account.username,
        "account": account,
        "sessions": sessions.of(account),
        "with_microsoft": microsoft.is_configured(),
    }
