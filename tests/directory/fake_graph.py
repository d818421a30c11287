"""A small Microsoft Entra and Microsoft Graph over real HTTPS, with switches for everything that can go wrong."""

import base64
import contextlib
import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography import x509

from provisioning.directory.base import Selected
from provisioning.directory.graph import Graph
from provisioning.wire.session import Session, new_session
from tests.directory.tenant import GROUP, HOME, USER, Tenant, mark, unmark
from tests.wire.servers import LocalAuthority, answer, http_server

CLIENT = "9b0c5d1e-7f6a-4d3b-8c2e-1a2b3c4d5e6f"
SECRET = "s~ecret.Value"
APPLICATION = "3c5e7a9b-1d2f-4b6c-8e0a-2b4d6f8a0c1e"
ROLE = "11111111-aaaa-4bbb-8ccc-222222222222"
EVERYTHING = ("Application.Read.All", "Directory.Read.All")
NEEDED = {
    "/organization": {"Organization.Read.All"},
    "/users": {"User.Read.All"},
    "/groups": {"GroupMember.Read.All", "Group.Read.All"},
    "/directory/deletedItems/microsoft.graph.user": {"User.Read.All"},
    "/directory/deletedItems/microsoft.graph.group": {"Group.Read.All"},
    "/servicePrincipals": {"Application.Read.All"},
}

Reply = tuple[int, Any, dict[str, str]]
"""Status, body (JSON, or bytes as they are) and headers."""


@dataclass
class Fault:
    """Answers a request whose address matches, after `after` that did, `times` times."""

    pattern: str
    reply: Reply
    after: int = 0
    times: int = 1


@dataclass
class FakeGraph:
    """Serves one tenant. `url` is both the sign-in and the Graph address. `asked`: method, address and its token."""

    authority: LocalAuthority
    tenant: Tenant = field(default_factory=Tenant)
    url: str = ""
    roles: tuple[str, ...] = EVERYTHING
    certificate: x509.Certificate | None = None
    opaque: bool = False
    expires_in: int = 3599
    tokens: dict[str, tuple[str, ...]] = field(default_factory=dict)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    forms: list[dict[str, str]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    app_roles: list[dict[str, Any]] = field(default_factory=list)
    assigned: list[dict[str, Any]] = field(default_factory=list)
    principals: list[dict[str, Any]] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)

    # --- for tests

    def source(self, *, selected: Selected | None = None, **settings: str) -> Graph:
        self.sessions.append(new_session(timeout=10, allow_private=True))
        return Graph({**self.settings, **settings}, self.sessions[-1], selected=selected or Selected())

    @property
    def settings(self) -> dict[str, str]:
        return {
            "cloud": "custom",
            "tenant": str(HOME),
            "client_id": CLIENT,
            "client_secret": SECRET,
            "authority_url": self.url,
            "graph_url": self.url,
            "authorities": self.authority.certificate.read_text(),
        }

    def fault(
        self, pattern: str, status: int, body: Any = None, *, after: int = 0, times: int = 1, **headers: str
    ) -> None:
        """`_` in a header's name is a hyphen."""
        self.faults.append(Fault(pattern, (status, {} if body is None else body, headers), after, times))

    def asked_for(self, pattern: str) -> list[str]:
        return [url for _, url, _ in self.asked if re.search(pattern, url)]

    def revoke(self) -> None:
        """No token that was given serves any more."""
        self.tokens.clear()

    def close(self) -> None:
        for session in self.sessions:
            session.close()

    # --- serving

    def answering(self, handler: BaseHTTPRequestHandler) -> None:
        status, body, headers = self._reply(handler)
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        answer(handler, data, status, **headers)

    def _reply(self, handler: BaseHTTPRequestHandler) -> Reply:
        token = handler.headers.get("Authorization", "").removeprefix("Bearer ")
        self.asked.append((handler.command, handler.path, token))
        for fault in self.faults:
            if fault.times and re.search(fault.pattern, handler.path):
                if fault.after:
                    fault.after -= 1
                else:
                    fault.times -= 1
                    return fault.reply
        parts = urlsplit(handler.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if "$search" in query and handler.headers.get("ConsistencyLevel") != "eventual":
            return failed(
                400, "Request_UnsupportedQuery", "Request with $search query parameter only works with a header."
            )
        if parts.path.startswith("/v1.0/"):
            return self._graph(parts.path.removeprefix("/v1.0"), query, token)
        return self._entra(parts.path, getattr(handler, "sent", b"").decode())

    # --- Microsoft Entra

    def _entra(self, path: str, sent: str) -> Reply:
        here = f"/{HOME}"
        if not path.startswith(f"{here}/"):
            return refused(90002, "Tenant 'x' not found. Check to make sure you have the correct tenant ID.")
        if path == f"{here}/v2.0/.well-known/openid-configuration":
            places = {"authorization_endpoint": "authorize", "token_endpoint": "token"}
            found = {name: f"{self.url}{here}/oauth2/v2.0/{end}" for name, end in places.items()}
            return 200, {**found, "issuer": f"{self.url}{here}/v2.0"}, {}
        form = {name: values[0] for name, values in parse_qs(sent).items()}
        self.forms.append(form)
        return self._refusal(form) or self._granted()

    def _refusal(self, form: dict[str, str]) -> Reply | None:
        if form.get("client_id") != CLIENT:
            return refused(700016, "Application with identifier 'x' was not found in the directory 'Contoso'.")
        if form.get("scope") != f"{self.url}/.default":
            return refused(1002012, "The provided value for scope is not valid.")
        if assertion := form.get("client_assertion"):
            return self._judge(assertion)
        if form.get("client_secret") != SECRET:
            return refused(7000215, "Invalid client secret provided.", status=401, error="invalid_client")
        return None

    def _judge(self, assertion: str) -> Reply | None:
        """The signature is checked against the certificate that was uploaded, as Entra does."""
        assert self.certificate
        key: Any = self.certificate.public_key()
        audience = f"{self.url}/{HOME}/oauth2/v2.0/token"
        try:
            jwt.decode(assertion, key, algorithms=["PS256"], audience=audience, issuer=CLIENT)
        except jwt.InvalidTokenError:
            return refused(700027, "Client assertion failed signature validation.", status=401, error="invalid_client")
        return None

    def _granted(self) -> Reply:
        claims = {"roles": list(self.roles), "nonce": len(self.tokens)}
        body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
        token = f"opaque-{len(self.forms)}" if self.opaque else f"e30.{body}.{len(self.forms)}"
        self.tokens[token] = self.roles
        return 200, {"token_type": "Bearer", "expires_in": self.expires_in, "access_token": token}, {}

    # --- Microsoft Graph

    def _graph(self, path: str, query: dict[str, str], token: str) -> Reply:
        if token not in self.tokens:
            return failed(401, "InvalidAuthenticationToken", "Access token has expired or is not yet valid.")
        needed = next((NEEDED[each] for each in NEEDED if path.startswith(each)), set())
        if not {*needed, "Directory.Read.All"} & set(self.tokens[token]):
            return failed(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
        select = query.get("$select", "").split(",")
        if path.endswith("/delta") and set(select) - {"", *self.tenant.known}:
            return failed(
                400, "BadRequest", "Could not find a property named 'shoeSize' on type 'microsoft.graph.user'."
            )
        return self._pages(path).get(path, lambda *_: failed(404, "Request_ResourceNotFound", "Not here."))(path, query)

    def _pages(self, path: str) -> dict[str, Callable[[str, dict[str, str]], Reply]]:
        principal = f"/servicePrincipals/{APPLICATION}"
        return {
            "/organization": lambda *_: self._organization(),
            "/users/delta": self._delta,
            "/groups/delta": self._delta,
            "/directory/deletedItems/microsoft.graph.user": self._deleted,
            "/directory/deletedItems/microsoft.graph.group": self._deleted,
            "/servicePrincipals": self._principals,
            principal: lambda *_: (200, {"id": APPLICATION, "displayName": "GoTo", "appRoles": self.app_roles}, {}),
            f"{principal}/appRoleAssignedTo": lambda path, query: self._paged(path, query, self.assigned),
        }

    def _organization(self) -> Reply:
        domains = [
            {"name": "contoso.onmicrosoft.example", "isDefault": False, "isInitial": True},
            {"name": "contoso.example", "isDefault": True, "isInitial": False},
        ]
        return 200, {"value": [{"id": str(HOME), "displayName": "Contoso", "verifiedDomains": domains}]}, {}

    def _principals(self, path: str, query: dict[str, str]) -> Reply:
        """By the beginning of a word, or by one of two ids."""
        if "$search" in query:
            wanted = query["$search"].strip('"').removeprefix("displayName:").lower()
            found = [each for each in self.principals if f" {wanted}" in f" {each['displayName'].lower()}"]
        elif "$filter" in query:
            ids = set(re.findall(r"'([^']*)'", query["$filter"]))
            found = [each for each in self.principals if ids & {each["id"], each["appId"]}]
        else:
            found = [{"id": APPLICATION}]
        return 200, {"value": found}, {}

    def _deleted(self, path: str, query: dict[str, str]) -> Reply:
        type_ = USER if path.endswith("user") else GROUP
        return self._paged(path, query, self.tenant.in_recycle_bin(type_, query.get("$select", "").split(",")))

    def _delta(self, path: str, query: dict[str, str]) -> Reply:
        """The query's options are in its tokens, as in Graph, and can't be changed there."""
        text = query.get("$skiptoken") or query.get("$deltatoken")
        told = unmark(text) if text else {"since": 0, "at": 0, "select": query["$select"].split(",")}
        told.setdefault("until", self.tenant.now)
        type_ = USER if path == "/users/delta" else GROUP
        entries = self.tenant.entries(type_, told["since"], told["select"])
        page, more = self.tenant.page(entries, told["at"])
        if more:
            name, kind = "@odata.nextLink", "skip"
            text = mark(**{**told, "at": told["at"] + len(page)})
        else:
            name, kind = "@odata.deltaLink", "delta"
            text = mark(since=told["until"], at=0, select=told["select"])
        return 200, {"value": page, name: f"{self.url}/v1.0{path}?${kind}token={text}"}, {}

    def _paged(self, path: str, query: dict[str, str], entries: list[dict[str, Any]]) -> Reply:
        at = unmark(query["$skiptoken"])["at"] if "$skiptoken" in query else 0
        page, more = self.tenant.page(entries, at)
        next_ = f"{self.url}/v1.0{path}?$select={query.get('$select', '')}&$skiptoken={mark(at=at + len(page))}"
        return 200, {"value": page, **({"@odata.nextLink": next_} if more else {})}, {}


def refused(code: int, text: str, *, status: int = 400, error: str = "invalid_request") -> Reply:
    """A refusal in the words of Microsoft Entra."""
    told = f"AADSTS{code}: {text} Trace ID: 0f4e Correlation ID: 7b1c Timestamp: {time.strftime('%Y-%m-%d %H:%M:%SZ')}"
    return status, {"error": error, "error_description": told, "error_codes": [code]}, {}


def failed(status: int, code: str, text: str) -> Reply:
    """A refusal in the words of Microsoft Graph."""
    return status, {"error": {"code": code, "message": text, "innerError": {"request-id": "5f1e"}}}, {}


@contextlib.contextmanager
def running_graph(authority: LocalAuthority) -> Iterator[FakeGraph]:
    graph = FakeGraph(authority)
    with http_server(graph.answering, authority.server) as url:
        graph.url = url
        yield graph
        graph.close()
