"""A target that costs next to nothing: as much of GoTo's Admin API as the connector uses, people kept in memory.

Written by hand over asyncio, so that what is measured is the portal and not this. It counts the requests of each
call (`GET /stats`, `DELETE /stats`) and answers each no sooner than the latency it was started with.
"""

import argparse
import asyncio
import json
import re
import sys
from base64 import b64decode
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol
from urllib.parse import parse_qs, unquote

ACCOUNT = "3573452345871200001"
ADMIN_KEY = "1000000000000000000"
CREDENTIALS = {
    "username": "admin@contoso.example",
    "password": "bench-admin",
    "client_id": "bench-client",
    "client_secret": "bench-secret",
}
BEARER = "bench-bearer"
PRODUCTS = {f"135553441687120000{number}": [code] for number, code in enumerate(("G2M", "G2W", "G2T", "OPENVOICE"), 1)}
SEATS = 10_000_000
LARGEST_PAGE = 1000

_FILTER = re.compile(r'\s*(?:email eq "([^"\\]*)"|\(\s*email\s*=\s*"([^"\\]*)"\s*\))\s*')
_PATH = re.compile(rf"/admin/rest/v1/accounts/{ACCOUNT}/(users|licenses)(?:/([^/]+))?")
_REASONS = {200: "OK", 201: "Created", 204: "No Content", 400: "Bad Request", 401: "Unauthorized"}
_REASONS |= {404: "Not Found", 409: "Conflict"}
FIELDS = ("email", "firstName", "lastName", "locale")

Answer = tuple[int, Any]
Query = dict[str, list[str]]


class Refused(Exception):
    """Answered with this status and GoTo's error envelope."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.body = {"incidentId": "bench", "errors": [{"code": code}]}


class People:
    """The accounts, by key and by address."""

    def __init__(self) -> None:
        self.by_key: dict[str, dict[str, Any]] = {}
        self._key_of: dict[str, str] = {}
        self._listed: list[dict[str, Any]] | None = None
        self._last = int(ADMIN_KEY)
        admin = {
            "email": CREDENTIALS["username"],
            "firstName": "Ada",
            "lastName": "Admin",
            "adminRoles": ["SUPER_USER"],
        }
        self._keep(ADMIN_KEY, admin)

    def create(self, values: dict[str, Any], licences: list[str]) -> dict[str, str]:
        if values["email"].casefold() in self._key_of:
            raise Refused(409, "user.name.conflict")
        self._last += 1
        self._keep(str(self._last), {**values, "licenseKeys": licences})
        return {"key": str(self._last), "email": values["email"]}

    def update(self, key: str, changes: dict[str, Any]) -> None:
        user = self.get(key)
        if self._key_of.get(changes.get("email", user["email"]).casefold(), key) != key:
            raise Refused(409, "user.name.conflict")
        del self._key_of[user["email"].casefold()]
        self._keep(key, {**user, **changes})

    def delete(self, key: str) -> None:
        del self._key_of[self.get(key)["email"].casefold()]
        del self.by_key[key]
        self._listed = None

    def get(self, key: str) -> dict[str, Any]:
        if key not in self.by_key:
            raise Refused(404, "user.not.found")
        return self.by_key[key]

    def find(self, email: str) -> list[dict[str, Any]]:
        key = self._key_of.get(email.casefold())
        return [self.by_key[key]] if key else []

    def listed(self) -> list[dict[str, Any]]:
        if self._listed is None:
            self._listed = list(self.by_key.values())
        return self._listed

    def _keep(self, key: str, values: dict[str, Any]) -> None:
        products = [code for licence in values.get("licenseKeys", ()) for code in PRODUCTS.get(licence, ())]
        status = "INVITED" if products or values.get("adminRoles") else "SUSPENDED"
        # As GoTo does, what is empty is left out.
        shape = {**values, "key": key, "products": products, "status": status}
        self.by_key[key] = {name: value for name, value in shape.items() if value not in (None, [])}
        self._key_of[values["email"].casefold()] = key
        self._listed = None


class Api:
    """The calls. Each gives a status and what becomes the JSON of the answer."""

    def __init__(self) -> None:
        self.people = People()
        self.requests: Counter[str] = Counter()
        self._open = {"/stats": self._stats, "/oauth/token": self._token}
        self._calls: dict[tuple[str, str, bool], tuple[str, Callable[..., Answer]]] = {
            ("GET", "users", False): ("users.list", self._list),
            ("POST", "users", False): ("users.create", self._create),
            ("GET", "users", True): ("users.get", self._get),
            ("PUT", "users", True): ("users.update", self._update),
            ("DELETE", "users", True): ("users.delete", self._delete),
            ("GET", "licenses", False): ("licenses.list", self._licences),
        }

    def answer(self, method: str, target: str, authorization: str, body: bytes) -> Answer:
        path, _, text = target.partition("?")
        try:
            if path in self._open:
                return self._open[path](method, authorization, body)
            if authorization != f"Bearer {BEARER}":
                return 401, {"code": "not.authenticated"}
            return self._below_the_account(method, path, text, body)
        except Refused as refused:
            return refused.status, refused.body
        except (AttributeError, KeyError, TypeError, ValueError):
            return 400, Refused(400, "body.invalid").body

    def _below_the_account(self, method: str, path: str, text: str, body: bytes) -> Answer:
        if path == "/admin/rest/v1/me":
            return self._me()
        found = _PATH.fullmatch(path)
        kind, key = (found[1], found[2]) if found else ("", None)
        if (method, kind, key is not None) not in self._calls:
            raise Refused(404, "resource.not.found")
        name, call = self._calls[method, kind, key is not None]
        query = parse_qs(text)
        if name == "users.list" and "filter" in query:
            name, call = "users.find", self._find
        self.requests[name] += 1
        if key is not None:
            call = partial(call, unquote(key))
        return call(json.loads(body)) if body else call(text if name == "users.find" else query)

    def _stats(self, method: str, authorization: str, body: bytes) -> Answer:
        if method == "DELETE":
            self.requests.clear()
        total = sum(self.requests.values())
        return 200, {"requests": dict(self.requests), "total": total, "users": len(self.people.by_key)}

    def _token(self, method: str, authorization: str, body: bytes) -> Answer:
        self.requests["token"] += 1
        form = parse_qs(body.decode())
        client = b64decode(authorization.removeprefix("Basic ")).decode()
        if client != f"{CREDENTIALS['client_id']}:{CREDENTIALS['client_secret']}":
            return 401, {"error": "invalid_client"}
        if [form.get(name) for name in ("username", "password")] != [
            [CREDENTIALS[name]] for name in ("username", "password")
        ]:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": BEARER, "token_type": "Bearer", "expires_in": 3600}

    def _me(self) -> Answer:
        self.requests["me"] += 1
        account = {"key": ACCOUNT, "name": "Bench", "adminRoles": ["SUPER_USER"]}
        return 200, {**self.people.get(ADMIN_KEY), "accountKey": ACCOUNT, "accounts": [account]}

    def _licences(self, query: Query) -> Answer:
        shape = {"seats": SEATS, "userCount": 0, "enabled": True, "type": "NAMED"}
        return _page([{"key": key, "products": products, **shape} for key, products in PRODUCTS.items()], query)

    def _list(self, query: Query) -> Answer:
        return _page(self.people.listed(), query)

    def _find(self, text: str) -> Answer:
        """The raw query is looked at, since GoTo does not take `+` for a space."""
        written = next(part[len("filter=") :] for part in text.split("&") if part.startswith("filter="))
        wanted = None if "+" in written else _FILTER.fullmatch(unquote(written))
        if wanted is None:
            raise Refused(400, "filter.invalid")
        return _page(self.people.find(wanted[1] or wanted[2] or ""), parse_qs(text))

    def _create(self, body: dict[str, Any]) -> Answer:
        licences = [str(key) for key in body.get("licenseKeys", ())]
        made = []
        for entry in body["users"]:
            if not all(entry.get(name) for name in FIELDS[:3]):
                raise Refused(400, "user.value.required")
            made.append(self.people.create({name: entry[name] for name in FIELDS if name in entry}, licences))
        return 200, made

    def _get(self, key: str, query: Query) -> Answer:
        return 200, self.people.get(key)

    def _update(self, key: str, body: dict[str, Any]) -> Answer:
        if "key" in body:
            raise Refused(400, "user.key.not.allowed")
        changes = {name: body[name] for name in (*FIELDS, "licenseKeys", "adminRoles") if name in body}
        self.people.update(key, changes)
        return 200, None

    def _delete(self, key: str, query: Query) -> Answer:
        self.people.delete(key)
        return 204, None


def _page(found: list[dict[str, Any]], query: Query) -> Answer:
    size = min(int(query.get("pageSize", ["100"])[0]), LARGEST_PAGE)
    offset = int(query.get("offset", ["0"])[0])
    results = found[offset : offset + size]
    if "attributes" in query:
        names = query["attributes"][0].split(",")
        results = [{name: each[name] for name in names if name in each} for each in results]
    return 200, {"results": results, "fromIndex": offset, "toIndex": offset + len(results), "total": len(found)}


class Answering(Protocol):
    """What a connection needs of the calls."""

    def answer(self, method: str, target: str, authorization: str, body: bytes) -> Answer: ...


class Connection(asyncio.Protocol):
    """One kept connection; requests come one after the other."""

    def __init__(self, api: Answering, latency: float) -> None:
        self._api, self._latency = api, latency
        self._loop = asyncio.get_running_loop()
        self._received = b""

    def connection_made(self, transport: asyncio.Transport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            first, *lines = self._received[:end].decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            whole = end + 4 + int(headers.get("content-length", "0"))
            if len(self._received) < whole:
                return
            body, self._received = self._received[end + 4 : whole], self._received[whole:]
            method, target, _ = first.split(" ")
            answer = _as_bytes(*self._api.answer(method, target, headers.get("authorization", ""), body))
            if self._latency:
                self._loop.call_later(self._latency, self._transport.write, answer)
            else:
                self._transport.write(answer)


def _as_bytes(status: int, data: Any) -> bytes:
    body = b"" if data is None else json.dumps(data).encode()
    head = (
        f"HTTP/1.1 {status} {_REASONS[status]}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def serve(api: Answering, port: int, latency_ms: float) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(api, latency_ms / 1000), "127.0.0.1", port)
    address = server.sockets[0].getsockname()
    sys.stdout.write(f"http://{address[0]}:{address[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


def run(api: Answering, description: str | None) -> None:
    """The command line of a target."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one; the address is printed")
    parser.add_argument("--latency-ms", type=float, default=0.0)
    options = parser.parse_args()
    asyncio.run(serve(api, options.port, options.latency_ms))


if __name__ == "__main__":
    run(Api(), __doc__)
