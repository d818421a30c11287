"""A SCIM application that takes Bulk requests, in a few lines, and what a connector makes of its answers."""

from collections.abc import Callable, Mapping
from typing import Any

from provisioning.choices import ObjectType
from provisioning.connectors.base import Write, Written
from provisioning.connectors.scim import Scim
from tests.connectors.scim_samples import scim
from tests.wire.answers import Answers, Asked, Reply

USER, GROUP = ObjectType.USER, ObjectType.GROUP
OPS = {"bulk.ops": 100}
RESPONSE = "urn:ietf:params:scim:api:messages:2.0:BulkResponse"

Told = Callable[[Mapping[str, Any]], Any]


def new(*names: str) -> list[Write]:
    return [Write(USER, {"userName": f"{name}@contoso.example"}) for name in names]


def done(operation: Mapping[str, Any]) -> dict[str, Any]:
    """An answer as the standard has it: 201 and an address made of the name, 200 for a change."""
    told = {"method": operation["method"], "bulkId": operation["bulkId"], "status": "200"}
    if operation["method"] == "POST":
        name = operation["data"]["userName"].partition("@")[0]
        return told | {"status": "201", "location": f"https://scim.contoso.example/scim/v2/Users/id-{name}"}
    return told | {"location": f"https://scim.contoso.example/scim/v2{operation['path']}"}


def bulk(told: Told = done, **profile: Any) -> tuple[Scim, Answers]:
    """An application that answers each operation so; None: not at all."""

    def answer(asked: Asked) -> Reply:
        operations = [found for each in asked.json["Operations"] if (found := told(each)) is not None]
        return 200, {"schemas": [RESPONSE], "Operations": operations}

    return scim({"POST /Bulk": answer}, OPS | profile)


def refusing(reply: Reply, **profile: Any) -> tuple[Scim, Answers]:
    return scim({"POST /Bulk": reply}, OPS | profile)


def ids(found: Any) -> list[str]:
    return [each.id for each in found]


def alone(found: Any) -> bool:
    return bool(found) and all(each.alone for each in found)


def only(found: Any) -> Written:
    """That of the last of two."""
    _, last = found
    assert isinstance(last, Written)
    return last
