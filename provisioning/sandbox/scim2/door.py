"""Who may use the SCIM 2.0 service: a bearer token, a token by client credentials, or a password."""

import base64
import functools
import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from provisioning.sandbox.answers import as_json
from provisioning.sandbox.calls import call
from provisioning.sandbox.scim2.refusals import Scim2Refused

BEARER = "demo-scim-token"
CLIENT, CLIENT_SECRET = "demo-scim2-client", "demo-scim2-secret"
USER, PASSWORD = "scim-admin", "Demo-scim-1"

View = Callable[..., HttpResponse]
_granted: set[str] = set()


def admitted(view: View) -> View:
    @functools.wraps(view)
    def checked(request: HttpRequest, **keys: str) -> HttpResponse:
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        known = {BEARER, *_granted} if scheme.lower() == "bearer" else {_packed(USER, PASSWORD)}
        if scheme.lower() not in ("bearer", "basic") or text.strip() not in known:
            raise Scim2Refused(401, "", "The credentials are not accepted.")
        return view(request, **keys)

    return checked


@call("scim2.token")
def token(request: HttpRequest) -> HttpResponse:
    """RFC 6749, 4.4: the client in a header or in the form."""
    sent = request.headers.get("Authorization", "").removeprefix("Basic ")
    shown = sent or _packed(request.POST.get("client_id", ""), request.POST.get("client_secret", ""))
    if shown != _packed(CLIENT, CLIENT_SECRET):
        return as_json({"error": "invalid_client"}, 401)
    if request.POST.get("grant_type") != "client_credentials":
        return as_json({"error": "unsupported_grant_type"}, 400)
    text = secrets.token_urlsafe(32)
    _granted.add(text)
    return as_json({"access_token": text, "token_type": "Bearer", "expires_in": 3600})


def end_tokens() -> None:
    """Those that were granted are refused from now on."""
    _granted.clear()


def _packed(user: str, password: str) -> str:
    return base64.b64encode(f"{user}:{password}".encode()).decode()
