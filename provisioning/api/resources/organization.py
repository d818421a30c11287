"""The organization: whose directory this is."""

from typing import Any

from provisioning.api.calls import Call, Reply
from provisioning.api.errors import NotFound
from provisioning.api.listing import selection
from provisioning.api.options import SELECT
from provisioning.api.properties import Kind, Property, Type
from provisioning.api.routes import many, one, route
from provisioning.models import Directory


def _domains(row: Directory) -> list[dict[str, Any]]:
    if not row.default_domain:
        return []
    return [
        {"name": row.default_domain, "isDefault": True, "isInitial": True, "type": "Managed", "capabilities": "None"}
    ]


ORGANIZATION = Kind(
    "Organization",
    "organization",
    [
        Property(name="id", type=Type.GUID, read=lambda row: str(row.tenant_id), never_null=True),
        Property(name="displayName", type=Type.TEXT, read=lambda row: row.tenant_name),
        Property(name="verifiedDomains", type=Type.OBJECTS, read=_domains, never_null=True),
        Property(name="deletedDateTime", type=Type.MOMENT, read=lambda row: None),
    ],
)


@route("GET", "/organization", answer=many("Organization"), options=(SELECT,))
def organizations(call: Call) -> Reply:
    """List the organization: there is one"""
    names = ORGANIZATION.select(call.options.get("$select"))
    context = call.context(f"organization{selection(names)}")
    return Reply({"@odata.context": context, "value": [ORGANIZATION.as_json(call.directory, names)]})


@route("GET", "/organization/{id}", answer=one("Organization"), options=(SELECT,))
def organization(call: Call) -> Reply:
    """Get the organization by its tenant id"""
    if call.path["id"].lower() != str(call.directory.tenant_id):
        raise NotFound.of(call.path["id"])
    names = ORGANIZATION.select(call.options.get("$select"))
    context = call.context(f"organization{selection(names)}/$entity")
    return Reply({"@odata.context": context, **ORGANIZATION.as_json(call.directory, names)})
