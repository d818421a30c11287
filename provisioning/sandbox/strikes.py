"""What a fault does: the kinds, each instead of, before or after the work of the call."""

import json
import os
import select
import socket
import struct
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date

from provisioning.sandbox import clock, past
from provisioning.sandbox.answers import Refused, as_json
from provisioning.sandbox.faults import Fault
from provisioning.sandbox.models import User
from provisioning.sandbox.scim.door import NoToken, ScimRefused
from provisioning.sandbox.scim2.refusals import Scim2Refused
from provisioning.sandbox.strictness import STRICTNESS

Work = Callable[[], HttpResponse]
Kind = Callable[[Fault, HttpRequest, Work], HttpResponse]
HTML = "<!doctype html><title>Service unavailable</title><h1>The service is busy</h1><p>Please try again later.</p>"
SHORTEST_LOOK = 0.05
SCIM, SCIM2 = "/identity/", "/scim/v2/"


def strike(fault: Fault, request: HttpRequest, work: Work) -> HttpResponse:
    request.META["sandbox.fault"] = fault.kind
    _ = request.body  # read whole: who is still sending when the connection breaks off sees it another way
    time.sleep(fault.latency_ms / 1000)
    return KINDS[fault.kind](fault, request, work)


def _status(fault: Fault, request: HttpRequest, work: Work) -> HttpResponse:
    if fault.body == "html":
        answer = HttpResponse(HTML, status=fault.status)
    elif request.path.startswith(SCIM):
        answer = ScimRefused(fault.status, f"fault.{fault.status}").answer(request.path)
    elif request.path.startswith(SCIM2):
        answer = Scim2Refused(fault.status, "", f"fault.{fault.status}").answer(request.path)
    else:
        answer = as_json({"incidentId": "fault", "errors": [{"code": f"fault.{fault.status}"}]}, fault.status)
    if fault.retry_in:
        answer["Retry-After"] = http_date(time.time() + fault.retry_in)
    elif fault.retry_after:
        answer["Retry-After"] = fault.retry_after
    return answer


def _latency(fault: Fault, request: HttpRequest, work: Work) -> HttpResponse:
    return work()


def _html(fault: Fault, request: HttpRequest, work: Work) -> HttpResponse:
    return HttpResponse(HTML, status=200)


def _empty(fault: Fault, request: HttpRequest, work: Work) -> HttpResponse:
    """Close the connection, so that the answer written afterwards goes nowhere; gunicorn takes that quietly."""
    connection: socket.socket = request.META["gunicorn.socket"]
    connection.shutdown(socket.SHUT_RDWR)
    return HttpResponse(b"")


def _hang(fault: Fault, request: HttpRequest, work: Work) -> HttpResponse:
    """Say nothing until the caller gives up or the seconds are over; a thread is held no longer than that."""
    connection: socket.socket = request.META["gunicorn.socket"]
    until = time.monotonic() + fault.seconds
    while (left := until - time.monotonic()) > 0:
        readable, _, _ = select.select([connection], [], [], min(left, 1))
        if readable and _is_closed(connection):
            break
        time.sleep(SHORTEST_LOOK if readable else 0)
    return _empty(fault, request, work) if not _is_closed(connection) else HttpResponse(b"")


def _is_closed(connection: socket.socket) -> bool:
    """Whether the caller hung up. Another request that waits on the connection does not count."""
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def _reset(fault: Fault, request: HttpRequest, work: Work) -> HttpResponse:
    """Break the connection off with RST instead of FIN.

    A socket without a connection takes its place, so that gunicorn's answer goes nowhere, as with `empty`.
    """
    connection: socket.socket = request.META["gunicorn.socket"]
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    with socket.socket() as nowhere:
        os.dup2(nowhere.fileno(), connection.fileno())
    return HttpResponse(b"")


def _ignore_filter(fault: Fault, request: HttpRequest, work: Work) -> HttpResponse:
    """Answer as if the query had no filter, as servers do that do not know the one they are asked for."""
    parts = request.META.get("QUERY_STRING", "").split("&")
    request.META["QUERY_STRING"] = "&".join(part for part in parts if unquote(part.partition("=")[0]) != "filter")
    return work()


def _short_list(fault: Fault, request: HttpRequest, work: Work) -> HttpResponse:
    """Leave all but `keep` entries out of a page, while `total` and `toIndex` speak of all of them."""
    answer = work()
    name, data = _list_of(answer)
    return as_json({**data, name: data[name][: fault.keep]}) if data else answer


def _stale_list(fault: Fault, request: HttpRequest, work: Work) -> HttpResponse:
    """Leave out who was created within the last `seconds`, as lists do that lag behind."""
    answer = work()
    name, data = _list_of(answer)
    if not data:
        return answer
    recent = User.objects.filter(created_at__gt=clock.now() - timedelta(seconds=fault.seconds))
    hidden = set(recent.values_list("key", flat=True))
    kept = [entry for entry in data[name] if str(entry.get("key", entry.get("id"))) not in hidden]
    left_out = len(data[name]) - len(kept)
    counts = {count: data[count] - left_out for count in ("toIndex", "total", "totalResults") if count in data}
    return as_json(data | {name: kept} | counts)


def _list_of(answer: HttpResponse) -> tuple[str, dict[str, Any]]:
    """The name under which the answer holds its entries, and the answer; nothing if it is no list."""
    data = json.loads(answer.content) if answer.status_code == 200 and answer.content else None
    for name in ("results", "resources", "Resources"):
        if isinstance(data, dict) and name in data:
            return name, data
    return "", {}


def _stale_read(fault: Fault, request: HttpRequest, work: Work) -> HttpResponse:
    """Read the accounts as they were when the fault was put on. What changes something is done as ever."""
    # assumed(scim-no-cache): SCIM answers with the present to who asks for it, as a client seen in the wild does
    is_asked_now = request.path.startswith(SCIM) and "no-cache" in request.headers.get("Cache-Control", "")
    if request.method != "GET" or is_asked_now:
        return work()
    with past.reading():
        return work()


def _rejected(fault: Fault, request: HttpRequest, work: Work) -> HttpResponse:
    """Refuse whatever credentials are shown, as after a password was changed."""
    if request.path.startswith("/oauth/"):
        return as_json({"error": "invalid_grant", "error_description": "invalid username or password"}, 400)
    if request.path.startswith(SCIM):
        return NoToken(401 if request.path.endswith("/me") else STRICTNESS.scim_bad_token_status, "").answer("")
    if request.path.startswith(SCIM2):
        return Scim2Refused(401, "", "The credentials are not accepted.").answer("")
    return Refused(401, "not.authenticated").answer("")


def _applied(kind: Kind) -> Kind:
    """The same after the work is done, whose answer is lost."""

    def after_work(fault: Fault, request: HttpRequest, work: Work) -> HttpResponse:
        work()
        return kind(fault, request, work)

    return after_work


def _500(fault: Fault, request: HttpRequest, work: Work) -> HttpResponse:
    return as_json({"incidentId": "fault", "errors": [{"code": "fault.500"}]}, 500)


KINDS: dict[str, Kind] = {
    "status": _status,
    "latency_ms": _latency,
    "html": _html,
    "empty": _empty,
    "hang": _hang,
    "reset": _reset,
    "applied_then_500": _applied(_500),
    "applied_then_html": _applied(_html),
    "applied_then_empty": _applied(_empty),
    "applied_then_hang": _applied(_hang),
    "applied_then_reset": _applied(_reset),
    "ignore_filter": _ignore_filter,
    "short_list": _short_list,
    "stale_list": _stale_list,
    "stale_read": _stale_read,
    "rejected": _rejected,
}
