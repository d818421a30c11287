"""The switches for OAuth, below `/sandbox/`: end tokens, register clients, make personal access tokens."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse

from provisioning.sandbox import clock, tokens
from provisioning.sandbox.answers import as_json
from provisioning.sandbox.callers import CALLERS
from provisioning.sandbox.grants import GRANTS
from provisioning.sandbox.models import Client, PersonalToken, User
from provisioning.sandbox.switches import with_json


@with_json
def end_tokens(request: HttpRequest, body: dict[str, Any]) -> HttpResponse:
    """`expire`: "access" or "all" tokens end now. `calls`: each access token serves for so many calls (0: any)."""
    ended = 0
    if "calls" in body:
        CALLERS.limit(int(body["calls"]))
    if "expire" in body:
        ended = tokens.expire(also_refresh={"access": False, "all": True}[body["expire"]])
        CALLERS.forget()
    return as_json({"ended": ended})


@with_json
def register(request: HttpRequest, body: dict[str, Any]) -> HttpResponse:
    """Register a client, or change one: `clientId`, and `secret`, `grants`, `scope`, `redirectUris` where they differ.

    A client without a word on `grants` may use all of them.
    """
    client = Client.objects.filter(client_id=body["clientId"]).first()
    if client is None:
        client = Client(client_id=str(body["clientId"]), grants=list(GRANTS), scope="identity:")
    if "secret" in body:
        client.secret = make_password(str(body["secret"]))
    client.grants = [str(name) for name in body.get("grants", client.grants)]
    client.scope = str(body.get("scope", client.scope))
    client.redirect_uris = [str(address) for address in body.get("redirectUris", client.redirect_uris)]
    client.save()
    shown = {"clientId": client.client_id, "grants": client.grants, "scope": client.scope}
    return as_json({**shown, "redirectUris": client.redirect_uris}, 201)


@with_json
def personal(request: HttpRequest, body: dict[str, Any]) -> HttpResponse:
    """`{"email", "pat"}`: give the person this token, for `scope`, lasting `seconds`. `{"revoke"}`: end one."""
    if "revoke" in body:
        ended, _ = PersonalToken.objects.filter(digest=tokens.digest(body["revoke"])).delete()
        return as_json({"ended": ended})
    user = User.objects.filter(email_folded=body["email"].casefold()).first()
    if user is None:
        raise ValueError("email: there is no such account")
    expires = clock.now() + timedelta(seconds=body["seconds"]) if "seconds" in body else None
    values = {"user": user, "scope": body.get("scope", "identity: collab:"), "expires_at": expires}
    PersonalToken.objects.update_or_create(digest=tokens.digest(body["pat"]), defaults=values)
    return as_json({"scope": values["scope"]}, 201)
