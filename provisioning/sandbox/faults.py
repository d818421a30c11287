"""Faults on demand: what a call answers instead of, before or after its work. Kept in memory, one process."""

import functools
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from django.http import HttpRequest, HttpResponse

from provisioning.sandbox.answers import Refused, as_json, refusal

Work = Callable[[], HttpResponse]
HTML = "<!doctype html><title>Service unavailable</title><h1>The service is busy</h1><p>Please try again later.</p>"


@dataclass
class Fault:
    """One fault to come: `call` is a call's name, a family (`users.*`) or `*`.

    `times` is how often it still happens (0: until removed). `contains` limits it to requests whose address or body
    holds that text. `latency_ms` is waited before anything else, whatever the kind.
    """

    call: str
    kind: str
    times: int = 1
    status: int = 500
    retry_after: str = ""
    body: str = "json"
    latency_ms: int = 0
    contains: str = ""

    def fits(self, name: str, request: HttpRequest) -> bool:
        family = self.call.removesuffix("*")
        named = name.startswith(family) if self.call.endswith("*") else name == self.call
        return named and (not self.contains or self.contains in _text(request))


class Faults:
    """The faults that are switched on, oldest first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._list: list[Fault] = []

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._list.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._list.clear()

    def take(self, name: str, request: HttpRequest) -> Fault | None:
        """The first fault that fits this call, counted down."""
        if not self._list:
            return None
        with self._lock:
            fault = next((fault for fault in self._list if fault.fits(name, request)), None)
            if fault and fault.times:
                fault.times -= 1
                if not fault.times:
                    self._list.remove(fault)
        return fault

    def listed(self) -> list[dict[str, object]]:
        with self._lock:
            return [asdict(fault) for fault in self._list]


FAULTS = Faults()


def call(name: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Name a view as a call of the service, so that a fault can be put on it; refusals become answers."""

    def named(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def answer(request: HttpRequest, **keys: str) -> HttpResponse:
            def work() -> HttpResponse:
                try:
                    return view(request, **keys)
                except Refused as refused:
                    return refusal(refused)

            fault = FAULTS.take(name, request)
            return strike(fault, request, work) if fault else work()

        return answer

    return named


def strike(fault: Fault, request: HttpRequest, work: Work) -> HttpResponse:
    request.META["sandbox.fault"] = fault.kind
    time.sleep(fault.latency_ms / 1000)
    return KINDS[fault.kind](fault, request, work)


def _status(fault: Fault, request: HttpRequest, work: Work) -> HttpResponse:
    if fault.body == "html":
        answer = HttpResponse(HTML, status=fault.status)
    else:
        answer = as_json({"incidentId": "fault", "errors": [{"code": f"fault.{fault.status}"}]}, fault.status)
    if fault.retry_after:
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


def _applied_then_500(fault: Fault, request: HttpRequest, work: Work) -> HttpResponse:
    work()
    return as_json({"incidentId": "fault", "errors": [{"code": "fault.500"}]}, 500)


KINDS: dict[str, Callable[[Fault, HttpRequest, Work], HttpResponse]] = {
    "status": _status,
    "latency_ms": _latency,
    "html": _html,
    "empty": _empty,
    "applied_then_500": _applied_then_500,
}


def _text(request: HttpRequest) -> str:
    return f"{request.get_full_path()} {request.body.decode(errors='replace')}"
