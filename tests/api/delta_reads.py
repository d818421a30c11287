"""Whole delta reads, and how objects stand in them."""

from typing import Any

from provisioning.models import Group, User
from tests.api.face import Face

SOFT, HARD = {"@removed": {"reason": "changed"}}, {"@removed": {"reason": "deleted"}}
SMALL = "odata.maxpagesize=2"


def read(face: Face, path: str, prefer: str = "") -> tuple[list[dict[str, Any]], str]:
    """Everything of a read over all its pages, and its deltaLink."""
    found: list[dict[str, Any]] = []
    while True:
        body = face.get(path, **({"Prefer": prefer} if prefer else {})).json()
        found += body["value"]
        if link := body.get("@odata.deltaLink"):
            assert "@odata.nextLink" not in body
            return found, link
        path = body["@odata.nextLink"]


def ids(found: list[dict[str, Any]]) -> list[str]:
    return [each["id"] for each in found]


def key(each: User | Group) -> str:
    return str(each.object_id)


def as_user(each: User, **more: Any) -> dict[str, Any]:
    return {"@odata.type": "#microsoft.graph.user", "id": key(each), **more}


def membership(found: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    return [(each["id"], each["members@delta"]) for each in found if "members@delta" in each]


SELECTED = "/groups/delta?$select=displayName,members"
