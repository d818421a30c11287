"""The switches of the SCIM 2.0 service, below `/sandbox/scim2/`: its manners, what it holds, an empty start."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse

from provisioning.sandbox.answers import as_json
from provisioning.sandbox.scim2.door import end_tokens
from provisioning.sandbox.scim2.manners import MANNERS
from provisioning.sandbox.scim2.rows import Resource
from provisioning.sandbox.switches import with_json


def manners(request: HttpRequest) -> HttpResponse:
    return as_json(asdict(MANNERS))


@with_json
def change_manners(request: HttpRequest, body: dict[str, Any]) -> HttpResponse:
    """Change those that are named and leave the others."""
    MANNERS.set(body)
    return manners(request)


def good_manners(request: HttpRequest) -> HttpResponse:
    MANNERS.reset()
    return HttpResponse(status=204)


def held(request: HttpRequest) -> HttpResponse:
    """Everything there is, without regard to manners."""
    found = [{**row.data, "id": row.key, "kind": row.kind} for row in Resource.objects.all()]
    return as_json({"resources": found})


def empty(request: HttpRequest) -> HttpResponse:
    """Forget users and groups, and the tokens that were granted."""
    Resource.objects.all().delete()
    end_tokens()
    return HttpResponse(status=204)
