"""The token endpoint: `/oauth/token` of today, `/oauth/v2/token` and `/oauth/access_token` of before."""

import base64
import binascii

from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict

from provisioning.sandbox import grants, tokens
from provisioning.sandbox.answers import as_json
from provisioning.sandbox.calls import call
from provisioning.sandbox.grants import Granted, NotGranted
from provisioning.sandbox.models import Client, Token, User
from provisioning.sandbox.strictness import STRICTNESS

FORM = "application/x-www-form-urlencoded"


@call("token")
def token(request: HttpRequest, version: str = "") -> HttpResponse:
    """Answer a grant. `version` is "3" on the v2 path, whose answer also tells who signed in."""
    try:
        client = _client(request)
        form = _form(request)
        granted = _granted(client, form.get("grant_type", ""), form)
    except NotGranted as refused:
        return _refusal(refused)
    answer = _answer(client, granted)
    if version:
        answer |= _person(granted.user, version)
        if "refresh_token" in form:  # the old host gave the same one back until it expired
            answer["refresh_token"] = form["refresh_token"]
    return _private(as_json(answer))


@call("token")
def access_token(request: HttpRequest) -> HttpResponse:
    """The oldest way: no client secret, other names, numbers as text. A query serves as well as a form."""
    form = (request.POST if request.method == "POST" else request.GET).copy()
    if "user_id" in form:
        form["username"] = form.get("user_id", "")
    try:
        client = _registered(form.get("client_id", ""))
        granted = _granted(client, form.get("grant_type", ""), form)
    except NotGranted as refused:
        return _refusal(refused)
    answer = {
        "access_token": tokens.issue(Token.Kind.ACCESS, client, granted.user, granted.scope),
        "expires_in": str(STRICTNESS.access_seconds),
        "refresh_token": granted.refresh_token or form.get("refresh_token", ""),
        **_person(granted.user, "2"),
        "account_type": "",
        "platform": "GLOBAL",
    }
    return _private(as_json(answer))


def _client(request: HttpRequest) -> Client:
    """The registered client of the Basic header; the form's client_id and client_secret do not count."""
    scheme, _, coded = request.headers.get("Authorization", "").partition(" ")
    try:
        name, _, secret = base64.b64decode(coded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        name = secret = ""
    client = _registered(name if scheme.lower() == "basic" else "")
    if not check_password(secret, client.secret):
        raise _unknown_client()
    return client


def _registered(client_id: str) -> Client:
    client = Client.objects.filter(client_id=client_id).first()
    if client is None:
        raise _unknown_client()
    return client


def _unknown_client() -> NotGranted:
    return NotGranted(401, "invalid_client", "client not found")


def _form(request: HttpRequest) -> QueryDict:
    if request.content_type != FORM:  # assumed(token-form): that it must be a form is documented, the answer is not
        raise NotGranted(400, "invalid_request", f"Content-Type must be {FORM}")
    return request.POST


def _granted(client: Client, name: str, form: QueryDict) -> Granted:
    grant = grants.chosen(client, name)
    with transaction.atomic():
        return grant(client, form)


def _answer(client: Client, granted: Granted) -> dict[str, object]:
    answer: dict[str, object] = {
        "access_token": tokens.issue(Token.Kind.ACCESS, client, granted.user, granted.scope),
        "token_type": "Bearer",
    }
    if granted.refresh_token:
        answer["refresh_token"] = granted.refresh_token
    return answer | {
        "expires_in": STRICTNESS.access_seconds,
        "scope": granted.scope,
        "principal": granted.user.email,
    }


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


def _refusal(refused: NotGranted) -> HttpResponse:
    return _private(as_json({"error": refused.error, "error_description": refused.description}, refused.status))


def _private(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "no-store"
    return answer
