"""The stand-in's own switches for demos and tests, below `/sandbox/`: no part of GoTo's API, no credentials."""

import json
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from provisioning.sandbox import clock, demo, edits, shapes
from provisioning.sandbox.answers import as_json
from provisioning.sandbox.callers import CALLERS
from provisioning.sandbox.deeds import DEEDS
from provisioning.sandbox.faults import FAULTS
from provisioning.sandbox.journal import JOURNAL
from provisioning.sandbox.models import Account, License, Resource, User
from provisioning.sandbox.scim2.manners import MANNERS
from provisioning.sandbox.settings import SANDBOX_EMPTY, SANDBOX_SEATS
from provisioning.sandbox.strictness import STRICTNESS

Switch = Callable[..., HttpResponse]


def with_json(view: Switch) -> Switch:
    """Hand the JSON object to the view. Other bodies are refused: a form on a foreign page could send them."""

    def checked(request: HttpRequest, **keys: str) -> HttpResponse:
        if request.content_type != "application/json":
            return _wrong(415, "Send JSON (Content-Type: application/json).")
        try:
            return view(request, dict(json.loads(request.body)), **keys)
        except (TypeError, ValueError, KeyError, OverflowError, IntegrityError) as mistake:
            return _wrong(400, str(mistake))

    return checked


def health(request: HttpRequest) -> HttpResponse:
    return as_json({"status": "ok"})


def accounts(request: HttpRequest) -> HttpResponse:
    """Every user in the shape of the Admin API."""
    rows = User.objects.select_related("group").prefetch_related("licenses")
    return as_json({"accounts": [shapes.user(row) for row in rows]})


@with_json
def add(request: HttpRequest, body: dict[str, Any]) -> HttpResponse:
    """Create a user without asking the service's rules: also a second one with an address that is taken."""
    user = User(account=Account.objects.get(), email=body["email"])
    with transaction.atomic():
        user.settle(has_seat=False)
        edits.put(user, body)
    return as_json(shapes.user(user), 201)


@with_json
def edit(request: HttpRequest, body: dict[str, Any], user_key: str) -> HttpResponse:
    """Change a user without asking the service's rules, as someone else in GoTo's own Admin Center would."""
    with transaction.atomic():
        user = User.objects.filter(key=user_key).first()
        if user is None:
            return _wrong(404, "There is no such account.")
        edits.put(user, body)
    return as_json(shapes.user(user))


def remove(request: HttpRequest, user_key: str) -> HttpResponse:
    deleted, _ = User.objects.filter(key=user_key).delete()
    return HttpResponse(status=204) if deleted else _wrong(404, "There is no such account.")


def deeds(request: HttpRequest) -> HttpResponse:
    """How often each address was created, suspended and deleted through the API since the start or the reset."""
    return as_json(DEEDS.listed())


@with_json
def seats(request: HttpRequest, body: dict[str, Any], license_key: str) -> HttpResponse:
    """Give a licence another number of seats; those that are taken stay taken."""
    changed = License.objects.filter(key=license_key).update(seats=int(body["seats"]))
    return HttpResponse(status=204) if changed else _wrong(404, "There is no such licence.")


@with_json
def move_clock(request: HttpRequest, body: dict[str, Any]) -> HttpResponse:
    clock.CLOCK.advance(float(body["advance_seconds"]))
    return as_json({"now": clock.now().isoformat()})


@with_json
def reset(request: HttpRequest, body: dict[str, Any]) -> HttpResponse:
    """Back to the demo data: accounts, clients, tokens, faults, strictness, counts, request log and clock."""
    clock.CLOCK.reset()
    STRICTNESS.reset()
    MANNERS.reset()
    Resource.objects.all().delete()
    demo.fill(empty=SANDBOX_EMPTY, seats=SANDBOX_SEATS)
    FAULTS.clear()
    CALLERS.limit(0)
    DEEDS.clear()
    JOURNAL.clear()
    return as_json({"status": "reset"})


def _wrong(status: int, message: str) -> HttpResponse:
    return as_json({"message": message}, status)
