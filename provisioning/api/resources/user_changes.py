"""Users: made, changed and deleted, and who their manager is."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError

from provisioning.api.bodies import wrong
from provisioning.api.calls import NO_CONTENT, Call, Reply
from provisioning.api.directory_bodies import REFERENCE, USER_BODY, need, referred, refused, user_values
from provisioning.api.directory_kinds import USER, find_user
from provisioning.api.listing import entity
from provisioning.api.routes import NOTHING, one, route
from provisioning.jobs.users import change_user, create_user, delete_users
from provisioning.models import User


@route("POST", "/users", answer=one("User", status=201), body=USER_BODY)
def create(call: Call) -> Reply:
    """Create a user"""
    need(call.body, ("displayName", "userPrincipalName"))
    values = user_values(call.body, {})
    row = carried_out(lambda: create_user(call.directory, values, str(call.client)))
    return entity(call, USER, row, (), status=201)


@route("PATCH", "/users/{id}", answer=NOTHING, body=USER_BODY)
def change(call: Call) -> Reply:
    """Change a user: properties that are not named stay"""
    row = find_user(call.path["id"])
    values = user_values(call.body, row.extensions)
    carried_out(lambda: change_user(row, values, str(call.client)))
    return NO_CONTENT


@route("DELETE", "/users/{id}", answer=NOTHING)
def delete(call: Call) -> Reply:
    """Delete a user, who can be restored"""
    row = find_user(call.path["id"])
    carried_out(lambda: delete_users([row], str(call.client)))
    return NO_CONTENT


@route("PUT", "/users/{id}/manager/$ref", answer=NOTHING, body=REFERENCE)
def set_manager(call: Call) -> Reply:
    """Give a user a manager"""
    row, above = find_user(call.path["id"]), referred(call.body)
    if not isinstance(above, User):
        raise wrong("@odata.id")
    carried_out(lambda: change_user(row, {"manager": above}, str(call.client)))
    return NO_CONTENT


@route("DELETE", "/users/{id}/manager/$ref", answer=NOTHING)
def remove_manager(call: Call) -> Reply:
    """Take a user's manager away"""
    row = find_user(call.path["id"])
    carried_out(lambda: change_user(row, {"manager": None}, str(call.client)))
    return NO_CONTENT


def carried_out(act: Callable[[], Any]) -> Any:
    """What the act gives. What it refuses is a refused request."""
    try:
        return act()
    except ValidationError as error:
        raise refused(error) from error
