"""Who is assigned to an application, with which app role: listed, added and taken away."""

import base64
import binascii
import uuid
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portal.accounts.audit import record
from provisioning.api.bodies import check_known, guid_in
from provisioning.api.calls import NO_CONTENT, Call, Reply
from provisioning.api.directory_kinds import find_group, find_user
from provisioning.api.errors import NotFound, ValueRefused
from provisioning.api.listing import collection, entity
from provisioning.api.moments import as_text
from provisioning.api.options import FILTER, PAGED
from provisioning.api.properties import Kind, Property, Type
from provisioning.api.resources.service_principals import find_principal
from provisioning.api.routes import NOTHING, many, one, route
from provisioning.directory.base import NO_ROLE
from provisioning.jobs import change
from provisioning.models import AppRole, Assignment, EnterpriseApplication, Group, User

PATH = "/servicePrincipals/{id}/appRoleAssignedTo"
FIELDS = ("principalId", "resourceId", "appRoleId")
BODY = {
    "type": "object",
    "required": list(FIELDS),
    "properties": {name: {"type": "string", "format": "uuid"} for name in FIELDS},
}


def _principal(row: Assignment) -> User | Group:
    found = row.user or row.group
    if found is None:
        raise ValueError(f"Assignment {row.pk} is of nobody.")
    return found


def _id(row: Assignment) -> str:
    """Opaque, as Graph's are."""
    return base64.urlsafe_b64encode(row.pk.to_bytes(8, "big")).decode().rstrip("=")


ASSIGNMENT = Kind(
    "AppRoleAssignment",
    "appRoleAssignments",
    [
        Property(name="id", type=Type.TEXT, read=_id, never_null=True),
        Property(name="deletedDateTime", type=Type.MOMENT, read=lambda row: None),
        Property(
            name="appRoleId",
            type=Type.GUID,
            read=lambda row: str(row.role.role_id) if row.role else NO_ROLE,
            column="role__role_id",
        ),
        Property(name="createdDateTime", type=Type.MOMENT, read=lambda row: as_text(row.assigned_at)),
        Property(name="principalDisplayName", type=Type.TEXT, read=lambda row: _principal(row).display_name),
        Property(name="principalId", type=Type.GUID, read=lambda row: str(_principal(row).object_id)),
        Property(name="principalType", type=Type.TEXT, read=lambda row: "User" if row.user else "Group"),
        Property(name="resourceDisplayName", type=Type.TEXT, read=lambda row: row.application.display_name),
        Property(name="resourceId", type=Type.GUID, read=lambda row: str(row.application.object_id)),
    ],
)


def _present() -> QuerySet[Assignment]:
    """Those of people and groups that are in the directory."""
    rows = Assignment.objects.present().select_related("user", "group", "role", "application")
    there = Q(user__deleted_at=None, user__purged_at=None, group__deleted_at=None, group__purged_at=None)
    return rows.filter(there)


@route("GET", PATH, answer=many("AppRoleAssignment"), options=(FILTER, *PAGED))
def assigned(call: Call) -> Reply:
    """List who is assigned to an application"""
    return collection(call, ASSIGNMENT, _present().filter(application=find_principal(call)))


@route("GET", f"{PATH}/{{assignmentId}}", answer=one("AppRoleAssignment"))
def assignment(call: Call) -> Reply:
    """Get one assignment to an application"""
    return entity(call, ASSIGNMENT, _find(call, find_principal(call)), ())


@route("POST", PATH, answer=one("AppRoleAssignment", status=201), body=BODY)
def assign(call: Call) -> Reply:
    """Assign a user or a group to an application"""
    application = _find_ours(call)
    check_known(call.body, FIELDS)
    if guid_in(call.body, "resourceId") != application.object_id:
        raise ValueRefused(_("The resourceId must be the service principal in the address."))
    role = _role(application, guid_in(call.body, "appRoleId"))
    principal = _find_principal(guid_in(call.body, "principalId"))
    with transaction.atomic():
        application.directory.take()
        kind: dict[str, Any] = {"user": principal} if isinstance(principal, User) else {"group": principal}
        if Assignment.objects.present().filter(application=application, role=role, **kind).exists():
            raise ValueRefused(_("Permission being assigned already exists on the object"))
        [row] = change.assign(application, [principal], role)
        record(str(call.client), gettext_noop("Add assignment"), application, new=row.as_audited(row.role))
    return entity(call, ASSIGNMENT, row, (), status=201)


@route("DELETE", f"{PATH}/{{assignmentId}}", answer=NOTHING)
def unassign(call: Call) -> Reply:
    """Take an assignment away"""
    application = _find_ours(call)
    with transaction.atomic():
        application.directory.take()
        row = _find(call, application)
        change.unassign(application, [row])
        record(str(call.client), gettext_noop("Remove assignment"), application, old=[row.as_audited(row.role)])
    return NO_CONTENT


def _find_ours(call: Call) -> EnterpriseApplication:
    """The application, if people are assigned to it here."""
    application = find_principal(call)
    if not application.is_assigned_here:
        raise ValueRefused(_("The assignments of this application come from the directory's source."))
    return application


@route("GET", "/users/{id}/appRoleAssignments", answer=many("AppRoleAssignment"), options=PAGED)
def of_user(call: Call) -> Reply:
    """List the applications a user is directly assigned to"""
    return collection(call, ASSIGNMENT, _present().filter(user=find_user(call.path["id"])))


@route("GET", "/groups/{id}/appRoleAssignments", answer=many("AppRoleAssignment"), options=PAGED)
def of_group(call: Call) -> Reply:
    """List the applications a group is assigned to"""
    return collection(call, ASSIGNMENT, _present().filter(group=find_group(call.path["id"])))


def _find(call: Call, application: EnterpriseApplication) -> Assignment:
    named = call.path["assignmentId"]
    try:
        key = int.from_bytes(base64.urlsafe_b64decode(named + "=" * (-len(named) % 4)), "big")
    except (binascii.Error, ValueError):
        raise NotFound.of(named) from None
    found = _present().filter(application=application, pk=key).first() if 0 < key < 2**63 else None
    if found is None:
        raise NotFound.of(named)
    return found


def _role(application: EnterpriseApplication, role_id: uuid.UUID) -> AppRole | None:
    if str(role_id) == NO_ROLE:
        return None
    found = application.roles.filter(role_id=role_id, enabled=True).first()
    if found is None:
        raise ValueRefused(_("Permission being assigned was not found on application"))
    return found


def _find_principal(object_id: uuid.UUID) -> User | Group:
    try:
        return find_user(str(object_id))
    except NotFound:
        return find_group(str(object_id))
