"""JSON shapes of the Admin API as they were recorded: order, spelling, and what is left out when empty."""

from typing import Any

from provisioning.sandbox.clock import as_milliseconds
from provisioning.sandbox.models import Account, Group, License, User
from provisioning.sandbox.strictness import STRICTNESS

# An account of another customer: the caller is known there, but calls on it are refused.
OTHER_ACCOUNT = {"key": "3573452345871209999", "name": "Fabrikam"}
_MEETING_SETTINGS = {
    "attendeeListEnabled": True,
    "chatEnabled": True,
    "recordingEnabled": True,
    "webcamEnabled": True,
    "tollCountries": ["US"],
}


def user(row: User) -> dict[str, Any]:
    """A user as read back. Expects `licenses` and `group` fetched in lists."""
    licenses = list(row.licenses.all())
    shape: dict[str, Any] = {
        "key": row.key,
        "email": row.email,
        "firstName": row.first_name,
        "lastName": row.last_name,
        "locale": row.locale,
        "timeZone": row.time_zone,
        "licenseKeys": [license.key for license in licenses],
        "products": _products(licenses),
        **(_group_of(row.group) if row.group else {}),
        "adminRoles": row.admin_roles,
        "settings": {"G2M": _MEETING_SETTINGS},
        "passwordCreated": row.password_created,
        "invitedDate": None if row.password_created or not row.invited_at else as_milliseconds(row.invited_at),
        "nameLocked": row.name_locked,
        "emailLocked": row.email_locked,
        "identityReadOnly": row.identity_read_only,
        "canAuthenticate": row.password_created,  # assumed(can-authenticate): no more than that
        "status": row.status,
        "inviteCount": row.invite_count or None,  # assumed(invitations): left out when nobody was invited
    }
    return {name: value for name, value in shape.items() if value not in (None, [])}


def _group_of(row: Group) -> dict[str, Any]:
    return {"groupKey": row.key, "groupName": row.name, "groupKeyPath": [row.key], "groupNamePath": [row.name]}


def account(row: Account) -> dict[str, Any]:
    """assumed(account-shape): the names that `/me` uses of an account."""
    return {"key": row.key, "name": row.name}


def group(row: Group) -> dict[str, Any]:
    """A group of the account. assumed(group-tree): all lie at the top, so that a path has one step."""
    people = list(User.objects.filter(group=row).values_list("key", flat=True))
    shape: dict[str, Any] = {"key": row.key, "name": row.name, "keyPath": [row.key], "namePath": [row.name]}
    return (
        shape | ({"userKeys": people} if people else {}) | {"memberCount": len(people), "totalMemberCount": len(people)}
    )


def license(row: License) -> dict[str, Any]:
    """A licence with the keys of the users who hold a seat of it."""
    people = User.objects.filter(licenses=row).only("key", "password_created")
    # assumed(license-people): userKeys names all who hold a seat, invitedUserKeys those among them without a password
    invited = [person.key for person in people if not person.password_created]
    return {
        "key": row.key,
        "seats": row.seats,
        "userCount": len(people),
        "enabled": True,
        "description": row.description,
        "type": "NAMED",
        "channel": "DIRECT",
        "userKeys": [person.key for person in people],
        "invitedUserKeys": invited,
        "deviceKeys": [],
        "deviceCount": 0,
        "products": row.products,
        "childLicenseKeys": [],
        "entitlements": {product.lower(): {} for product in row.products},
        "devicesOnly": False,
        "devicesAllowed": False,
        "externallyManaged": False,
    }


def me(row: User) -> dict[str, Any]:
    """The caller. assumed(me-roles): `adminRoles` is left out for someone who has none, as in a user's own shape."""
    roles = {"adminRoles": row.admin_roles} if row.admin_roles else {}
    accounts = [{"key": row.account.key, "name": row.account.name, **roles}]
    if STRICTNESS.me_with_other_account:
        accounts.insert(0, OTHER_ACCOUNT)
    return {
        "key": row.key,
        **({} if STRICTNESS.me_without_account_key else {"accountKey": row.account.key}),
        "email": row.email,
        "firstName": row.first_name,
        "lastName": row.last_name,
        "locale": row.locale,
        "timeZone": row.time_zone,
        "orgAdmin": bool(row.org_roles),
        # assumed(me-organization-roles): how it is shown; someone without was recorded without the name
        **({"organizationRoles": row.org_roles} if row.org_roles else {}),
        **roles,
        "accounts": accounts,
        "createTime": as_milliseconds(row.created_at),
        "products": _products(list(row.licenses.all())),
    }


def _products(licenses: list[License]) -> list[str]:
    return list(dict.fromkeys(product for license in licenses for product in license.products))
