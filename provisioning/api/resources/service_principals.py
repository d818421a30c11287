"""Service principals: enterprise applications, as they stand in the directory, with their app roles."""

from typing import Any

from django.db.models import QuerySet

from provisioning.api.calls import Call, Reply
from provisioning.api.directory_kinds import guid
from provisioning.api.errors import NotFound
from provisioning.api.listing import collection, entity
from provisioning.api.options import COLLECTION, SELECT
from provisioning.api.properties import Kind, Property, Type, text
from provisioning.api.routes import many, one, route
from provisioning.api.templates_json import template_id
from provisioning.choices import Deletion
from provisioning.models import AppRole, EnterpriseApplication


def app_roles(row: EnterpriseApplication) -> list[dict[str, Any]]:
    return [_role(each) for each in row.roles.all()]


def _role(role: AppRole) -> dict[str, Any]:
    return {
        "id": str(role.role_id),
        "allowedMemberTypes": ["User"],
        "description": role.label,
        "displayName": role.label,
        "isEnabled": role.enabled,
        "origin": "Application",
        "value": role.value,
    }


def _fixed(name: str, type_: Type, value: Any) -> Property:
    return Property(name=name, type=type_, read=lambda row: value)


SERVICE_PRINCIPAL = Kind(
    "ServicePrincipal",
    "servicePrincipals",
    [
        Property(name="id", type=Type.GUID, column="object_id", read=lambda row: str(row.object_id), never_null=True),
        Property(name="appId", type=Type.GUID, column="application_id", read=lambda row: str(row.application_id)),
        text("displayName", "display_name"),
        text("appDisplayName", "display_name"),
        Property(name="applicationTemplateId", type=Type.GUID, read=lambda row: str(template_id(row.template))),
        Property(name="appOwnerOrganizationId", type=Type.GUID, read=lambda row: str(row.directory.tenant_id)),
        Property(name="appRoles", type=Type.OBJECTS, read=app_roles, never_null=True),
        Property(name="appRoleAssignmentRequired", type=Type.FLAG, read=lambda row: row.template.role_required),
        Property(name="servicePrincipalNames", type=Type.TEXTS, read=lambda row: [str(row.application_id)]),
        _fixed("accountEnabled", Type.FLAG, True),
        _fixed("deletedDateTime", Type.MOMENT, None),
        _fixed("servicePrincipalType", Type.TEXT, "Application"),
        _fixed("signInAudience", Type.TEXT, "AzureADMyOrg"),
        _fixed("tags", Type.TEXTS, []),
    ],
)


def principals() -> QuerySet[EnterpriseApplication]:
    """All that are not being deleted."""
    rows = EnterpriseApplication.objects.exclude(deletion=Deletion.EMPTYING)
    return rows.select_related("directory").prefetch_related("roles")


def find_principal(call: Call) -> EnterpriseApplication:
    """The application in the path, by the object id of its service principal. Raises NotFound."""
    found = principals().filter(object_id=guid(call.path["id"])).first()
    if found is None:
        raise NotFound.of(call.path["id"])
    return found


@route("GET", "/servicePrincipals", answer=many("ServicePrincipal"), options=COLLECTION)
def service_principals(call: Call) -> Reply:
    """List the service principals of enterprise applications"""
    return collection(call, SERVICE_PRINCIPAL, principals())


@route("GET", "/servicePrincipals/{id}", answer=one("ServicePrincipal"), options=(SELECT,))
def service_principal(call: Call) -> Reply:
    """Get a service principal"""
    names = SERVICE_PRINCIPAL.select(call.options.get("$select"))
    return entity(call, SERVICE_PRINCIPAL, find_principal(call), names)
