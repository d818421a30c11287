"""What changed since the last read: users with their managers, groups with their members."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from django.db.models import Q, QuerySet

from provisioning.api.calls import Call, Reply
from provisioning.api.delta import Phase, State, changed, read
from provisioning.api.directory_kinds import GROUP, USER, kind_of
from provisioning.api.options import DELTA, FILTER, SELECT, SKIP, read_select
from provisioning.api.properties import EXTENSION, Kind
from provisioning.api.routes import many, route
from provisioning.models import Group, Membership, User

OPTIONS = (SELECT, FILTER, DELTA, SKIP)
SOFT, HARD = "changed", "deleted"
"""Why an object is told as removed: it is in the recycle bin, or gone for good. A member that left is "deleted"."""
CHANGE, KEY = ("change", "pk"), ("pk",)


@route("GET", "/users/delta", "/users/delta()", "/users/microsoft.graph.delta()", answer=many("User"), options=OPTIONS)
def users(call: Call) -> Reply:
    """List users that changed since the last read"""

    def phases(state: State) -> Sequence[Phase]:
        rows = _objects(User.objects.select_related("manager"), state)
        return [Phase(rows, _order(state), lambda page: [_user(each, state.names) for each in page])]

    return read(call, "users", lambda text: read_select(text, [*USER.names, "manager"], EXTENSION), phases)


@route(
    "GET", "/groups/delta", "/groups/delta()", "/groups/microsoft.graph.delta()", answer=many("Group"), options=OPTIONS
)
def groups(call: Call) -> Reply:
    """List groups that changed, or whose members changed, since the last read"""
    is_short = call.prefers("return=minimal")

    def phases(state: State) -> Sequence[Phase]:
        plain = [name for name in state.names if name != "members"]

        def tell(page: Sequence[Membership]) -> list[dict[str, Any]]:
            return list(_with_members(page, ["id"] if is_short else plain))

        objects = Phase(
            _objects(Group.objects.all(), state),
            _order(state),
            lambda page: [_told(GROUP, each, plain) for each in page],
        )
        if "members" not in state.names:
            return [objects]
        return [objects, *(Phase(rows, order, tell) for rows, order in _memberships(state))]

    return read(call, "groups", lambda text: read_select(text, [*GROUP.names, "members"]), phases)


def _order(state: State) -> Sequence[str]:
    return KEY if state.since is None else CHANGE


def _objects(rows: QuerySet[Any], state: State) -> QuerySet[Any]:
    """A first read tells who is there; a later one everything that has a higher change number."""
    if state.ids:
        rows = rows.filter(object_id__in=state.ids)
    return rows.filter(deleted_at=None, purged_at=None) if state.since is None else rows.filter(changed(state.since))


def _memberships(state: State) -> Iterable[tuple[QuerySet[Membership], Sequence[str]]]:
    """Those of groups that are there. A member in the recycle bin stays one; a purged one is told as having left."""
    rows = Membership.objects.filter(group__deleted_at=None, group__purged_at=None)
    rows = rows.select_related("group", "user", "member_group")
    if state.ids:
        rows = rows.filter(group__object_id__in=state.ids)
    there = Q(user__purged_at=None, member_group__purged_at=None)
    if state.since is None:
        return [(rows.filter(there, removed=False), ("group_id", "pk"))]
    gone_users = User.objects.filter(changed(state.since)).exclude(purged_at=None).values("pk")
    gone_groups = Group.objects.filter(changed(state.since)).exclude(purged_at=None).values("pk")
    return [
        (rows.filter(changed(state.since)), CHANGE),
        (rows.filter(user__in=gone_users, removed=False), KEY),
        (rows.filter(member_group__in=gone_groups, removed=False), KEY),
    ]


def _user(row: User, names: Sequence[str]) -> dict[str, Any]:
    told = _told(USER, row, [name for name in names if name != "manager"])
    if "manager" in names and "@removed" not in told:
        above = row.manager if row.manager and not row.manager.purged_at else None
        told["manager@delta"] = [_reference(above)] if above else []
    return told


def _told(kind: Kind, row: User | Group, names: Sequence[str]) -> dict[str, Any]:
    """The object with what is selected; one that is not there any more only with its id and the reason."""
    if row.purged_at or row.deleted_at:
        return {"id": str(row.object_id), "@removed": {"reason": HARD if row.purged_at else SOFT}}
    return kind.as_json(row, ["id", *names] if names else ())


def _with_members(page: Sequence[Membership], names: Sequence[str]) -> Iterable[dict[str, Any]]:
    """One entry per group and run of its memberships; a large group goes on in further entries and pages."""
    for _key, run in groupby(page, key=lambda each: each.group_id):
        rows = list(run)
        yield {
            **GROUP.as_json(rows[0].group, ["id", *names] if names else ()),
            "members@delta": list(map(_member, rows)),
        }


def _member(row: Membership) -> dict[str, Any]:
    each = row.user or row.member_group
    if each is None:
        raise ValueError(f"Membership {row.pk} is of nobody.")
    left = {"@removed": {"reason": HARD}} if row.removed or each.purged_at else {}
    return {**_reference(each), **left}


def _reference(row: User | Group) -> dict[str, Any]:
    return {"@odata.type": kind_of(row).odata_type, "id": str(row.object_id)}
