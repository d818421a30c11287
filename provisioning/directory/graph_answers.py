"""What the objects of Microsoft Graph say, as records. Raises KeyError, TypeError or ValueError for any other form."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from provisioning.choices import ObjectType
from provisioning.directory.base import (
    NOT_TOLD,
    Gone,
    Member,
    Person,
    Record,
    SourceApplication,
    SourceAssignment,
    SourceRole,
    Team,
)
from provisioning.directory.graph_names import NO_PROPERTIES, from_graph

Item = Mapping[str, Any]

TYPES: Mapping[Any, ObjectType] = {
    "#microsoft.graph.user": ObjectType.USER,
    "#microsoft.graph.group": ObjectType.GROUP,
    "User": ObjectType.USER,
    "Group": ObjectType.GROUP,
}
"""By a member's OData type and by an assignment's principal type. Whatever else Graph has is no member here."""


def people(items: Iterable[Item], attributes: Collection[str], *, whole: bool) -> Iterator[Person]:
    """Users of `users/delta`. `whole`: of a snapshot, where what is not told is empty."""
    for item in items:
        if "@removed" in item:
            yield Person(id=_id(item["id"]), attributes={}, gone=_gone(item))
            continue
        complete = whole and "userPrincipalName" in item
        manager = _manager(item)
        yield Person(
            id=_id(item["id"]),
            attributes=_attributes(item, attributes, complete=complete),
            manager="" if complete and manager == NOT_TOLD else manager,
        )


def teams(items: Iterable[Item], attributes: Collection[str], *, whole: bool) -> Iterator[Record]:
    """Groups of `groups/delta` and their members. A group may come over several pages, later with members only."""
    for item in items:
        id_ = _id(item["id"])
        if "@removed" in item:
            yield Team(id=id_, attributes={}, gone=_gone(item))
            continue
        told = _attributes(item, attributes, complete=whole and "displayName" in item)
        members = item.get("members@delta")
        if told or members is None:
            yield Team(id=id_, attributes=told)
        for member in members or ():
            if type_ := TYPES.get(member["@odata.type"]):
                yield Member(group=id_, id=_id(member["id"]), type=type_, removed="@removed" in member)


def deleted_people(items: Iterable[Item], attributes: Collection[str]) -> Iterator[Person]:
    """Users of the recycle bin."""
    for item in items:
        told = _attributes(item, attributes, complete=True)
        yield Person(id=_id(item["id"]), attributes=told, gone=Gone.SOFT)


def deleted_teams(items: Iterable[Item], attributes: Collection[str]) -> Iterator[Team]:
    """Groups of the recycle bin."""
    for item in items:
        told = _attributes(item, attributes, complete=True)
        yield Team(id=_id(item["id"]), attributes=told, gone=Gone.SOFT)


def roles(item: Item, application: str) -> Iterator[SourceRole]:
    """App roles of a service principal that people can have; others are for programs."""
    for role in item.get("appRoles") or ():
        if "User" in (role.get("allowedMemberTypes") or ["User"]):
            yield SourceRole(
                application=application,
                id=_id(role["id"]),
                value=str(role.get("value") or ""),
                label=str(role.get("displayName") or ""),
                enabled=bool(role.get("isEnabled", True)),
            )


def assignments(items: Iterable[Item], application: str) -> Iterator[SourceAssignment]:
    """Users and groups of `appRoleAssignedTo`."""
    for item in items:
        if type_ := TYPES.get(item["principalType"]):
            yield SourceAssignment(
                application=application, role=_id(item["appRoleId"]), principal=_id(item["principalId"]), type=type_
            )


def applications(items: Iterable[Item]) -> Iterator[SourceApplication]:
    """Service principals, as a search tells them."""
    for item in items:
        label = str(item.get("displayName") or "")
        yield SourceApplication(id=_id(item["id"]), app_id=str(item.get("appId") or ""), label=label)


def _attributes(item: Item, attributes: Collection[str], *, complete: bool) -> dict[str, Any]:
    empty = {each: None for each in attributes if each not in NO_PROPERTIES} if complete else {}
    return {**empty, **from_graph(item, attributes)}


def _manager(item: Item) -> str:
    """In a delta a list of one who comes, one who goes, or both; elsewhere an object or null."""
    if "manager@delta" in item:
        told = [each for each in item["manager@delta"] if "@removed" not in each]
    elif "manager" in item:
        told = [item["manager"]] if item["manager"] else []
    else:
        return NOT_TOLD
    users = [each for each in told if each.get("@odata.type") in (None, "#microsoft.graph.user")]
    return _id(users[-1]["id"]) if users else ""


def _gone(item: Item) -> Gone:
    return Gone.SOFT if item["@removed"].get("reason") == "changed" else Gone.HARD


def _id(told: Any) -> str:
    """In the one form of ids: they are compared as text."""
    return str(UUID(told))
