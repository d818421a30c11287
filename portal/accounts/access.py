"""Who may open and change what: a rule per route, named `access` in the URL conf as `handler404` is, kept by one
middleware. Components ask the same rules, so what somebody may not do is shown disabled, with the reason."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urljoin, urlsplit

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import Resolver404, ResolverMatch, get_resolver, get_urlconf, resolve
from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from portal.accounts.models import Account, Role
from portal.accounts.sessions import BY_MICROSOFT

READING = ("GET", "HEAD", "OPTIONS")
NAMED = 5
"""So many people are named on the page of a refusal."""


class Others(Protocol):
    """People who may by what they are to the object in the address: the owners of an application."""

    @property
    def label(self) -> str | Promise: ...

    def include(self, account: Account, arguments: Mapping[str, Any]) -> bool: ...

    def accounts(self, arguments: Mapping[str, Any]) -> Sequence[Account]: ...


@dataclass(frozen=True)
class Who:
    """Whoever has one of the roles, and `others`; without an account only where it `is_public`."""

    roles: frozenset[Role] = frozenset()
    others: Others | None = None
    is_public: bool = False

    def include(self, account: object, arguments: Mapping[str, Any]) -> bool:
        if self.is_public:
            return True
        if not isinstance(account, Account):
            return False
        return account.role in self.roles or bool(self.others and self.others.include(account, arguments))

    @property
    def names(self) -> list[str]:
        """What one has to be, in words: roles in the order of their choices, then the others."""
        roles = [str(role.label) for role in Role if role in self.roles]
        return roles + ([str(self.others.label)] if self.others else [])


PUBLIC = Who(is_public=True)
ADMINISTRATORS = Who(frozenset({Role.APPLICATION_ADMINISTRATOR}))
MANAGERS = Who(ADMINISTRATORS.roles | {Role.CLOUD_APPLICATION_ADMINISTRATOR})
READERS = Who(MANAGERS.roles | {Role.REPORTS_READER})
EVERYBODY = Who(frozenset(Role))


@dataclass(frozen=True)
class Rule:
    """`reads` may GET; `changes` may POST, the same people where it says nothing."""

    reads: Who
    changes: Who | None = None

    def needed(self, method: str) -> Who:
        return self.reads if method in READING or self.changes is None else self.changes


OPEN = Rule(PUBLIC)
"""Nobody has to sign in, or the view looks at something else than the session."""
SIGNED_IN = Rule(EVERYBODY)
ADMINISTER = Rule(ADMINISTRATORS)
MANAGE = Rule(MANAGERS)
READ = Rule(READERS)
READ_OR_ADMINISTER = Rule(READERS, ADMINISTRATORS)

ROUTES: Mapping[str, Rule] = {
    "sign-in": OPEN,
    "microsoft": OPEN,
    "microsoft-done": OPEN,
    "sign-out": SIGNED_IN,
    "account": SIGNED_IN,
    "end-own-sessions": SIGNED_IN,
    "accounts": ADMINISTER,
    "new-account": ADMINISTER,
    "one-account": ADMINISTER,
    "edit-account": ADMINISTER,
    "reset-password": ADMINISTER,
    "account-action": ADMINISTER,
    "preferences": SIGNED_IN,
    "language": OPEN,
}
"""The rules of the accounts' own pages."""


class Refused(PermissionDenied):
    """`needed` may; without it nobody has declared the route."""

    def __init__(self, needed: Who | None, arguments: Mapping[str, Any]) -> None:
        super().__init__(reason(needed))
        self.needed = needed
        self.arguments = arguments

    def holders(self) -> list[tuple[str, str]]:
        """What one has to be, and who is it."""
        if self.needed is None:
            return []
        accounts = list(Account.objects.filter(is_active=True, role__in=self.needed.roles).order_by("display_name"))
        rows = [(str(role.label), _people([each for each in accounts if each.role == role])) for role in Role]
        if others := self.needed.others:
            rows.append((str(others.label), _people(others.accounts(self.arguments))))
        return [(label, people) for label, people in rows if people]


class Access:
    """What the person of a request may do; `request.access`, in templates too."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self._known: dict[tuple[str, str], str] = {}

    def check(self, match: ResolverMatch) -> None:
        """Raises Refused."""
        needed = _needed(match, self.request.method or "GET")
        if needed is None or not needed.include(self.request.user, match.kwargs):
            raise Refused(needed, match.kwargs)

    def refusal(self, url: str, method: str = "GET") -> str:
        """Why the person may not call this address of the portal; empty where they may, or sign in first."""
        parts = urlsplit(urljoin(self.request.path, url))
        if parts.netloc or not isinstance(getattr(self.request, "user", None), Account):
            return ""
        key = (parts.path, method)
        if key not in self._known:
            self._known[key] = self._refusal(*key)
        return self._known[key]

    def _refusal(self, path: str, method: str) -> str:
        try:
            match = resolve(path)
        except Resolver404:
            return ""
        needed = _needed(match, method)
        return "" if needed and needed.include(self.request.user, match.kwargs) else reason(needed)

    @property
    def only_reads(self) -> str:
        """Why the person may only look at the page of this request; empty where they may change it, or it never is."""
        return self.refusal(self.request.path, "POST")


@dataclass
class AccessMiddleware:
    """Refuses what the rules do not allow, and every route that nobody has declared."""

    get_response: Callable[[HttpRequest], HttpResponse]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        vars(request)["access"] = Access(request)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponseRedirect | None:
        """Who has a password that somebody else chose gets no further than to the page where it is changed."""
        if request.resolver_match is None:
            return None
        access_of(request).check(request.resolver_match)
        free = request.resolver_match.url_name in ("account", "sign-out") or not getattr(view, "login_required", True)
        must = getattr(request.user, "must_change_password", False) and not request.session.get(BY_MICROSOFT)
        if free or not must:
            return None
        messages.warning(request, _("Choose a password of your own first"))
        return redirect("account")


def access_of(request: HttpRequest) -> Access:
    access: Access = getattr(request, "access", None) or Access(request)
    return access


def reason(needed: Who | None) -> str:
    """The sentence of a refusal, in the language of who reads it."""
    if needed is None:
        return _("Nobody has declared who may open this page.")
    return _("You need to be: %(roles)s.") % {"roles": get_text_list(needed.names, _("or"))}


def _needed(match: ResolverMatch, method: str) -> Who | None:
    rule: Rule | None = getattr(get_resolver(get_urlconf()).urlconf_module, "access", {}).get(match.url_name)
    return rule.needed(method) if rule else None


def _people(accounts: Sequence[Account]) -> str:
    names = [str(each) for each in accounts]
    more = len(names) - NAMED
    shown = ", ".join(names[:NAMED])
    return _("%(names)s and %(n)d more") % {"names": shown, "n": more} if more > 0 else shown
