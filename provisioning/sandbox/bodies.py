"""Request bodies of the Admin API, read and checked before anything is written."""

import json
import re
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from provisioning.sandbox.answers import Refused
from provisioning.sandbox.entrance import ADMIN_ROLES
from provisioning.sandbox.models import Account, Group
from provisioning.sandbox.strictness import STRICTNESS

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_LOCALE = re.compile(r"[a-z]{2}(_[A-Z]{2})?")


@dataclass(frozen=True)
class Field:
    """An attribute of the body: its name there, the row's name for it, its longest value."""

    name: str
    row: str
    limit: int
    form: re.Pattern[str] = re.compile(r"(?s).*\S.*")


# assumed(limits): the limits and the two-part locale are those GoTo documents for its SCIM users
FIELDS = (
    Field("email", "email", 128, _EMAIL),
    Field("firstName", "first_name", 60),
    Field("lastName", "last_name", 60),
    Field("locale", "locale", 10, _LOCALE),
    Field("timeZone", "time_zone", 60),
)
REQUIRED = ("email", "firstName", "lastName")
# What an update names beside them.
BESIDE = {"licenseKeys", "adminRoles", "managedGroupKeys", "groupKey", "suppressEmail"}


@dataclass(frozen=True)
class Rights:
    """Licences, admin roles and group that a body gives; None where it does not speak of them."""

    license_keys: list[str] | None
    admin_roles: list[str] | None
    group: Group | None = None


def as_object(request: HttpRequest) -> dict[str, Any]:
    if request.content_type != "application/json":  # assumed(media-type): the platform's usual answer
        raise Refused(415, "media.type.not.supported", request.content_type or "")
    try:
        body = json.loads(request.body)
    except ValueError:
        raise Refused(400, "body.invalid") from None
    if not isinstance(body, dict):
        raise Refused(400, "body.invalid")
    return body


def people(body: dict[str, Any]) -> list[dict[str, str]]:
    """The entries of `users`, as values of rows. Only the list is accepted, not one user alone."""
    entries = body.get("users")
    if not isinstance(entries, list) or not entries:
        raise Refused(400, "users.required")
    return [person(entry, REQUIRED) for entry in entries]


def person(entry: object, required: tuple[str, ...] = ()) -> dict[str, str]:
    """The attributes of one user that are present, by the names of the row.

    assumed(unknown-attributes): unknown ones are passed over.
    """
    if not isinstance(entry, dict):
        raise Refused(400, "body.invalid")
    unknown = sorted(set(entry) - {field.name for field in FIELDS} - BESIDE)
    if unknown and STRICTNESS.unknown_attributes_refused:
        raise _bad(unknown[0], "unknown")
    missing = [name for name in required if name not in entry]
    if missing:
        raise _bad(missing[0], "required")
    return {field.row: _text(field, entry[field.name]) for field in FIELDS if field.name in entry}


def rights(body: dict[str, Any], account: Account) -> Rights:
    """What the body says of licences, roles and the group.

    assumed(managed-groups): the groups that an administrator manages must exist; they are not shown anywhere.
    """
    named = _keys({"groupKey": [body["groupKey"]]}, "groupKey") if body.get("groupKey") else []
    asked = {*(named or []), *(_keys(body, "managedGroupKeys") or [])}
    groups = {group.key: group for group in Group.objects.filter(account=account, key__in=asked)} if asked else {}
    for key in sorted(asked - groups.keys()):
        raise Refused(400, "group.not.found", key)  # assumed(unknown-keys): 400, as for licences
    roles = _keys(body, "adminRoles")
    for role in roles or []:
        if role not in ADMIN_ROLES:
            raise Refused(400, "role.not.found", role)
    return Rights(_keys(body, "licenseKeys"), roles, groups[named[0]] if named else None)


def _text(field: Field, value: object) -> str:
    if value is None or value == "":
        raise _bad(field.name, "required")
    if not isinstance(value, str) or not field.form.fullmatch(value):
        raise _bad(field.name, "invalid", str(value))
    if len(value) > field.limit:
        raise _bad(field.name, "too.long", value)
    return value


def _keys(body: dict[str, Any], name: str) -> list[str] | None:
    """A list of keys or codes, each once; a key may be written as a number, as the vendor's own samples do."""
    values = body.get(name, None if name not in body else [])
    if name not in body:
        return None
    if not isinstance(values, list) or any(isinstance(value, bool | list | dict | None) for value in values):
        raise _bad(name, "invalid")
    return list(dict.fromkeys(str(value) for value in values))


def _bad(name: str, what: str, value: str = "") -> Refused:
    # assumed(limits): built like the recorded code "group.name.required"
    words = re.sub(r"([A-Z])", lambda found: "." + found[1].lower(), name)
    return Refused(400, f"user.{words}.{what}", value)
