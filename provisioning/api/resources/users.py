"""Users: listed, told, and whom they belong to."""

from typing import Any

from django.db.models import QuerySet

from provisioning.api.calls import Call, Reply
from provisioning.api.directory_kinds import GROUP, USER, as_object, find_user
from provisioning.api.errors import NotFound
from provisioning.api.filter_rows import condition
from provisioning.api.listing import collection, entity, selection
from provisioning.api.options import COLLECTION, EXPAND, FILTER, PAGED, SELECT, read_expand
from provisioning.api.properties import Kind
from provisioning.api.routes import TEXT, many, one, route
from provisioning.models import Group, Membership, User

RELATIONS = ("manager",)


@route("GET", "/users", answer=many("User"), options=(*COLLECTION, EXPAND))
def users(call: Call) -> Reply:
    """List users"""
    rows = User.objects.present().filter(directory=call.directory)
    names = USER.select(call.options.get("$select"))
    expanded = read_expand(call.options.get("$expand"), RELATIONS)
    if not expanded:
        return collection(call, USER, rows)

    def tell(page: Any) -> list[dict[str, Any]]:
        return [{**USER.as_json(row, names), **_expanded(row, expanded["manager"])} for row in page]

    return collection(call, USER, rows.select_related("manager"), tell)


@route("GET", "/users/$count", answer=TEXT, options=(FILTER,))
def count(call: Call) -> Reply:
    """Count users"""
    return counted(call, USER, User.objects.present().filter(directory=call.directory))


@route("GET", "/users/{id}", answer=one("User"), options=(SELECT, EXPAND))
def user(call: Call) -> Reply:
    """Get a user by object id or user principal name"""
    names = USER.select(call.options.get("$select"))
    expanded = read_expand(call.options.get("$expand"), RELATIONS)
    row = find_user(call.path["id"])
    reply = entity(call, USER, row, names)
    if not expanded:
        return reply
    return reply.adding(_expanded(row, expanded["manager"]))


@route("GET", "/users/{id}/manager", answer=one("User"), options=(SELECT,))
def manager(call: Call) -> Reply:
    """Get a user's manager"""
    names = USER.select(call.options.get("$select"))
    row = find_user(call.path["id"]).manager
    if row is None or row.deleted_at or row.purged_at:
        raise NotFound.of("manager")
    return Reply({"@odata.context": call.context("directoryObjects/$entity"), **as_object(row, names)})


@route(
    "GET",
    "/users/{id}/memberOf",
    "/users/{id}/memberOf/microsoft.graph.group",
    answer=many("Group"),
    options=(SELECT, FILTER, *PAGED),
)
def member_of(call: Call) -> Reply:
    """List the groups a user is directly in"""
    row = find_user(call.path["id"])
    inside = Membership.objects.filter(user=row, removed=False).values("group")
    names = GROUP.select(call.options.get("$select"))
    rows = Group.objects.present().filter(pk__in=inside)
    reply = collection(call, GROUP, rows, lambda page: [as_object(each, names) for each in page])
    return reply.adding({"@odata.context": call.context(f"directoryObjects{selection(names)}")})


def counted(call: Call, kind: Kind, rows: QuerySet[Any]) -> Reply:
    """How many there are, as plain text."""
    if text := call.options.get("$filter"):
        rows = rows.filter(condition(text, kind))
    return Reply(str(rows.count()))


def _expanded(row: User, selected: str) -> dict[str, Any]:
    """The manager of a user, told with the user."""
    above = row.manager
    if above is None or above.deleted_at or above.purged_at:
        return {}
    return {"manager": as_object(above, USER.select(selected))}
