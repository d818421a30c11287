"""The page of the authorization code and implicit grants: sign in, see what the client asks for, allow or deny it."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext, gettext_noop

from provisioning.sandbox import codes, grants, tokens
from provisioning.sandbox.calls import call
from provisioning.sandbox.models import Client, Token, User
from provisioning.sandbox.pages import POLICY
from provisioning.sandbox.strictness import STRICTNESS

# A challenge of RFC 7636 is 43 characters of base64url.
CHALLENGE_LENGTH = 43
CODE, TOKEN = "code", "token"
GRANTS = {CODE: "authorization_code", TOKEN: "implicit"}
SCOPES = {
    "identity:": gettext_noop("Admin Center: people and licences of the account"),
    "identity:scim.org": gettext_noop("SCIM: people and groups of the organization"),
    "collab:": gettext_noop("GoToMeeting, GoToWebinar, GoToTraining"),
}
KEPT = ("response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method")


class NotSafe(Exception):
    """The browser must not be sent on: it is not sure that the address belongs to the client."""


@dataclass(frozen=True)
class Asked:
    """What a client asks for. `named` is the address as the request named it, `address` the one to go back to."""

    client: Client
    address: str
    named: str
    state: str
    scope: str
    challenge: str
    kind: str


@call("authorize")
def page(request: HttpRequest) -> HttpResponse:
    """Show the page, and on POST take the decision: back to the client with `code` and `state`, or with `error`."""
    values = request.POST if request.method == "POST" else request.GET
    try:
        client, address = _client(values)
    except NotSafe as unsafe:
        return render(request, "sandbox/authorize.html", {"refused": str(unsafe)}, status=400)
    state = values.get("state", "")
    error = _error(client, values)
    if not error and values.get("decision") == "deny":
        error = "access_denied"
    kind = values.get("response_type", "")
    if error:
        return _back(address, kind, error=error, state=state)
    scope = values.get("scope") or client.scope
    challenge = values.get("code_challenge", "")
    asked = Asked(client, address, values.get("redirect_uri", ""), state, scope, challenge, kind)
    if request.method == "POST":
        return _decided(request, asked)
    return _shown(request, asked, values)


def _decided(request: HttpRequest, asked: Asked) -> HttpResponse:
    user = grants.person(request.POST.get("username", ""), request.POST.get("password", ""))
    if user is None:
        return _shown(request, asked, request.POST, gettext("This e-mail address or password is not right."))
    if asked.kind == TOKEN:
        return _token_at_once(asked, user)
    code = codes.issue(asked.client, user, redirect_uri=asked.named, challenge=asked.challenge, scope=asked.scope)
    return _back(asked.address, asked.kind, code=code, state=asked.state)


def _token_at_once(asked: Asked, user: User) -> HttpResponse:
    """The implicit grant: the token comes with the browser; there is no refresh token."""
    granted = {
        "access_token": tokens.issue(Token.Kind.ACCESS, asked.client, user, asked.scope),
        "token_type": "Bearer",
        "expires_in": str(STRICTNESS.access_seconds),
        "principal": user.email,
        "scope": asked.scope,
    }
    return _back(asked.address, asked.kind, **granted, state=asked.state)


def _shown(request: HttpRequest, asked: Asked, values: QueryDict, mistake: str = "") -> HttpResponse:
    hidden = {name: values[name] for name in KEPT if name in values}
    scopes = [(scope, gettext(SCOPES[scope]) if scope in SCOPES else "") for scope in asked.scope.split()]
    context = {"asked": asked, "hidden": hidden, "scopes": scopes, "mistake": mistake}
    context["username"] = values.get("username", "")
    answer = render(request, "sandbox/authorize.html", context)
    parts = urlsplit(asked.address)  # browsers hold the answer of a form, a redirect, to the same rule
    answer["Content-Security-Policy"] = POLICY.replace(
        "form-action 'self'", f"form-action 'self' {parts.scheme}://{parts.netloc}"
    )
    answer["Cache-Control"] = "no-store"
    return answer


def _client(values: Mapping[str, str]) -> tuple[Client, str]:
    """The client and where to send the browser back to."""
    client = Client.objects.filter(client_id=values.get("client_id", "")).first()
    if client is None:
        raise NotSafe(gettext("No client is registered with this id."))
    address = values.get("redirect_uri") or next(iter(client.redirect_uris), "")
    if not address or not any(_fits(registered, address) for registered in client.redirect_uris):
        # assumed(redirect-unregistered): told on a page, not by sending the browser there
        raise NotSafe(gettext("This redirect address is not registered for the client."))
    return client, address


def _fits(registered: str, address: str) -> bool:
    ours, theirs = urlsplit(registered), urlsplit(address)
    if ours.path:
        return registered == address
    return (ours.scheme, ours.hostname) == (theirs.scheme, theirs.hostname) and not theirs.fragment


def _error(client: Client, values: Mapping[str, str]) -> str:
    """What the client is told when its request is wrong, in the words of RFC 6749 section 4.1.2.1."""
    challenge, method = values.get("code_challenge", ""), values.get("code_challenge_method", "plain")
    # assumed(pkce): S256 is taken and nothing else; GoTo's pages do not speak of it
    bad_challenge = challenge and (method != "S256" or len(challenge) != CHALLENGE_LENGTH)
    kind = values.get("response_type", "")
    if kind not in GRANTS:
        return "unsupported_response_type"
    if GRANTS[kind] not in client.grants:
        return "unauthorized_client"
    if bad_challenge or (STRICTNESS.pkce_required and kind == CODE and not challenge):
        return "invalid_request"
    if STRICTNESS.state_required and not values.get("state"):
        return "invalid_request"
    if set(values.get("scope", "").split()) - set(client.scope.split()):
        return "invalid_scope"  # assumed(scope-too-wide): refused; that it cannot be widened is documented
    return ""


def _back(address: str, kind: str, **values: str) -> HttpResponse:
    """What a token comes with, or would have, stands behind `#`, where no server sees it."""
    told = urlencode({name: value for name, value in values.items() if value})
    mark = "#" if kind == TOKEN else "&" if urlsplit(address).query else "?"
    answer = HttpResponse(status=302)
    answer["Location"] = f"{address}{mark}{told}"
    answer["Cache-Control"] = "no-store"
    return answer
