"""The request log: the last calls of the service with their bodies, secrets struck out. Kept in memory."""

import itertools
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse

from provisioning.sandbox import clock
from provisioning.sandbox.redaction import struck

KEPT = 500
LONGEST_BODY = 8_000
RECORDED = ("/oauth/", "/admin/", "/identity/", "/G2M/", "/scim/token", "/scim/v2/")


@dataclass(frozen=True, slots=True)
class Entry:
    """One call. `fault` names the fault that was put on it, if any."""

    number: int
    time: datetime
    method: str
    path: str
    status: int
    ms: float
    request_body: str
    response_body: str
    fault: str


JOURNAL: deque[Entry] = deque(maxlen=KEPT)
_numbers = itertools.count(1)


def record(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: note each call of the service, not the pages and switches of the stand-in."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(RECORDED):
            return get_response(request)
        began = time.perf_counter()
        moment, path = clock.now(), request.get_full_path()  # as it was sent: a fault may change the query
        response = get_response(request)
        ms = round((time.perf_counter() - began) * 1000, 1)
        JOURNAL.append(
            Entry(
                number=next(_numbers),
                time=moment,
                method=request.method or "",
                path=struck(path),
                status=response.status_code,
                ms=ms,
                request_body=_shown(request.body),
                response_body=_shown(response.content),
                fault=request.META.get("sandbox.fault", ""),
            )
        )
        return response

    return middleware


def _shown(body: bytes) -> str:
    cut = body[:LONGEST_BODY].decode(errors="replace")
    return struck(cut) + (" ..." if len(body) > LONGEST_BODY else "")
