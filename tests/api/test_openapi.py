"""The description lists every route, and the docs tell the same."""

import pytest
from django.test import Client

from provisioning.api.openapi import operation_id
from provisioning.api.properties import KINDS
from provisioning.api.routes import PLAIN, all_routes
from tests.api.face import SCHEMA, validator

pytestmark = pytest.mark.django_db


def test_the_description_has_every_route_and_no_other(client: Client) -> None:
    body = client.get("/graph/openapi.json").json()

    described = {(method.upper(), path) for path, methods in body["paths"].items() for method in methods}
    assert described == {(each.method, each.path) for each in all_routes()}
    assert body["openapi"] == "3.1.0"


def test_every_operation_has_a_name_of_its_own_and_a_sentence() -> None:
    names = [operation_id(each) for each in all_routes()]

    assert len(set(names)) == len(names)
    assert [each.path for each in all_routes() if not each.summary or each.summary.endswith(".")] == []


def test_no_two_routes_are_the_same() -> None:
    shapes = [(each.method, each.pattern.pattern) for each in all_routes()]

    assert len(set(shapes)) == len(shapes)


def test_every_type_that_a_route_answers_with_is_one_of_microsofts() -> None:
    for type_ in {each.answer.type for each in all_routes()} - PLAIN:
        assert validator(type_), SCHEMA


def test_every_property_is_one_of_microsofts() -> None:
    for name, kind in KINDS.items():
        known = validator(name).schema["$defs"][name]["properties"]
        assert [each for each in kind.names if each not in known] == []


def test_the_description_names_the_permission_of_each_operation(client: Client) -> None:
    body = client.get("/graph/openapi.json").json()

    for route in all_routes():
        assert body["paths"][route.path][route.method.lower()]["security"] == [{"oauth2": [route.scope]}]


def test_the_description_tells_where_to_sign_in(client: Client) -> None:
    flows = client.get("/graph/openapi.json").json()["components"]["securitySchemes"]["oauth2"]["flows"]

    assert flows["clientCredentials"]["tokenUrl"].endswith("/oauth2/v2.0/token")
