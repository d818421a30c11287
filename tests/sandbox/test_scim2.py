"""The stand-in's SCIM 2.0 service keeps the standard by default, and its manners are what their names say."""

import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import requests

from provisioning.sandbox.scim2.manners import CHOICES, Manners
from tests.goto_service import GotoService

DOCS = (Path(__file__).resolve().parent.parent.parent / "docs/scim.md").read_text()
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


class Api(requests.Session):
    def __init__(self, service: GotoService) -> None:
        super().__init__()
        self.trust_env = False
        self.base = service.scim2_url
        self.headers["Authorization"] = f"Bearer {service.scim2_token}"

    def request(self, method: str, url: str, *args: Any, **more: Any) -> requests.Response:
        return super().request(method, f"{self.base}/{url}", *args, **more)

    def add(self, name: str = "bo@contoso.example", **more: Any) -> str:
        answer = self.post("Users", json={"userName": name, **more})
        assert answer.status_code == 201, answer.text
        id_: str = answer.json()["id"]
        return id_

    def change(self, path: str, *operations: dict[str, Any]) -> requests.Response:
        return self.patch(path, json={"schemas": [PATCH], "Operations": list(operations)})


@pytest.fixture
def api(service: GotoService) -> Iterator[Api]:
    with Api(service) as made:
        yield made


def test_who_shows_no_token_is_refused_in_the_standards_form(service: GotoService) -> None:
    answer = service.http.get(f"{service.scim2_url}/Users", timeout=30)

    assert (answer.status_code, answer.json()["status"]) == (401, "401")
    assert answer.headers["Content-Type"] == "application/scim+json"
    assert "WWW-Authenticate" in answer.headers


def test_a_user_is_created_read_replaced_and_deleted(api: Api) -> None:
    made = api.post("Users", json={"USERNAME": "bo", "name": {"givenName": "Bo"}, ENTERPRISE: {"department": "Sales"}})
    id_, version = made.json()["id"], made.headers["ETag"]

    assert made.json()["schemas"] == ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE]
    assert made.headers["Location"] == made.json()["meta"]["location"]
    assert made.json()["active"] is True
    assert api.put(f"Users/{id_}", json={"userName": "bo"}, headers={"If-Match": version}).status_code == 200
    assert api.put(f"Users/{id_}", json={"userName": "bo"}, headers={"If-Match": version}).status_code == 412
    assert "name" not in api.get(f"Users/{id_}").json()
    assert api.delete(f"Users/{id_}").status_code == 204
    assert api.get(f"Users/{id_}").status_code == 404


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('userName eq "BO@contoso.example"', 1),
        ('userName sw "b" and emails[type eq "work" and value co "home"]', 0),
        ('emails[type eq "work"].value eq "b@x.se"', 1),
        ('emails[type eq "work" and value eq "b@x.se"]', 1),
        (f'{ENTERPRISE}:manager.value pr or userName eq "cy@contoso.example"', 1),
        ('not (userName eq "cy@contoso.example")', 1),
        ('userName eq "a\\"b"', 0),
    ],
)
def test_filters_are_those_of_the_standard(api: Api, text: str, found: int) -> None:
    api.add(emails=[{"type": "work", "value": "b@x.se"}, {"type": "home", "value": "home"}])
    api.add("cy@contoso.example")

    assert api.get("Users", params={"filter": text}).json()["totalResults"] == found


@pytest.mark.parametrize(
    "text", ["userName", "userName eq", "userName like 'x'", 'a eq "x" "y"', "(", "userName eq bo"]
)
def test_a_filter_that_is_none_is_refused(api: Api, text: str) -> None:
    answer = api.get("Users", params={"filter": text})

    assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidFilter")


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ({"op": "add", "value": {"title": "Boss", "name": {"givenName": "Bo"}}}, {"title": "Boss"}),
        ({"op": "Replace", "path": "active", "value": "False"}, {"active": False}),
        ({"op": "add", "path": "emails", "value": [{"type": "home", "value": "h"}]}, {}),
        ({"op": "replace", "path": 'emails[type eq "work"].value', "value": "new"}, {}),
        ({"op": "remove", "path": 'emails[type eq "work"]'}, {"emails": None}),
        (
            {"op": "add", "path": f"{ENTERPRISE}:manager", "value": [{"value": "9"}]},
            {ENTERPRISE: {"manager": {"value": "9"}}},
        ),
        ({"op": "Add", "path": f"{ENTERPRISE}:manager", "value": "9"}, {ENTERPRISE: {"manager": {"value": "9"}}}),
    ],
)
def test_operations_are_done_in_both_styles(api: Api, operation: dict[str, Any], expected: dict[str, Any]) -> None:
    id_ = api.add(emails=[{"type": "work", "value": "b@x.se"}])

    answer = api.change(f"Users/{id_}", operation)

    assert answer.status_code == 200
    assert {name: answer.json().get(name) for name in expected} == expected


@pytest.mark.parametrize(
    ("operation", "kind"),
    [
        ({"op": "replace", "path": 'emails[type eq "work"].value', "value": "x"}, "noTarget"),
        ({"op": "replace", "path": "a.b.c", "value": "x"}, "invalidPath"),
        ({"op": "jump", "path": "title"}, "invalidSyntax"),
        ({"op": "remove"}, "noTarget"),
        ({"op": "replace", "path": "userName", "value": ""}, "invalidValue"),
        ({"op": "replace", "path": "title", "value": 7}, "invalidValue"),
        ({"op": "replace", "path": "userName", "value": "cy"}, "uniqueness"),
    ],
)
def test_what_can_not_be_done_is_refused_whole(api: Api, operation: dict[str, Any], kind: str) -> None:
    api.add("cy")
    id_ = api.add()

    answer = api.change(f"Users/{id_}", {"op": "add", "path": "nickName", "value": "B"}, operation)

    assert answer.status_code in (400, 409)
    assert answer.json()["scimType"] == kind
    assert "nickName" not in api.get(f"Users/{id_}").json()


def test_a_group_takes_only_members_who_are_there_and_lets_them_go(api: Api) -> None:
    id_ = api.add()
    group = api.post("Groups", json={"displayName": "Sales", "members": [{"value": id_}]}).json()["id"]

    assert api.change(f"Groups/{group}", {"op": "add", "path": "members", "value": [{"value": "7"}]}).status_code == 400
    assert "members" not in api.get(f"Groups/{group}?excludedAttributes=members").json()
    api.delete(f"Users/{id_}")
    assert "members" not in api.get(f"Groups/{group}").json()


def test_a_body_of_another_type_is_refused(api: Api) -> None:
    assert api.post("Users", data="x", headers={"Content-Type": "text/plain"}).status_code == 415
    assert api.post("Users", data="x", headers={"Content-Type": "application/json"}).status_code == 400


@pytest.mark.parametrize(
    ("manners", "error"), [({"page_cap": "many"}, 400), ({"colour": True}, 400), ({"filters": "odd"}, 400)]
)
def test_manners_that_are_none_are_refused(service: GotoService, manners: dict[str, Any], error: int) -> None:
    answer = service.http.patch(f"{service.url}/sandbox/scim2/manners", json=manners, timeout=30)

    assert answer.status_code == error


def test_the_page_shows_who_is_there_and_what_is_not_as_the_standard_has_it(service: GotoService, api: Api) -> None:
    api.add(active=False)
    api.post("Groups", json={"displayName": "<b>Sales"})
    service.manners(patch=False)

    html = service.http.get(f"{service.url}/scim/", timeout=30).text

    assert "bo@contoso.example" in html
    assert "not active" in html
    assert "&lt;b&gt;Sales" in html
    assert "patch: False" in html
    assert "Nobody matches." in service.http.get(f"{service.url}/scim/?q=nobody", timeout=30).text


def test_the_docs_list_the_manners_with_their_defaults() -> None:
    table = DOCS.partition("| Manner | By default |")[2].partition("\n\n")[0]
    listed = dict(re.findall(r"^\| `(\w+)` \| `([^`]*)` \|", table, re.MULTILINE))

    assert listed == {name: str(value).lower() for name, value in asdict(Manners()).items()}
    assert [word for words in CHOICES.values() for word in words if f"`{word}`" not in table] == []
