"""A caller of the API for tests: every answer it gets must be valid by Microsoft's own types."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from jsonschema import Draft202012Validator

from provisioning.api import authentication
from provisioning.api.routes import JSON, TEXT, Answer, find
from provisioning.choices import ApiScope
from provisioning.jobs import api_clients
from provisioning.models import ApiClient

SCHEMA = Path(__file__).parent / "graph_types.schema.json"
NEVER_NULL = {
    "User": {"businessPhones", "otherMails", "proxyAddresses"},
    "Group": {"groupTypes", "proxyAddresses"},
    "SynchronizationJob": {"id"},
    "SynchronizationStatus": {
        "code", "countSuccessiveCompleteFailures", "escrowsPruned",
        "steadyStateFirstAchievedTime", "steadyStateLastAchievedTime",
    },
    "SynchronizationSchedule": {"interval", "state"},
    "ProvisioningObjectSummary": {"id", "activityDateTime"},
}  # fmt: skip
"""What may never be null, which the types themselves do not tell."""


UNTOLD = {"ApplicationServicePrincipal", "ApplicationTemplate", "ObjectConnection"}
"""Types of which that schema says nothing."""


@cache
def validator(type_: str) -> Draft202012Validator:
    schema = json.loads(SCHEMA.read_text())
    return Draft202012Validator({"$defs": schema["$defs"], "$ref": f"#/$defs/{type_}"})


def check_type(value: Mapping[str, Any], type_: str) -> None:
    """Fails unless the object is one of this type of Microsoft's; its own @odata.type goes before."""
    named = value.get("@odata.type", "")
    actual = named.removeprefix("#microsoft.graph.") if type_ == "DirectoryObject" and named else type_
    actual = actual[0].upper() + actual[1:]
    if actual in UNTOLD:
        return
    wrong = [f"{error.json_path}: {error.message[:200]}" for error in validator(actual).iter_errors(value)]
    assert not wrong, (actual, wrong)
    assert not [name for name in NEVER_NULL.get(actual, ()) if name in value and value[name] is None]


def check_answer(response: HttpResponse, answer: Answer) -> None:
    """Fails unless the answer is what its route declares, or an error in Graph's form."""
    assert response["request-id"]
    assert response.status_code != 500, response.content
    if response.status_code >= 400:
        check_error(response)
        return
    assert response.status_code == answer.status
    if not answer.type:
        assert response.content == b""
    elif answer == JSON:
        assert isinstance(response.json(), dict)
    elif answer == TEXT:
        assert response["Content-Type"] == "text/plain"
    elif answer.many:
        for each in response.json()["value"]:
            check_type(each, answer.type)
    else:
        check_type(response.json(), answer.type)


def check_error(response: HttpResponse) -> None:
    body = json.loads(response.content)
    check_type(body, "ODataError")
    assert body["error"]["code"]
    assert body["error"]["message"]
    assert body["error"]["innerError"]["request-id"] == response["request-id"]


class Face:
    """One client of the API. Paths are written as in Graph's own pages, without the version."""

    def __init__(self, scope: ApiScope = ApiScope.MANAGE, version: str = "v1.0") -> None:
        self.client: ApiClient = api_clients.register(f"Script {ApiClient.objects.count() + 1}", scope, None)
        self.secret = api_clients.add_secret(self.client, "for tests", api_clients.USUAL_LIFE, None, timezone.now())
        self.token = authentication.issue(self.secret.row)
        self.browser = Client(raise_request_exception=True)
        self.root = f"/graph/{version}"

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Mapping[str, Any] | None = None, **headers: str) -> HttpResponse:
        return self.call("POST", path, body, **headers)

    def patch(self, path: str, body: Mapping[str, Any]) -> HttpResponse:
        return self.call("PATCH", path, body)

    def put(self, path: str, body: Mapping[str, Any]) -> HttpResponse:
        return self.call("PUT", path, body)

    def delete(self, path: str) -> HttpResponse:
        return self.call("DELETE", path)

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None, **headers: str) -> HttpResponse:
        """The answer, checked. Headers are written with low lines: client_request_id."""
        response = self.send(method, path, b"" if body is None else json.dumps(body).encode(), **headers)
        route, _parameters = find(method, urlsplit(path).path.removeprefix(self.root))
        check_answer(response, route.answer)
        return response

    def send(self, method: str, path: str, content: bytes = b"", **headers: str) -> HttpResponse:
        """The answer as it comes. `path` may be a link from an answer as well."""
        parts = urlsplit(path)
        address = parts._replace(scheme="", netloc="").geturl() if parts.netloc else self.root + path
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named.setdefault("Authorization", f"Bearer {self.token}")
        kind = named.pop("Content-Type", "application/json")
        response: HttpResponse = self.browser.generic(method, address, content, kind, headers=named)
        return response

    def values(self, path: str) -> list[dict[str, Any]]:
        """Every object of a collection, over all its pages."""
        found: list[dict[str, Any]] = []
        while path:
            body = self.get(path).json()
            found += body["value"]
            path = body.get("@odata.nextLink", "")
        return found
