"""Users and groups as Graph's callers write them, read into the columns they are kept in."""

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from provisioning.api.bodies import Body, check_known, wrong
from provisioning.api.directory_kinds import STORED_ASIDE, find_group, find_user
from provisioning.api.errors import NotFound, ValueRefused
from provisioning.api.properties import EXTENSION
from provisioning.directory.attributes import EXTENSION_ATTRIBUTES
from provisioning.directory.graph_names import ON_PREMISES, property_of
from provisioning.jobs.load import GROUP_FIELDS, USER_FIELDS
from provisioning.models import Group, User

USER_TEXTS = {
    **{property_of(name).name: column for name, column in USER_FIELDS.items()},
    "userPrincipalName": "user_principal_name",
    "userType": "user_type",
}
del USER_TEXTS["businessPhones"], USER_TEXTS["originalUserPrincipalName"]
GROUP_TEXTS = {property_of(name).name: column for name, column in GROUP_FIELDS.items() if name != "securityEnabled"}
ASIDE = {property_of(name).name: name for name in STORED_ASIDE}
PHONES, MEMBERS = "businessPhones", "members@odata.bind"
IGNORED = ("passwordProfile", "mailEnabled", "groupTypes", "otherMails")
"""What Graph asks for or tells and nothing here depends on: the portal keeps no passwords and makes no mailboxes."""

USER_PROPERTIES = (*USER_TEXTS, *ASIDE, PHONES, ON_PREMISES, "accountEnabled", "passwordProfile", "otherMails")
GROUP_PROPERTIES = (*GROUP_TEXTS, "securityEnabled", "mailEnabled", "groupTypes", MEMBERS)
_COLUMNS = {"telephone_number": PHONES, "account_enabled": "accountEnabled", "security_enabled": "securityEnabled"}
COLUMNS = {column: name for name, column in {**GROUP_TEXTS, **USER_TEXTS}.items()} | _COLUMNS
"""Property by column, for what validation says."""

TEXT: Mapping[str, Any] = {"type": ["string", "null"]}
USER_BODY = {
    "type": "object",
    "properties": {
        **dict.fromkeys([*USER_TEXTS, *ASIDE], TEXT),
        "accountEnabled": {"type": "boolean"},
        PHONES: {"type": "array", "items": {"type": "string"}, "maxItems": 1},
        ON_PREMISES: {"type": "object", "properties": dict.fromkeys(EXTENSION_ATTRIBUTES, TEXT)},
    },
}
GROUP_BODY = {
    "type": "object",
    "properties": {
        **dict.fromkeys(GROUP_TEXTS, TEXT),
        "securityEnabled": {"type": "boolean"},
        MEMBERS: {"type": "array", "items": {"type": "string"}, "maxItems": 20},
    },
}
REFERENCE = {"type": "object", "required": ["@odata.id"], "properties": {"@odata.id": {"type": "string"}}}


def user_values(body: Body, stored: Mapping[str, Any]) -> dict[str, Any]:
    """By column. `stored`: the extension attributes that the user has; those that are not named stay."""
    check_known({name: each for name, each in body.items() if not name.startswith(EXTENSION)}, USER_PROPERTIES)
    values = _texts(body, USER_TEXTS)
    if "accountEnabled" in body:
        values["account_enabled"] = _flag(body, "accountEnabled")
    if PHONES in body:
        values["telephone_number"] = _phone(body[PHONES])
    if aside := _aside(body):
        values["extensions"] = {**stored, **aside}
    return values


def group_values(body: Body) -> dict[str, Any]:
    check_known(body, GROUP_PROPERTIES)
    values = _texts(body, GROUP_TEXTS)
    if "securityEnabled" in body:
        values["security_enabled"] = _flag(body, "securityEnabled")
    return values


def need(body: Body, names: Collection[str]) -> None:
    """Raises ValueRefused when one of them is missing or empty."""
    for name in names:
        if body.get(name) in (None, ""):
            raise ValueRefused(_("A value is required for property '%(name)s'.") % {"name": name})


def refused(error: ValidationError) -> ValueRefused:
    """What validation says about columns, told about Graph's properties."""
    if not hasattr(error, "error_dict"):
        return ValueRefused(" ".join(error.messages))
    told = [f"{COLUMNS.get(column, column)}: {' '.join(texts)}" for column, texts in error.message_dict.items()]
    return ValueRefused(" ".join(told))


def referred(body: Body) -> User | Group:
    """The object whose address stands under @odata.id. Raises ValueRefused, NotFound."""
    return _at(body.get("@odata.id"), "@odata.id")


def bound_members(body: Body) -> list[User | Group]:
    """The members that a new or changed group names by their addresses."""
    told = body.get(MEMBERS, [])
    if not isinstance(told, list) or len(told) > 20:
        raise wrong(MEMBERS)
    return [_at(each, MEMBERS) for each in told]


def _at(address: Any, name: str) -> User | Group:
    """Only the last segment counts, and which collection it is in."""
    if not isinstance(address, str):
        raise wrong(name)
    try:
        *_before, collection, identifier = unquote(urlsplit(address).path).strip("/").split("/")
    except ValueError:
        raise wrong(name) from None
    kind = collection.lower()
    if kind not in ("users", "groups", "directoryobjects"):
        raise wrong(name)
    if kind == "groups":
        return find_group(identifier)
    try:
        return find_user(identifier)
    except NotFound:
        if kind == "users":
            raise
        return find_group(identifier)


def _texts(body: Body, columns: Mapping[str, str]) -> dict[str, Any]:
    values = {}
    for name, column in columns.items():
        if name in body:
            if not isinstance(body[name], str | None):
                raise wrong(name)
            values[column] = body[name] or ""
    return values


def _flag(body: Body, name: str) -> bool:
    value = body[name]
    if not isinstance(value, bool):
        raise wrong(name)
    return value


def _phone(told: Any) -> str:
    """The portal keeps one."""
    if told is None:
        return ""
    if not isinstance(told, list) or len(told) > 1 or not all(isinstance(each, str) for each in told):
        raise wrong(PHONES)
    return told[0] if told else ""


def _aside(body: Body) -> dict[str, Any]:
    """What is kept with the extension attributes: theirs, directory extensions, and properties without a column."""
    values = _texts(body, ASIDE)
    inside = body.get(ON_PREMISES)
    if inside is not None and not isinstance(inside, dict):
        raise wrong(ON_PREMISES)
    check_known(inside or {}, EXTENSION_ATTRIBUTES)
    values |= _texts(inside or {}, {name: name for name in EXTENSION_ATTRIBUTES})
    return values | {name: value for name, value in body.items() if name.startswith(EXTENSION)}
