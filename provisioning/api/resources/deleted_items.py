"""The recycle bin: users and groups that were deleted and can be restored."""

import uuid
from typing import Any

from django.db.models import QuerySet

from provisioning.api.calls import NO_CONTENT, Call, Reply
from provisioning.api.directory_kinds import GROUP, USER, as_object, guid
from provisioning.api.errors import NotFound
from provisioning.api.listing import collection
from provisioning.api.options import FILTER, ORDER, PAGED, SELECT
from provisioning.api.resources.user_changes import carried_out
from provisioning.api.routes import NOTHING, many, one, route
from provisioning.jobs.groups import purge_groups, restore_groups
from provisioning.jobs.users import purge_users, restore_users
from provisioning.models import Group, User

OPTIONS = (SELECT, FILTER, ORDER, *PAGED)
PATH = "/directory/deletedItems"


def _binned(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(purged_at=None).exclude(deleted_at=None)


@route("GET", f"{PATH}/microsoft.graph.user", answer=many("User"), options=OPTIONS)
def users(call: Call) -> Reply:
    """List deleted users"""
    return collection(call, USER, _binned(User.objects.filter(directory=call.directory)))


@route("GET", f"{PATH}/microsoft.graph.group", answer=many("Group"), options=OPTIONS)
def groups(call: Call) -> Reply:
    """List deleted groups"""
    return collection(call, GROUP, _binned(Group.objects.filter(directory=call.directory)))


@route("GET", f"{PATH}/{{id}}", answer=one("DirectoryObject"))
def item(call: Call) -> Reply:
    """Get a deleted user or group"""
    return Reply({"@odata.context": call.context("directoryObjects/$entity"), **as_object(_find(call))})


@route("POST", f"{PATH}/{{id}}/restore", answer=one("DirectoryObject"))
def restore(call: Call) -> Reply:
    """Restore a deleted user or group"""
    row, who = _find(call), str(call.client)
    if isinstance(row, User):
        carried_out(lambda: restore_users([row], who))
    else:
        carried_out(lambda: restore_groups([row], who))
    row.refresh_from_db()
    return Reply({"@odata.context": call.context("directoryObjects/$entity"), **as_object(row)})


@route("DELETE", f"{PATH}/{{id}}", answer=NOTHING)
def purge(call: Call) -> Reply:
    """Delete a user or a group for good"""
    row, who = _find(call), str(call.client)
    if isinstance(row, User):
        carried_out(lambda: purge_users([row], who))
    else:
        carried_out(lambda: purge_groups([row], who))
    return NO_CONTENT


def _find(call: Call) -> User | Group:
    object_id: uuid.UUID = guid(call.path["id"])
    for rows in (User.objects.select_related("directory"), Group.objects.select_related("directory")):
        found: User | Group | None = _binned(rows.filter(object_id=object_id)).first()
        if found is not None:
            return found
    raise NotFound.of(call.path["id"])
