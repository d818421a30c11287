"""The description of the API in OpenAPI 3.1, made from the very declarations that answer, so that it cannot lag."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from provisioning.api.properties import KINDS
from provisioning.api.routes import JSON, PLAIN, TEXT, Answer, Route, all_routes
from provisioning.choices import ApiScope
from provisioning.models import Directory

TITLE = "Provisioning Portal, in the form of Microsoft Graph"
ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "innerError": {"type": "object"},
            },
        }
    },
}
SCOPES = {ApiScope.READ: "Read everything", ApiScope.MANAGE: "Read and change everything"}


@login_not_required
@require_safe
def document(request: HttpRequest) -> HttpResponse:
    """The description as JSON; it holds no secret, so everybody may have it."""
    return JsonResponse(description(f"{request.scheme}://{request.get_host()}"))


def description(root: str) -> dict[str, Any]:
    """`root`: scheme and host."""
    routes = all_routes()
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": "v1.0", "license": {"name": "MIT", "identifier": "MIT"}},
        "servers": [{"url": f"{root}/graph/v1.0"}, {"url": f"{root}/graph/beta"}],
        "security": [{"oauth2": []}],
        "paths": _paths(routes),
        "components": {
            "schemas": {**_types(routes), "ODataError": ERROR},
            "securitySchemes": {"oauth2": _sign_in(root)},
        },
    }


def operation_id(route: Route) -> str:
    """A name for the operation that no other has."""
    words = re.findall(r"[A-Za-z0-9]+|\(\)", route.path)
    return "_".join([route.method.lower(), *("call" if word == "()" else word for word in words)])


def _paths(routes: Iterable[Route]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for route in routes:
        found.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return found


def _operation(route: Route) -> dict[str, Any]:
    body = {} if route.body is None else {"requestBody": {"content": {"application/json": {"schema": route.body}}}}
    return {
        "operationId": operation_id(route),
        "summary": route.summary,
        "tags": [route.tag],
        "security": [{"oauth2": [route.scope.value]}],
        "parameters": [*map(_in_path, route.parameters), *_in_query(route)],
        **body,
        "responses": {str(route.answer.status): _response(route.answer), "4XX": _error(), "5XX": _error()},
    }


def _in_path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _in_query(route: Route) -> Iterable[dict[str, Any]]:
    for option in route.options:
        yield {"name": option.name, "in": "query", "description": option.text, "schema": {"type": option.type}}


def _response(answer: Answer) -> dict[str, Any]:
    if not answer.type:
        return {"description": "Done"}
    if answer == TEXT:
        return {"description": "A number", "content": {"text/plain": {"schema": {"type": "string"}}}}
    if answer == JSON:
        return {"description": "JSON", "content": {"application/json": {"schema": {"type": "object"}}}}
    one = {"$ref": f"#/components/schemas/{answer.type}"}
    return {"description": answer.type, "content": {"application/json": {"schema": _many(one) if answer.many else one}}}


def _many(one: Mapping[str, Any]) -> dict[str, Any]:
    links = {name: {"type": "string"} for name in ("@odata.context", "@odata.nextLink", "@odata.deltaLink")}
    properties = {**links, "@odata.count": {"type": "integer"}, "value": {"type": "array", "items": one}}
    return {"type": "object", "required": ["value"], "properties": properties}


def _error() -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/ODataError"}
    return {"description": "An error", "content": {"application/json": {"schema": schema}}}


def _types(routes: Iterable[Route]) -> dict[str, Any]:
    """Those with properties of their own here, and others by their name at Microsoft."""
    named = sorted({route.answer.type for route in routes} - PLAIN)
    return {name: KINDS[name].schema() if name in KINDS else _of_microsoft(name) for name in named}


def _of_microsoft(name: str) -> dict[str, Any]:
    page = f"https://learn.microsoft.com/graph/api/resources/{name.lower()}"
    return {"type": "object", "title": f"microsoft.graph.{name[0].lower()}{name[1:]}", "externalDocs": {"url": page}}


def _sign_in(root: str) -> dict[str, Any]:
    address = f"{root}/{Directory.objects.the_one().tenant_id}/oauth2/v2.0/token"
    flow = {"tokenUrl": address, "scopes": {scope.value: text for scope, text in SCOPES.items()}}
    said = f"Register a program at {settings.PORTAL_ADDRESS}/app-registrations/"
    return {"type": "oauth2", "description": said, "flows": {"clientCredentials": flow}}
