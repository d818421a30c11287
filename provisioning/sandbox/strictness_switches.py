"""The switches for strictness, below `/sandbox/strictness`."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse

from provisioning.sandbox.answers import as_json
from provisioning.sandbox.strictness import STRICTNESS
from provisioning.sandbox.switches import with_json


def listed(request: HttpRequest) -> HttpResponse:
    return as_json(asdict(STRICTNESS))


@with_json
def throw(request: HttpRequest, body: dict[str, Any]) -> HttpResponse:
    """Throw the switches that are named and leave the others."""
    STRICTNESS.set(body)
    return listed(request)


def clear(request: HttpRequest) -> HttpResponse:
    STRICTNESS.reset()
    return HttpResponse(status=204)
