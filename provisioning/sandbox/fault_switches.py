"""The switches for faults, below `/sandbox/faults`."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from provisioning.sandbox import past
from provisioning.sandbox.answers import as_json
from provisioning.sandbox.faults import FAULTS, Fault, Plan
from provisioning.sandbox.strikes import KINDS
from provisioning.sandbox.switches import with_json


def listed(request: HttpRequest) -> HttpResponse:
    return as_json(FAULTS.listed())


@with_json
def add(request: HttpRequest, body: dict[str, Any]) -> HttpResponse:
    FAULTS.add(_fault(body))
    return as_json(FAULTS.listed(), 201)


@with_json
def plan(request: HttpRequest, body: dict[str, Any]) -> HttpResponse:
    """A random mix: `seed`, `rate` (0 to 1), `calls` as in a fault, and `kinds`.

    A kind is a kind's name, a status ("503"), or a fault with its particulars; only `times` and `after` do not count.
    """
    rate = float(body["rate"])
    if not 0 <= rate <= 1 or not body["kinds"]:
        raise ValueError("rate: from 0 to 1; kinds: at least one")
    calls = str(body.get("calls", "users.*"))
    FAULTS.plan(Plan(int(body["seed"]), rate, [_kind(kind, calls) for kind in body["kinds"]]))
    return as_json(FAULTS.listed(), 201)


def clear(request: HttpRequest) -> HttpResponse:
    FAULTS.clear()
    return HttpResponse(status=204)


def _kind(kind: str | dict[str, Any], calls: str) -> Fault:
    if isinstance(kind, dict):
        return _fault({"call": calls, **kind})
    if kind.isdecimal():
        return _fault({"call": calls, "kind": "status", "status": int(kind)})
    return _fault({"call": calls, "kind": kind})


def _fault(body: dict[str, Any]) -> Fault:
    fault = Fault.from_json(body)
    if fault.kind not in KINDS:
        raise ValueError(f"kind: one of {', '.join(KINDS)}")
    if fault.kind == "stale_read":
        past.take()
    return fault
