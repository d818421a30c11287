"""Up to twenty requests in one, answered one after the other, each as if it had come by itself."""

import json
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.utils.translation import gettext as _

from provisioning.api import door
from provisioning.api.authentication import meter
from provisioning.api.calls import Call, Incoming, Reply
from provisioning.api.errors import BadRequest, Failed, GraphError
from provisioning.api.routes import JSON, route
from provisioning.choices import ApiScope

MOST = 20
METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE")
BODY = {
    "type": "object",
    "required": ["requests"],
    "properties": {
        "requests": {
            "type": "array",
            "maxItems": MOST,
            "items": {
                "type": "object",
                "required": ["id", "method", "url"],
                "properties": {
                    "id": {"type": "string"},
                    "method": {"type": "string", "enum": list(METHODS)},
                    "url": {"type": "string"},
                    "headers": {"type": "object"},
                    "body": {"type": "object"},
                    "dependsOn": {"type": "array", "items": {"type": "string"}},
                },
            },
        }
    },
}


@route("POST", "/$batch", answer=JSON, body=BODY, scope=ApiScope.READ)
def batch(call: Call) -> Reply:
    """Answer up to 20 requests, each with the permission that it needs by itself"""
    requests = call.body.get("requests")
    if not isinstance(requests, list) or not 1 <= len(requests) <= MOST:
        raise BadRequest(_("Invalid batch payload: it takes 1 to %(most)d requests.") % {"most": MOST})
    for each in requests:
        _check(each)
    statuses: dict[str, int] = {}
    responses = []
    for each in requests:
        if each["id"] in statuses:
            raise BadRequest(_("Invalid batch payload: every request needs an id of its own."))
        reply = _answer(call, each, statuses)
        statuses[each["id"]] = reply.status
        headers = {"Content-Type": "application/json", **reply.headers}
        responses.append({"id": each["id"], "status": reply.status, "headers": headers, "body": reply.body})
    return Reply({"responses": responses})


def _check(each: Any) -> None:
    """Raises BadRequest for what is no request."""
    fine = isinstance(each, dict) and all(isinstance(each.get(name), str) for name in ("id", "method", "url"))
    fine = fine and isinstance(each.get("headers", {}), dict) and isinstance(each.get("dependsOn", []), list)
    if not fine or each["method"].upper() not in METHODS:
        raise BadRequest(_("Invalid batch payload: every request needs an id, a method and a url."))


def _answer(call: Call, each: Mapping[str, Any], statuses: Mapping[str, int]) -> Reply:
    """One of them; what it refuses is its own answer."""
    try:
        if any(statuses.get(str(before), 424) >= 400 for before in each.get("dependsOn") or ()):
            raise Failed
        incoming = _incoming(call, each)
        meter(call.client)
        return door.answer(call.client, incoming)
    except GraphError as error:
        number = str(uuid.uuid4())
        return door.told(error, number, number)


def _incoming(call: Call, each: Mapping[str, Any]) -> Incoming:
    try:
        parts = urlsplit(each["url"])
    except ValueError:
        raise BadRequest(_("Invalid batch payload: the url cannot be read.")) from None
    path = "/" + unquote(parts.path).lstrip("/")
    if path.lower() == "/$batch":
        raise BadRequest(_("Invalid batch payload: a batch cannot be in another."))
    body = each.get("body")
    return Incoming(
        method=each["method"].upper(),
        root=call.incoming.root,
        version=call.incoming.version,
        path=path,
        query=parse_qsl(parts.query, keep_blank_values=True),
        headers=_headers(each.get("headers") or {}),
        content=b"" if body is None else json.dumps(body).encode(),
    )


def _headers(told: Mapping[str, Any]) -> Mapping[str, str]:
    """By the names under which they are asked for, which do not tell upper and lower case apart."""
    found = {str(name).title(): str(value) for name, value in told.items()}
    return {"Content-Type": "application/json", **found}
