"""Groups: made, changed and deleted, and who is in them."""

from django.db import transaction
from django.utils.translation import gettext as _

from provisioning.api.calls import NO_CONTENT, Call, Reply
from provisioning.api.directory_bodies import GROUP_BODY, REFERENCE, bound_members, group_values, need, referred
from provisioning.api.directory_kinds import GROUP, find_group, guid
from provisioning.api.errors import NotFound, ValueRefused
from provisioning.api.listing import entity
from provisioning.api.resources.user_changes import carried_out
from provisioning.api.routes import NOTHING, one, route
from provisioning.jobs.groups import change_group, create_group, delete_groups
from provisioning.jobs.memberships import add_members, remove_members
from provisioning.models import Group, User


@route("POST", "/groups", answer=one("Group", status=201), body=GROUP_BODY)
def create(call: Call) -> Reply:
    """Create a group, with members that are named by their addresses"""
    need(call.body, ("displayName",))
    values, inside = group_values(call.body), bound_members(call.body)
    by = str(call.client)

    @transaction.atomic
    def made() -> Group:
        row = create_group(call.directory, values, by)
        if inside:
            add_members(row, inside, by)
        return row

    row: Group = carried_out(made)
    return entity(call, GROUP, row, (), status=201)


@route("PATCH", "/groups/{id}", answer=NOTHING, body=GROUP_BODY)
def change(call: Call) -> Reply:
    """Change a group, or add members that are named by their addresses"""
    row = find_group(call.path["id"])
    values, inside = group_values(call.body), bound_members(call.body)
    by = str(call.client)

    @transaction.atomic
    def changed() -> None:
        if values:
            change_group(row, values, by)
        if inside:
            add_members(row, inside, by)

    carried_out(changed)
    return NO_CONTENT


@route("DELETE", "/groups/{id}", answer=NOTHING)
def delete(call: Call) -> Reply:
    """Delete a group, which can be restored"""
    row = find_group(call.path["id"])
    carried_out(lambda: delete_groups([row], str(call.client)))
    return NO_CONTENT


@route("POST", "/groups/{id}/members/$ref", answer=NOTHING, body=REFERENCE)
def add_member(call: Call) -> Reply:
    """Add a user or a group to a group"""
    row, member = find_group(call.path["id"]), referred(call.body)
    if not carried_out(lambda: add_members(row, [member], str(call.client))):
        text = _("One or more added object references already exist for the following modified properties: 'members'.")
        raise ValueRefused(text)
    return NO_CONTENT


@route("DELETE", "/groups/{id}/members/{memberId}/$ref", answer=NOTHING)
def remove_member(call: Call) -> Reply:
    """Take a user or a group out of a group"""
    row, member = find_group(call.path["id"]), _anybody(call.path["memberId"])
    if not carried_out(lambda: remove_members(row, [member], str(call.client))):
        raise NotFound.of(call.path["memberId"])
    return NO_CONTENT


def _anybody(text: str) -> User | Group:
    """Also somebody in the recycle bin, who still is a member. Raises NotFound."""
    object_id = guid(text)
    user = User.objects.filter(object_id=object_id, purged_at=None).first()
    found = user or Group.objects.filter(object_id=object_id, purged_at=None).first()
    if found is None:
        raise NotFound.of(text)
    return found
