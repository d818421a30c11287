"""Groups: listed and told, and who is in them."""

from typing import Any

from django.db.models import Q, QuerySet

from provisioning.api.calls import Call, Reply
from provisioning.api.directory_kinds import GROUP, USER, as_object, find_group
from provisioning.api.listing import collection, entity, next_link, page_of, selection
from provisioning.api.options import COLLECTION, FILTER, PAGED, SELECT, read_select
from provisioning.api.properties import EXTENSION
from provisioning.api.resources.users import counted
from provisioning.api.routes import TEXT, many, one, route
from provisioning.models import Group, Membership

NAMES = list(dict.fromkeys([*USER.names, *GROUP.names]))
PRESENT = Q(removed=False) & (
    Q(user__deleted_at=None, user__purged_at=None, member_group=None)
    | Q(member_group__deleted_at=None, member_group__purged_at=None, user=None)
)


@route("GET", "/groups", answer=many("Group"), options=COLLECTION)
def groups(call: Call) -> Reply:
    """List groups"""
    return collection(call, GROUP, Group.objects.present().filter(directory=call.directory))


@route("GET", "/groups/$count", answer=TEXT, options=(FILTER,))
def count(call: Call) -> Reply:
    """Count groups"""
    return counted(call, GROUP, Group.objects.present().filter(directory=call.directory))


@route("GET", "/groups/{id}", answer=one("Group"), options=(SELECT,))
def group(call: Call) -> Reply:
    """Get a group"""
    names = GROUP.select(call.options.get("$select"))
    return entity(call, GROUP, find_group(call.path["id"]), names)


@route("GET", "/groups/{id}/members", answer=many("DirectoryObject"), options=(SELECT, *PAGED))
def members(call: Call) -> Reply:
    """List who is directly in a group"""
    return _members(call, Membership.objects.filter(PRESENT))


@route("GET", "/groups/{id}/members/microsoft.graph.user", answer=many("User"), options=(SELECT, *PAGED))
def member_users(call: Call) -> Reply:
    """List the users directly in a group"""
    return _members(call, Membership.objects.filter(PRESENT).exclude(user=None))


@route("GET", "/groups/{id}/members/microsoft.graph.group", answer=many("Group"), options=(SELECT, *PAGED))
def member_groups(call: Call) -> Reply:
    """List the groups directly in a group"""
    return _members(call, Membership.objects.filter(PRESENT).exclude(member_group=None))


def _members(call: Call, rows: QuerySet[Membership]) -> Reply:
    names = read_select(call.options.get("$select"), NAMES, EXTENSION)
    inside = rows.filter(group=find_group(call.path["id"])).select_related("user", "member_group")
    page, key = page_of(call, inside, ("pk", False))
    body: dict[str, Any] = {"@odata.context": call.context(f"directoryObjects{selection(names)}")}
    if key:
        body["@odata.nextLink"] = next_link(call, key)
    body["value"] = [as_object(each.user or each.member_group, names) for each in page]
    return Reply(body)
