"""JSON shapes of the SCIM 2.0 service: resources and lists."""

import base64
from typing import Any

from django.http import HttpRequest, HttpResponse

from provisioning.sandbox.scim2.manners import MANNERS
from provisioning.sandbox.scim2.refusals import Scim2Refused, as_scim
from provisioning.sandbox.scim2.rows import Resource

LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
CORE = "urn:ietf:params:scim:schemas:core:2.0:"
USUAL_PAGE = 100


def resource(request: HttpRequest, row: Resource) -> dict[str, Any]:
    data = {"schemas": [CORE + row.kind, *(name for name in row.data if name.startswith("urn:"))], **row.data}
    data["id"] = int(row.key) if MANNERS.ids_as_numbers and row.key.isdigit() else row.key
    if MANNERS.active_as_text and "active" in data:
        data["active"] = str(data["active"])
    leave_out = request.GET.get("excludedAttributes", "").split(",")
    if "members" in data and (not MANNERS.members_told or "members" in leave_out):
        del data["members"]
    data["meta"] = {
        "resourceType": row.kind,
        "created": row.created_at.isoformat(),
        "lastModified": row.changed_at.isoformat(),
        "location": address(request, row),
        **({"version": version(row)} if MANNERS.etags else {}),
    }
    return data


def address(request: HttpRequest, row: Resource) -> str:
    return request.build_absolute_uri(f"/scim/v2/{row.kind}s/{row.key}")


def version(row: Resource) -> str:
    return f'W/"{row.version}"'


def one(request: HttpRequest, row: Resource, status: int = 200, *, body: bool = True) -> HttpResponse:
    """A resource with its headers; without `body` only these."""
    answer = as_scim(resource(request, row), status) if body else HttpResponse(b"", status=status)
    answer["Location"] = address(request, row)
    if MANNERS.etags:
        answer["ETag"] = version(row)
    return answer


def page(request: HttpRequest, rows: Any, total: int) -> HttpResponse:
    """A page by index, or by cursor (RFC 9865) where it is asked for or offered alone. `rows` can be cut."""
    count = _number(request, "count", USUAL_PAGE)
    size = min(count, MANNERS.page_cap or count)
    is_by_cursor = MANNERS.cursors and "startIndex" not in request.GET
    start = _place(request.GET.get("cursor", "")) if is_by_cursor else max(_number(request, "startIndex", 1), 1) - 1
    found = [resource(request, row) for row in rows[start : start + size]]
    told = {"schemas": [LIST], "totalResults": total, "itemsPerPage": len(found), "Resources": found}
    if not is_by_cursor:
        told["startIndex"] = start + 1
    elif start + size < total:
        told["nextCursor"] = base64.urlsafe_b64encode(str(start + size).encode()).decode()
    return as_scim(told)


def _place(cursor: str) -> int:
    try:
        return int(base64.urlsafe_b64decode(cursor) or 0)
    except ValueError:
        raise Scim2Refused(400, "invalidCursor", cursor) from None


def _number(request: HttpRequest, name: str, default: int) -> int:
    text = request.GET.get(name, str(default))
    if not text.lstrip("-").isdecimal() or len(text) > 9:
        raise Scim2Refused(400, "invalidValue", f"{name} is {text}")
    return max(int(text), 0)
