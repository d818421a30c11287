"""Bodies of the SCIM 2.0 service: what a user or group may hold, checked and spelled as the standard does."""

import json
from typing import Any

from django.http import HttpRequest

from provisioning.sandbox.scim2.manners import MANNERS
from provisioning.sandbox.scim2.refusals import Scim2Refused
from provisioning.sandbox.scim2.rows import GROUP, NAMES, USER, Resource

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
TEXTS = {
    USER: (
        "userName", "externalId", "displayName", "nickName", "profileUrl", "title", "userType", "preferredLanguage",
        "locale", "timezone", "password",
    ),
    GROUP: ("displayName", "externalId"),
}  # fmt: skip
LISTS = {
    USER: ("emails", "phoneNumbers", "ims", "photos", "addresses", "roles", "entitlements"),
    GROUP: ("members",),
}
OBJECTS = {USER: ("name", ENTERPRISE), GROUP: ()}
NOT_KEPT = frozenset({"id", "schemas", "meta", "groups", "password"})


def as_object(request: HttpRequest) -> dict[str, Any]:
    if request.content_type not in ("application/scim+json", "application/json"):
        raise Scim2Refused(415, "", f"{request.content_type} is not taken")
    try:
        body = json.loads(request.body)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Scim2Refused(400, "invalidSyntax", "The body is no JSON object.")
    return body


def spelled(kind: str, name: str) -> str:
    """The name as the standard spells it; others as they are given."""
    known = [*TEXTS[kind], *LISTS[kind], *OBJECTS[kind], "active", *NOT_KEPT]
    return next((each for each in known if each.casefold() == name.casefold()), name)


def is_list(kind: str, name: str) -> bool:
    return name in LISTS[kind]


def attributes(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    """The attributes of a whole resource, empty ones left out."""
    named = {spelled(kind, name): value for name, value in body.items()}
    return {name: value for name, value in named.items() if name not in NOT_KEPT and value not in (None, "", [], {})}


def check(kind: str, data: dict[str, Any], but: Resource | None = None) -> None:
    """Scim2Refused for what the standard does not allow."""
    name = data.get(NAMES[kind])
    if not isinstance(name, str) or not name.strip():
        raise Scim2Refused(400, "invalidValue", f"{NAMES[kind]} is required")
    wrong = [each for each in TEXTS[kind] if not isinstance(data.get(each, ""), str)]
    wrong += [each for each in LISTS[kind] if not _are_objects(data.get(each, []))]
    wrong += [] if isinstance(data.get("active", True), bool) else ["active"]
    if wrong:
        raise Scim2Refused(400, "invalidValue", f"{wrong[0]} is of another type")
    if kind == USER or MANNERS.groups_unique:
        others = Resource.objects.filter(kind=kind, name_folded=name.casefold())
        if (others.exclude(pk=but.pk) if but else others).exists():
            raise Scim2Refused(409, "uniqueness", f"{name} is in use")


def check_members(data: dict[str, Any], before: set[str]) -> None:
    """Whoever is put into a group must be there."""
    named = {str(each.get("value")) for each in data.get("members", [])} - before
    missing = named - set(Resource.objects.filter(key__in=named).values_list("key", flat=True))
    if missing:
        raise Scim2Refused(400, "invalidValue", f"There is no member {min(missing)}.")


def _are_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)
