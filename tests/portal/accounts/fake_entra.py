"""A small Microsoft Entra for people over real HTTPS: it holds portals to PKCE, redirect address, client and secret."""

import base64
import contextlib
import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.wire.servers import LocalAuthority, answer, http_server

TENANT = "8d6f0b3e-2a51-4c58-9a1e-5f1d7c0b9e21"
CLIENT = "4f3d2c1b-0a9e-4b7d-8c6f-5e4d3c2b1a09"
SECRET = "s~ecret.Value"
ROSA = "11111111-2222-4333-8444-555555555555"


@dataclass
class FakeEntra:
    """`claims` are put over those of an ordinary answer; `status` other than 200 breaks the token endpoint."""

    url: str = ""
    status: int = 200
    claims: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def sign_in(self, auth_uri: str, name: str = "rosa@contoso.example", oid: str = ROSA) -> dict[str, str]:
        """What the browser of somebody who signs in at this address comes back with."""
        asked = {key: values[0] for key, values in parse_qs(urlsplit(auth_uri).query).items()}
        assert asked["code_challenge_method"] == "S256"
        assert asked["response_type"] == "code"
        code = f"code-{len(self.codes)}"
        self.codes[code] = {**asked, "name": name, "oid": oid}
        return {"code": code, "state": asked["state"], "session_state": "x"}

    def answering(self, handler: BaseHTTPRequestHandler) -> None:
        status, body = self._reply(handler.path, getattr(handler, "sent", b"").decode())
        answer(handler, json.dumps(body).encode(), status)

    def _reply(self, path: str, sent: str) -> tuple[int, dict[str, Any]]:
        here = f"{self.url}/{TENANT}"
        if path.endswith("/.well-known/openid-configuration"):
            ends = {"authorization_endpoint": "authorize", "token_endpoint": "token"}
            return 200, {**{key: f"{here}/oauth2/v2.0/{end}" for key, end in ends.items()}, "issuer": f"{here}/v2.0"}
        if self.status != 200:
            return self.status, {}
        form = {key: values[0] for key, values in parse_qs(sent).items()}
        asked = self.codes.pop(form.get("code", ""), None)
        if form.get("client_id") != CLIENT or form.get("client_secret") != SECRET:
            return 401, _refusal("invalid_client", "AADSTS7000215: Invalid client secret provided.")
        if asked is None or _challenge(form.get("code_verifier", "")) != asked["code_challenge"]:
            return 400, _refusal("invalid_grant", "AADSTS501481: The Code_Verifier does not match the code_challenge.")
        if form.get("redirect_uri") != asked["redirect_uri"]:
            return 400, _refusal("invalid_grant", "AADSTS500112: The reply address does not match.")
        return 200, self._token(asked)

    def _token(self, asked: dict[str, str]) -> dict[str, Any]:
        now = int(time.time())
        claims = {
            "iss": f"{self.url}/{TENANT}/v2.0",
            "aud": CLIENT,
            "iat": now,
            "nbf": now,
            "exp": now + 3600,
            "nonce": asked["nonce"],
            "sub": "subject",
            "tid": TENANT,
            "oid": asked["oid"],
            "preferred_username": asked["name"],
            **self.claims,
        }
        told = {name: value for name, value in claims.items() if value is not None}
        token = ".".join([_packed({"alg": "none"}), _packed(told), "signature"])
        return {"token_type": "Bearer", "expires_in": 3599, "access_token": "x", "id_token": token}


def _refusal(error: str, text: str) -> dict[str, Any]:
    return {"error": error, "error_description": f"{text} Trace ID: 0f4e Correlation ID: 7b1c"}


def _packed(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


@contextlib.contextmanager
def running_entra(authority: LocalAuthority) -> Iterator[FakeEntra]:
    entra = FakeEntra()
    with http_server(entra.answering, authority.server) as url:
        entra.url = url
        yield entra
