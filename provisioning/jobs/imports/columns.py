"""What a source tells of a person or group, as columns of its row."""

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from django.db.models import BooleanField, CharField

from provisioning.directory.attributes import GROUP_ATTRIBUTES, USER_ATTRIBUTES
from provisioning.jobs.load import GROUP_FIELDS, USER_FIELDS
from provisioning.models import Group, User

USER_COLUMNS: Mapping[str, str] = {
    **{name: column for name, column in USER_FIELDS.items() if name != "originalUserPrincipalName"},
    "accountEnabled": "account_enabled",
    "userPrincipalName": "user_principal_name",
    "userType": "user_type",
}
GROUP_COLUMNS: Mapping[str, str] = GROUP_FIELDS
"""Attribute to column; other attributes of users are extension attributes."""

COMPUTED = (USER_ATTRIBUTES.keys() | GROUP_ATTRIBUTES.keys()) - USER_COLUMNS.keys() - GROUP_COLUMNS.keys()
"""Attributes that the portal makes itself: what a source says of them is not kept."""


def user_values(user: User, attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of this row that are other ones with these attributes."""
    wanted = _columns(User, USER_COLUMNS, attributes)
    extensions = dict(user.extensions)
    for name in attributes.keys() - USER_COLUMNS.keys() - COMPUTED:
        if attributes[name] in (None, "", []):
            extensions.pop(name, None)
        else:
            extensions[name] = attributes[name]
    if not wanted.get("display_name", user.display_name):
        wanted["display_name"] = wanted.get("user_principal_name") or user.user_principal_name
    return _different(user, {**wanted, "extensions": extensions})


def group_values(group: Group, attributes: Mapping[str, Any]) -> dict[str, Any]:
    wanted = _columns(Group, GROUP_COLUMNS, attributes)
    if not wanted.get("display_name", group.display_name):
        wanted["display_name"] = wanted.get("mail_nickname") or str(group.object_id)
    return _different(group, wanted)


def _columns(model: type[User] | type[Group], names: Mapping[str, str], told: Mapping[str, Any]) -> dict[str, Any]:
    """Values as their columns take them: cut where they are longer. A switch that is empty says nothing."""
    wanted: dict[str, Any] = {}
    lengths, switches = _kinds(model)
    for name in told.keys() & names.keys():
        column, value = names[name], told[name]
        if column in lengths:
            wanted[column] = ("" if value is None else str(value))[: lengths[column]]
        elif column in switches and value not in (None, ""):
            wanted[column] = value in (True, "true", "True")
    return wanted


@cache
def _kinds(model: type[User] | type[Group]) -> tuple[Mapping[str, int | None], Collection[str]]:
    """The longest value that each column of text takes, and the columns that are switches."""
    fields = model._meta.concrete_fields
    lengths = {field.name: field.max_length for field in fields if isinstance(field, CharField)}
    return lengths, {field.name for field in fields if isinstance(field, BooleanField)}


def _different(row: User | Group, wanted: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in wanted.items() if getattr(row, name) != value}
