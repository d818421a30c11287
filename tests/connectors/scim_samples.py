"""A SCIM application in a few lines: answers by method and path, and a connector whose session they serve."""

from collections.abc import Callable, Mapping
from typing import Any

from provisioning.connectors.scim import Scim
from tests.wire.answers import Answers, Asked, Reply, session_with

URL = "https://scim.contoso.example/scim/v2"
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
BO = {"id": "7", "userName": "bo@contoso.example", "active": True}

Answer = Reply | Callable[[Asked], Reply]


def listed(*resources: Any, total: int | None = None, **more: Any) -> Reply:
    count = len(resources) if total is None else total
    return 200, {"schemas": [LIST], "totalResults": count, "Resources": list(resources), **more}


def scim(
    replies: Mapping[str, Answer], profile: Mapping[str, Any] | None = None, **settings: str
) -> tuple[Scim, Answers]:
    """`replies` by "METHOD path below the Tenant URL"; everything else is a 404 of SCIM's form."""

    def answer(asked: Asked) -> Reply:
        found = replies.get(f"{asked.method} {asked.path.removeprefix('/scim/v2')}", (404, {"detail": "not found"}))
        return found(asked) if callable(found) else found

    transport = Answers(answer)
    target = Scim({"tenant_url": URL, "token": "secret-token-1", **settings}, session_with(transport))
    target.adapt({"administrator": profile or {}})
    return target, transport
