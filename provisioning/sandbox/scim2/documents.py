"""What the SCIM 2.0 service tells of itself (RFC 7644, 4)."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from provisioning.sandbox.calls import call
from provisioning.sandbox.scim2 import bodies
from provisioning.sandbox.scim2.manners import MANNERS
from provisioning.sandbox.scim2.refusals import Scim2Refused, as_scim
from provisioning.sandbox.scim2.rows import GROUP, USER
from provisioning.sandbox.scim2.shapes import CORE, LIST


@call("scim2.configuration")
def configuration(request: HttpRequest) -> HttpResponse:
    _offered()
    pagination = {"cursor": True, "index": False, "defaultPaginationMethod": "cursor"} if MANNERS.cursors else None
    return as_scim(
        {
            "schemas": [f"{CORE}ServiceProviderConfig"],
            "patch": {"supported": MANNERS.patch},
            "bulk": {
                "supported": MANNERS.bulk,
                "maxOperations": MANNERS.bulk_ops if MANNERS.bulk else 0,
                "maxPayloadSize": MANNERS.bulk_bytes if MANNERS.bulk else 0,
            },
            "filter": {"supported": MANNERS.filters == "heeded", "maxResults": MANNERS.page_cap or 1000},
            "changePassword": {"supported": False},
            "sort": {"supported": False},
            "etag": {"supported": MANNERS.etags},
            "authenticationSchemes": [{"type": "oauthbearertoken", "name": "Bearer", "description": "RFC 6750"}],
            **({"pagination": pagination} if pagination else {}),
        }
    )


@call("scim2.resource_types")
def resource_types(request: HttpRequest) -> HttpResponse:
    _offered()
    extensions = [{"schema": bodies.ENTERPRISE, "required": False}]
    found = [
        {
            "schemas": [f"{CORE}ResourceType"],
            "id": kind,
            "name": kind,
            "endpoint": f"/{kind}s",
            "schema": CORE + kind,
            "schemaExtensions": extensions if kind == USER else [],
        }
        for kind in (USER, GROUP)
    ]
    return as_scim({"schemas": [LIST], "totalResults": len(found), "Resources": found})


@call("scim2.schemas")
def schemas(request: HttpRequest) -> HttpResponse:
    """The names of attributes, with no more detail than clients ask for."""
    _offered()
    found = [_schema(CORE + kind, (*bodies.TEXTS[kind], *bodies.LISTS[kind])) for kind in (USER, GROUP)]
    found.append(_schema(bodies.ENTERPRISE, ("employeeNumber", "department", "manager")))
    return as_scim({"schemas": [LIST], "totalResults": len(found), "Resources": found})


def _schema(id_: str, names: tuple[str, ...]) -> dict[str, Any]:
    attributes = [{"name": name, "type": "string", "mutability": "readWrite"} for name in names]
    return {"id": id_, "name": id_.rpartition(":")[2], "attributes": attributes}


def _offered() -> None:
    if not MANNERS.discovery:
        raise Scim2Refused(404, "", "There is no such document.")
