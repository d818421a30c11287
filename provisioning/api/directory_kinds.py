"""Users and groups as Graph tells them. Names come from the table that the source reads by as well."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Lower
from django.db.models.lookups import Exact

from provisioning.api.errors import NotFound
from provisioning.api.moments import as_text
from provisioning.api.properties import Kind, Property, Read, Type, text
from provisioning.directory.attributes import EXTENSION_ATTRIBUTES
from provisioning.directory.graph_names import ON_PREMISES, property_of
from provisioning.jobs.load import GROUP_FIELDS, USER_FIELDS
from provisioning.models import Group, User

USUAL = {
    "displayName",
    "givenName",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
}
"""Texts that Graph tells of a user unasked."""
STORED_ASIDE = ("employeeType", "facsimileTelephoneNumber", "immutableId", "usageLocation")
"""Attributes of a user without a column, kept with the extension attributes when a source tells them."""


def _moment(name: str, column: str, *, filtered: bool = False, asked_only: bool = True) -> Property:
    def read(row: Any) -> str | None:
        moment: datetime | None = getattr(row, column)
        return as_text(moment) if moment else None

    where = column if filtered else ""
    return Property(name=name, type=Type.MOMENT, read=read, column=where, asked_only=asked_only)


def _aside(attribute: str) -> Property:
    name = property_of(attribute).name
    return Property(name=name, type=Type.TEXT, read=lambda row: _plain(row.extensions.get(attribute)), asked_only=True)


def _plain(value: Any) -> str | None:
    return str(value) if value not in (None, "") else None


def _extension_attributes(row: User) -> dict[str, str | None]:
    return {name: _plain(row.extensions.get(name)) for name in EXTENSION_ATTRIBUTES}


def _extension_filter(name: str) -> Property:
    return Property(
        name=f"{ON_PREMISES}/{name}",
        type=Type.TEXT,
        read=lambda row: None,
        column=f"extensions__{name}",
        operators=frozenset({"eq", "ne", "startswith"}),
        path_only=True,
    )


ID = Property(name="id", type=Type.GUID, column="object_id", read=lambda row: str(row.object_id), never_null=True)


def _texts(fields: Mapping[str, str], usual: Iterable[str]) -> list[Property]:
    names = {property_of(attribute).name: column for attribute, column in fields.items()}
    others = ("businessPhones", "originalUserPrincipalName", "securityEnabled")
    return [text(name, column, asked_only=name not in usual) for name, column in names.items() if name not in others]


def _list(name: str, read: Read, *, asked_only: bool = True) -> Property:
    return Property(name=name, type=Type.TEXTS, read=read, asked_only=asked_only, never_null=True)


def _flag(name: str, column: str, *, asked_only: bool = False) -> Property:
    return Property(
        name=name, type=Type.FLAG, column=column, read=lambda row: getattr(row, column), asked_only=asked_only
    )


USER = Kind(
    "User",
    "users",
    [
        _list("businessPhones", lambda row: [row.telephone_number] if row.telephone_number else [], asked_only=False),
        *_texts(USER_FIELDS, USUAL),
        text("userPrincipalName", "user_principal_name"),
        ID,
        text("userType", "user_type", asked_only=True),
        _flag("accountEnabled", "account_enabled", asked_only=True),
        _moment("createdDateTime", "created_at", filtered=True),
        _moment("deletedDateTime", "deleted_at"),
        *map(_aside, STORED_ASIDE),
        Property(name=ON_PREMISES, type=Type.OBJECT, read=_extension_attributes, asked_only=True),
        *map(_extension_filter, EXTENSION_ATTRIBUTES),
        _list("otherMails", lambda row: []),
        _list("proxyAddresses", lambda row: []),
    ],
    extension=lambda row, name: _plain(row.extensions.get(name)),
)
GROUP = Kind(
    "Group",
    "groups",
    [
        ID,
        *_texts(GROUP_FIELDS, {"displayName", "description", "mail", "mailNickname"}),
        _flag("securityEnabled", "security_enabled"),
        Property(name="mailEnabled", type=Type.FLAG, read=lambda row: bool(row.mail)),
        _list("groupTypes", lambda row: [], asked_only=False),
        _list("proxyAddresses", lambda row: [], asked_only=False),
        _moment("createdDateTime", "created_at", filtered=True, asked_only=False),
        _moment("deletedDateTime", "deleted_at", asked_only=False),
    ],
)


def kind_of(row: User | Group) -> Kind:
    return USER if isinstance(row, User) else GROUP


def as_object(row: User | Group, names: Sequence[str] = ()) -> dict[str, Any]:
    """Among objects of several types: with its own."""
    kind = kind_of(row)
    return {"@odata.type": kind.odata_type, **kind.as_json(row, [name for name in names if name in kind.names])}


def guid(text: str) -> uuid.UUID:
    """The object id in a path or a body. Raises NotFound for a text that is none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        raise NotFound.of(text) from None


def find_user(text: str) -> User:
    """Somebody who is in the directory, by object id or user principal name. Raises NotFound."""
    people = User.objects.present().select_related("directory")
    try:
        found = people.filter(object_id=uuid.UUID(text)).first()
    except ValueError:
        found = people.filter(Exact(Lower(F("user_principal_name")), Lower(Value(text)))).first()
    if found is None:
        raise NotFound.of(text)
    return found


def find_group(text: str) -> Group:
    """A group that is in the directory, by object id. Raises NotFound."""
    found = Group.objects.present().select_related("directory").filter(object_id=guid(text)).first()
    if found is None:
        raise NotFound.of(text)
    return found
