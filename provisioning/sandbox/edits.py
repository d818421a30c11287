"""Changes behind everybody's back, as in GoTo's own Admin Center: no rule of the service is asked."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.hashers import make_password

from provisioning.sandbox import people
from provisioning.sandbox.models import License, User

# What may be set, with the row's name for it.
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
    "inOrganization": "in_organization",
    "organizationRoles": "org_roles",
    "active": "active",
}


def put(user: User, values: Mapping[str, Any]) -> None:
    """Set these values and derive the status. ValueError or TypeError for what cannot be set.

    `Refused` when a licence that is new has no free seat.
    """
    unknown = set(values) - set(EDITABLE) - {"licenseKeys", "password"}
    if unknown:
        raise ValueError(f"Unknown: {', '.join(sorted(unknown))}")
    for name in set(values) & set(EDITABLE):
        if type(values[name]) is not type(getattr(user, EDITABLE[name])):
            raise TypeError(f"{name}: not {values[name]!r}")
        setattr(user, EDITABLE[name], values[name])
    if "password" in values:
        user.password = make_password(str(values["password"]))
    if "licenseKeys" in values:
        people.give(user, list(License.objects.filter(key__in=values["licenseKeys"])))
    user.settle()


def sign_in(user: User) -> None:
    """What happens when the person signs in: there is a password, and the last sign-in is not long ago."""
    put(user, {"passwordCreated": True, "idle": False})
