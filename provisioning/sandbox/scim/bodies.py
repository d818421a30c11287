"""Bodies of the SCIM calls, checked against the documented rules before anything is written."""

import json
import re
import zoneinfo
from typing import Any

from django.http import HttpRequest

from provisioning.sandbox.models import Organization, User
from provisioning.sandbox.scim.door import ScimRefused
from provisioning.sandbox.scim.shapes import ENTERPRISE
from provisioning.sandbox.strictness import STRICTNESS

CONTENT_TYPES = ("application/json", "application/scim+json")
LONGEST_NAME, LONGEST_TITLE, MOST_MEMBERS = 60, 128, 100
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_LOCALE = re.compile(r"[a-z]{2}(_[A-Z]{2})?")
_ZONES = zoneinfo.available_timezones()
ENTERPRISE_NAMES = ("department", "employeeNumber", "costCenter", "division")


def as_object(request: HttpRequest) -> dict[str, Any]:
    if request.content_type not in CONTENT_TYPES:  # assumed(scim-media-type): both are taken, others are 415
        raise ScimRefused(415, "media.type.not.supported", request.content_type or "")
    try:
        body = json.loads(request.body)
    except ValueError:
        raise ScimRefused(400, "body.invalid") from None
    if not isinstance(body, dict):
        raise ScimRefused(400, "body.invalid")
    return body


def person(body: dict[str, Any], organization: Organization, *, whole: bool) -> dict[str, Any]:
    """The attributes of a user by the names of the row. `whole`: a full definition is wanted, `userName` too.

    assumed(scim-unknown-attributes): attributes that are not known are passed over.
    """
    values: dict[str, Any] = {}
    if whole or "userName" in body:
        values["email"] = _user_name(body.get("userName"), organization)
    values |= _names(body.get("name", {}))
    if "displayName" in body:
        values["display_name"] = _text("displayName", body["displayName"], LONGEST_TITLE)
    if "locale" in body:
        values["locale"] = _matching("locale", body["locale"], _LOCALE)
    if "timezone" in body:
        values["time_zone"] = _zone(body["timezone"])
    if "password" in body:
        values["password"] = _text("password", body["password"], LONGEST_TITLE)
    return values | (_enterprise(body) if STRICTNESS.scim_enterprise else {})


def title(body: dict[str, Any]) -> str:
    """The `displayName` of a group."""
    name = _text("displayName", body.get("displayName"), LONGEST_TITLE)
    if not name.strip():
        raise _bad("displayName", "required")
    return name


def members(body: dict[str, Any]) -> list[dict[str, str]]:
    """The members of a group as the body names them; `operation` stays, for a PATCH."""
    given = body.get("members", [])
    if not isinstance(given, list) or not all(isinstance(one, dict) and one.get("value") for one in given):
        raise _bad("members", "invalid")
    if len(given) > MOST_MEMBERS:
        raise _bad("members", "too.many", str(len(given)))
    found = [{**one, "type": str(one.get("type", "user")).lower(), "value": str(one["value"])} for one in given]
    if any(one["type"] not in ("user", "group") for one in found):
        raise _bad("members.type", "invalid")
    return found


def _names(name: object) -> dict[str, str]:
    if not isinstance(name, dict):
        raise _bad("name", "invalid")
    parts = {"givenName": "first_name", "familyName": "last_name"}
    return {parts[part]: _text(f"name.{part}", name[part], LONGEST_NAME) for part in parts if part in name}


def _user_name(value: object, organization: Organization) -> str:
    text = _text("userName", value, LONGEST_TITLE)
    if not text.strip():
        raise _bad("userName", "required")
    if not _EMAIL.fullmatch(text):
        raise _bad("userName", "invalid", text)
    if not organization.has_domain_of(text):
        # assumed(scim-domain): 400; documented is only that the domain must be verified
        raise _bad("userName", "domain.not.verified", text)
    return text


def _enterprise(body: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if "active" in body:
        if not isinstance(body["active"], bool):
            raise _bad("active", "invalid", str(body["active"]))
        values["active"] = body["active"]
    if "externalId" in body:
        values["external_id"] = _text("externalId", body["externalId"], LONGEST_TITLE)
    if ENTERPRISE in body:
        given = body[ENTERPRISE] if isinstance(body[ENTERPRISE], dict) else {}
        values["enterprise"] = {name: given[name] for name in ENTERPRISE_NAMES if given.get(name)}
    return values


def _matching(name: str, value: object, form: re.Pattern[str]) -> str:
    if not isinstance(value, str) or not form.fullmatch(value):
        raise _bad(name, "invalid", str(value))
    return value


def _zone(value: object) -> str:
    if not isinstance(value, str) or value not in _ZONES:
        raise _bad("timezone", "invalid", str(value))
    return value


def _text(name: str, value: object, limit: int) -> str:
    if value is None:
        raise _bad(name, "required")
    if not isinstance(value, str):
        raise _bad(name, "invalid", str(value))
    if len(value) > limit:
        raise _bad(name, "too.long", value)
    return value


def _bad(name: str, what: str, value: str = "") -> ScimRefused:
    return ScimRefused(400, f"{name}.{what}", value)


def is_taken(email: str, but: User | None = None) -> bool:
    """Whether somebody else in the organization has this user name."""
    rows = User.objects.filter(email_folded=email.casefold(), in_organization=True)
    return (rows.exclude(pk=but.pk) if but else rows).exists()
