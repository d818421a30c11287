"""JSON shapes of the SCIM calls: users, the caller, groups."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from provisioning.sandbox.models import OrgGroup, User
from provisioning.sandbox.strictness import STRICTNESS

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
GETGO = "urn:scim:schemas:extension:getgo:1.0"


def user(request: HttpRequest, row: User) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "id": row.key,
        "userName": row.email,
        "displayName": row.display_name or f"{row.first_name} {row.last_name}".strip(),
        "name": {"givenName": row.first_name, "familyName": row.last_name},
        "locale": row.locale,
        "timezone": row.time_zone,
        "meta": _meta(request, "Users", row.key, row.created_at),
    }
    if STRICTNESS.scim_enterprise:
        # assumed(scim-enterprise): the attributes that Microsoft's GoTo application maps, named as in SCIM 2
        shape["active"] = row.active
        shape |= {"externalId": row.external_id} if row.external_id else {}
        shape |= {ENTERPRISE: row.enterprise} if row.enterprise else {}
    return shape


def me(request: HttpRequest, row: User) -> dict[str, Any]:
    """The caller, with the accounts and what the person is entitled to there."""
    products = dict.fromkeys(product.lower() for license in row.licenses.all() for product in license.products)
    # assumed(scim-entitlements): products in small letters beside the recorded `acctadmin`
    entitlements = (["acctadmin"] if row.admin_roles else []) + list(products)
    account = {"value": row.account.key, "display": row.account.name, "entitlements": entitlements}
    return user(request, row) | {GETGO: {"accounts": [account]}}


def group(request: HttpRequest, row: OrgGroup) -> dict[str, Any]:
    shape = {"id": row.key, "displayName": row.display_name, "members": row.present_members()}
    return shape | {"meta": _meta(request, "Groups", row.key, row.created_at)}


def _meta(request: HttpRequest, kind: str, key: str, created: datetime) -> dict[str, str]:
    location = request.build_absolute_uri(f"/identity/v1/{kind}/{key}")
    return {"created": created.strftime("%Y-%m-%dT%H:%M:%SZ"), "location": location}
