"""Applications, the other side of service principals: here both are one. Told, and deleted."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from provisioning import tasks
from provisioning.api.calls import Call, Reply
from provisioning.api.finding import application_of, principal_of
from provisioning.api.listing import collection, entity
from provisioning.api.moments import as_text
from provisioning.api.options import COLLECTION, SELECT
from provisioning.api.properties import Kind, Property, Type, text
from provisioning.api.resources.service_principals import app_roles, principals
from provisioning.api.resources.synchronization_jobs import possibly
from provisioning.api.routes import NOTHING, many, one, route
from provisioning.api.templates_json import template_id
from provisioning.jobs import deletion
from provisioning.models import EnterpriseApplication


def _fixed(name: str, type_: Type, value: Any) -> Property:
    return Property(name=name, type=type_, read=lambda row: value)


APPLICATION = Kind(
    "Application",
    "applications",
    [
        Property(
            name="id",
            type=Type.GUID,
            column="application_id",
            read=lambda row: str(row.application_id),
            never_null=True,
        ),
        Property(name="appId", type=Type.GUID, column="application_id", read=lambda row: str(row.application_id)),
        text("displayName", "display_name"),
        Property(name="applicationTemplateId", type=Type.GUID, read=lambda row: str(template_id(row.template))),
        Property(name="description", type=Type.TEXT, read=lambda row: row.template.description),
        Property(name="appRoles", type=Type.OBJECTS, read=app_roles, never_null=True),
        Property(name="createdDateTime", type=Type.MOMENT, read=lambda row: as_text(row.created_at)),
        _fixed("deletedDateTime", Type.MOMENT, None),
        _fixed("identifierUris", Type.TEXTS, []),
        _fixed("signInAudience", Type.TEXT, "AzureADMyOrg"),
        _fixed("tags", Type.TEXTS, []),
    ],
)


@route("GET", "/applications", answer=many("Application"), options=COLLECTION)
def applications(call: Call) -> Reply:
    """List applications"""
    return collection(call, APPLICATION, principals())


@route("GET", "/applications/{id}", answer=one("Application"), options=(SELECT,))
def application(call: Call) -> Reply:
    """Get an application by its own id, which here is its client id"""
    return entity(call, APPLICATION, application_of(call), APPLICATION.select(call.options.get("$select")))


@route("DELETE", "/applications/{id}", answer=NOTHING)
def delete(call: Call) -> Reply:
    """Delete an application for good, with its job, assignments and logs; accounts stay"""
    return _delete(application_of(call), call)


@route("DELETE", "/servicePrincipals/{id}", answer=NOTHING)
def delete_principal(call: Call) -> Reply:
    """Delete an application by its service principal; they are one here"""
    return _delete(principal_of(call), call)


def _delete(row: EnterpriseApplication, call: Call) -> Reply:
    """It is not found any more; what there is of it goes in the background, however much that is."""

    @transaction.atomic
    def ask() -> None:
        deletion.ask(row, str(call.client), timezone.now(), disable=False)
        tasks.queue_deletion(row.pk)

    return possibly(ask)
