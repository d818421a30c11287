"""The stand-in's own switches for demos and tests, below `/sandbox/`: no part of GoTo's API, no credentials."""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from provisioning.sandbox import clock, demo, people, shapes
from provisioning.sandbox.answers import as_json
from provisioning.sandbox.faults import FAULTS, KINDS, Fault
from provisioning.sandbox.journal import JOURNAL
from provisioning.sandbox.models import License, User
from provisioning.sandbox.settings import SANDBOX_EMPTY, SANDBOX_SEATS

# What the switch "edit behind our back" may set, with the row's name for it.
EDITABLE = {
    "email": "email",
    "firstName": "first_name",
    "lastName": "last_name",
    "locale": "locale",
    "adminRoles": "admin_roles",
    "passwordCreated": "password_created",
    "idle": "idle",
    "nameLocked": "name_locked",
    "emailLocked": "email_locked",
    "identityReadOnly": "identity_read_only",
}
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
    rows = User.objects.prefetch_related("licenses")
    return as_json({"accounts": [shapes.user(row) for row in rows]})


@with_json
def edit(request: HttpRequest, body: dict[str, Any], user_key: str) -> HttpResponse:
    """Change a user without asking the service's rules, as someone else in GoTo's own Admin Center would."""
    unknown = set(body) - set(EDITABLE) - {"licenseKeys"}
    if unknown:
        raise ValueError(f"Unknown: {', '.join(sorted(unknown))}")
    with transaction.atomic():
        user = User.objects.filter(key=user_key).first()
        if user is None:
            return _wrong(404, "There is no such account.")
        for name in set(body) & set(EDITABLE):
            if type(body[name]) is not type(getattr(user, EDITABLE[name])):
                raise TypeError(f"{name}: not {body[name]!r}")
            setattr(user, EDITABLE[name], body[name])
        if "licenseKeys" in body:
            people.give(user, list(License.objects.filter(key__in=body["licenseKeys"])))
        user.settle()
    return as_json(shapes.user(user))


def remove(request: HttpRequest, user_key: str) -> HttpResponse:
    deleted, _ = User.objects.filter(key=user_key).delete()
    return HttpResponse(status=204) if deleted else _wrong(404, "There is no such account.")


def faults(request: HttpRequest) -> HttpResponse:
    return as_json({"faults": FAULTS.listed()})


@with_json
def add_fault(request: HttpRequest, body: dict[str, Any]) -> HttpResponse:
    fault, blank = Fault(**body), Fault(call="", kind="")
    for name, value in asdict(fault).items():
        if type(value) is not type(getattr(blank, name)):
            raise TypeError(f"{name}: not {value!r}")
    if fault.kind not in KINDS:
        raise ValueError(f"kind: one of {', '.join(KINDS)}")
    FAULTS.add(fault)
    return as_json({"faults": FAULTS.listed()}, 201)


def clear_faults(request: HttpRequest) -> HttpResponse:
    FAULTS.clear()
    return HttpResponse(status=204)


@with_json
def move_clock(request: HttpRequest, body: dict[str, Any]) -> HttpResponse:
    clock.CLOCK.advance(float(body["advance_seconds"]))
    return as_json({"now": clock.now().isoformat()})


@with_json
def reset(request: HttpRequest, body: dict[str, Any]) -> HttpResponse:
    """Back to the demo data: accounts, tokens, faults, request log and clock."""
    clock.CLOCK.reset()
    demo.fill(empty=SANDBOX_EMPTY, seats=SANDBOX_SEATS)
    FAULTS.clear()
    JOURNAL.clear()
    return as_json({"status": "reset"})


def _wrong(status: int, message: str) -> HttpResponse:
    return as_json({"message": message}, status)
