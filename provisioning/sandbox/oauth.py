"""The token endpoint: `/oauth/token` of today and `/oauth/v2/token` of before, for the same clients and people."""

import base64
import binascii
from collections.abc import Callable

from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict

from provisioning.sandbox import clock, tokens
from provisioning.sandbox.answers import as_json
from provisioning.sandbox.calls import call
from provisioning.sandbox.models import Client, Token, User


class NotGranted(Exception):
    """Answered with the error object of RFC 6749 section 5.2."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(error)
        self.status, self.error, self.description = status, error, description


type_of_grant = Callable[[Client, QueryDict], tuple[User, str]]


@call("token")
def token(request: HttpRequest, version: str = "") -> HttpResponse:
    """Answer a grant. `version` is "3" on the v2 path, whose answer also tells who signed in."""
    try:
        client = _client(request)
        grant = _grant(client, request.POST.get("grant_type", ""))
        with transaction.atomic():
            user, refresh_token = grant(client, request.POST)
            answer = _answer(client, user, refresh_token)
    except NotGranted as refused:
        return _private(as_json({"error": refused.error, "error_description": refused.description}, refused.status))
    if version:
        answer |= _person(user, version)
        if "refresh_token" in request.POST:  # the old host gave the same one back until it expired
            answer["refresh_token"] = request.POST["refresh_token"]
    return _private(as_json(answer))


def _client(request: HttpRequest) -> Client:
    """The registered client of the Basic header; the form's client_id and client_secret do not count."""
    scheme, _, coded = request.headers.get("Authorization", "").partition(" ")
    try:
        name, _, secret = base64.b64decode(coded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        name = secret = ""
    client = Client.objects.filter(client_id=name).first() if scheme.lower() == "basic" else None
    if client is None or not check_password(secret, client.secret):
        raise NotGranted(401, "invalid_client", "client not found")
    return client


def _grant(client: Client, name: str) -> type_of_grant:
    if name not in GRANTS:  # assumed: the answer of RFC 6749
        raise NotGranted(400, "unsupported_grant_type", "grant type not supported")
    if name not in client.grants:  # assumed: what a client registered after the cut-off date is told
        raise NotGranted(400, "unauthorized_client", "client may not use this grant type")
    return GRANTS[name]


def _by_password(client: Client, form: QueryDict) -> tuple[User, str]:
    user = User.objects.select_related("account").filter(email_folded=form.get("username", "").casefold()).first()
    if user is None or not user.password or not check_password(form.get("password", ""), user.password):
        # assumed: 400 as RFC 6749 has it; no answer to a wrong password was recorded
        raise NotGranted(400, "invalid_grant", "invalid username or password")
    return user, tokens.issue(Token.Kind.REFRESH, client, user)


def _by_refresh_token(client: Client, form: QueryDict) -> tuple[User, str]:
    """A new refresh token comes only when most of the old one's life has passed."""
    held = tokens.find(Token.Kind.REFRESH, form.get("refresh_token", ""))
    if held is None or held.client != client:
        raise NotGranted(400, "invalid_grant", "invalid refresh token")
    if clock.now() - held.issued_at < tokens.RENEWED_AFTER:
        return held.user, ""
    # assumed: the old one stays valid until it expires
    return held.user, tokens.issue(Token.Kind.REFRESH, client, held.user)


GRANTS: dict[str, type_of_grant] = {"password": _by_password, "refresh_token": _by_refresh_token}


def _answer(client: Client, user: User, refresh_token: str) -> dict[str, object]:
    answer: dict[str, object] = {
        "access_token": tokens.issue(Token.Kind.ACCESS, client, user),
        "token_type": "Bearer",
    }
    if refresh_token:
        answer["refresh_token"] = refresh_token
    seconds = int(tokens.ACCESS_LIFE.total_seconds())
    return answer | {"expires_in": seconds, "scope": client.scope, "principal": user.email}


def _person(user: User, version: str) -> dict[str, object]:
    return {
        "account_key": user.account.key,
        "account_type": "corporate",
        "email": user.email,
        "firstName": user.first_name,
        "lastName": user.last_name,
        "organizer_key": user.key,
        "version": version,
    }


def _private(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "no-store"
    return answer
