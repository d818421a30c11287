"""Bulk requests of the SCIM 2.0 service (RFC 7644, 3.7): each operation is a call of its own, with its own faults."""

import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse

from provisioning.sandbox.calls import call
from provisioning.sandbox.rates import IN_BULK
from provisioning.sandbox.scim2 import bodies, resources
from provisioning.sandbox.scim2.door import admitted
from provisioning.sandbox.scim2.manners import MANNERS
from provisioning.sandbox.scim2.refusals import Scim2Refused, as_scim
from provisioning.sandbox.scim2.rows import GROUP, USER

ANSWER = "urn:ietf:params:scim:api:messages:2.0:BulkResponse"
REFERENCE = "bulkId:"
VIEWS = {f"{USER}s": (resources.users, resources.user), f"{GROUP}s": (resources.groups, resources.group)}


@call("scim2.bulk")
@admitted
def bulk(request: HttpRequest) -> HttpResponse:
    if not MANNERS.bulk:
        raise Scim2Refused(501, "", "Bulk is not supported.")
    body = bodies.as_object(request)
    operations = body.get("Operations")
    if not isinstance(operations, list):
        raise Scim2Refused(400, "invalidSyntax", "Operations is no list.")
    most = MANNERS.bulk_takes or MANNERS.bulk_ops
    if len(operations) > most or len(request.body) > MANNERS.bulk_bytes:
        raise Scim2Refused(413, "", f"At most {most} operations and {MANNERS.bulk_bytes} bytes.")
    answers = list(_answers(request, operations, body.get("failOnErrors") or 0))
    return as_scim({"schemas": [ANSWER], "Operations": _as_told(answers)})


def _answers(request: HttpRequest, operations: list[Any], fail_on: int) -> Iterator[dict[str, Any]]:
    """One after the other, up to so many errors."""
    created: dict[str, str] = {}
    fail_on = 1 if MANNERS.bulk_answers == "up_to_an_error" else fail_on
    errors = 0
    for each in operations:
        operation = each if isinstance(each, dict) else {}
        answer = _answer(request, _resolved(operation, created))
        if answer["status"] == "201":
            created[str(operation.get("bulkId"))] = answer["location"].rpartition("/")[2]
        errors += int(answer["status"]) >= 400
        yield answer
        if fail_on and errors >= fail_on:
            return


def _answer(request: HttpRequest, operation: dict[str, Any]) -> dict[str, Any]:
    path, data = str(operation.get("path", "")), json.dumps(operation.get("data") or {}).encode()
    environ = {
        **request.META,
        IN_BULK: True,
        "REQUEST_METHOD": str(operation.get("method", "")),
        "PATH_INFO": f"/scim/v2{path}",
        "QUERY_STRING": "",
        "CONTENT_TYPE": "application/scim+json",
        "CONTENT_LENGTH": str(len(data)),
        "HTTP_IF_MATCH": operation.get("version", "*"),
        "wsgi.input": BytesIO(data),
    }
    inside = WSGIRequest(environ)
    answer = _called(inside, path.strip("/").split("/"))
    if fault := inside.META.get("sandbox.fault"):
        request.META["sandbox.fault"] = fault
    told = {"method": inside.method, "status": str(answer.status_code)}
    told |= {"bulkId": operation["bulkId"]} if "bulkId" in operation else {}
    if answer.status_code >= 400:
        return told | {"response": json.loads(answer.content or b"null")}
    told["location"] = answer.get("Location") or request.build_absolute_uri(inside.path)
    return told | ({"version": answer["ETag"]} if "ETag" in answer else {})


def _called(inside: WSGIRequest, place: list[str]) -> HttpResponse:
    views = VIEWS.get(place[0])
    if views is None or len(place) > 2 or (inside.method == "POST") != (len(place) == 1):
        return Scim2Refused(400, "invalidPath", "/".join(place)).answer(inside.path)
    many, one = views
    found: HttpResponse = many(inside) if len(place) == 1 else one(inside, key=place[1])
    return found


def _resolved(value: Any, created: dict[str, str]) -> Any:
    """The same with the ids of what was created before, where it is named by its operation."""
    if isinstance(value, str) and value.startswith(REFERENCE):
        return created.get(value.removeprefix(REFERENCE), value)
    if isinstance(value, list):
        return [_resolved(each, created) for each in value]
    if isinstance(value, dict):
        return {name: _resolved(each, created) for name, each in value.items()}
    return value


def _as_told(answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if MANNERS.bulk_answers == "reversed":
        return answers[::-1]
    if MANNERS.bulk_answers == "without_ids":
        return [{name: value for name, value in each.items() if name != "bulkId"} for each in answers]
    return answers
