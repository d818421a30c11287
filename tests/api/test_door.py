"""The way in: who may pass, and how refusals look."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from provisioning.api import authentication
from provisioning.jobs import api_clients
from tests.api.face import Face, check_error

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def code_of(response: HttpResponse) -> str:
    return str(json.loads(response.content)["error"]["code"])


def test_without_a_token_nothing_is_told(face: Face) -> None:
    response = face.get("/users", Authorization="")

    assert (response.status_code, code_of(response)) == (401, "InvalidAuthenticationToken")
    assert response["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("header", ["Bearer", "Bearer nonsense", "Basic abc", "Bearer a.b.c"])
def test_a_token_that_was_not_made_here_is_refused(face: Face, header: str) -> None:
    response = face.get("/users", Authorization=header)

    assert (response.status_code, code_of(response)) == (401, "InvalidAuthenticationToken")


def test_a_token_expires_after_an_hour(face: Face) -> None:
    with time_machine.travel(timezone.now() + authentication.LIFE + timedelta(seconds=1)):
        assert face.get("/users").status_code == 401


def test_a_token_ends_with_its_secret(face: Face) -> None:
    api_clients.remove_credential(face.secret.row, None)

    assert face.get("/users").status_code == 401


def test_a_token_ends_when_its_secret_expires(face: Face) -> None:
    face.secret.row.expires_at = timezone.now()
    face.secret.row.save()

    assert face.get("/users").status_code == 401


def test_a_token_ends_with_its_client(face: Face) -> None:
    api_clients.remove(face.client, None)

    assert face.get("/users").status_code == 401


def test_the_session_of_a_browser_opens_nothing(signed_in: Client) -> None:
    response = signed_in.get("/graph/v1.0/users")

    assert response.status_code == 401
    check_error(response)


@pytest.mark.parametrize("version", ["v1.0", "beta", "V1.0"])
def test_both_versions_answer(face: Face, version: str) -> None:
    face.root = f"/graph/{version}"

    assert face.send("GET", "/users").status_code == 200


def test_another_version_is_told_to_be_none(face: Face) -> None:
    face.root = "/graph/v2.0"
    response = face.send("GET", "/users")

    assert (response.status_code, code_of(response)) == (400, "BadRequest")
    assert "v2.0" in response.content.decode()


@pytest.mark.parametrize(
    ("path", "segment"), [("/nonsense", "nonsense"), ("/users/a/nonsense", "nonsense"), ("", ""), ("/users/a/b/c", "b")]
)
def test_an_unknown_path_is_not_found_in_the_form_of_graph(face: Face, path: str, segment: str) -> None:
    response = face.send("GET", path)

    check_error(response)
    assert response.status_code == 404
    assert f"'{segment}'" in response.content.decode()


@pytest.mark.parametrize("path", ["/users/a%0Ab", "/users/a%0A", "/%0A"])
def test_a_line_break_in_a_path_leads_to_no_page(face: Face, path: str) -> None:
    response = face.send("GET", path)

    check_error(response)
    assert response.status_code == 404


@pytest.mark.parametrize("method", ["PUT", "OPTIONS", "TRACE"])
def test_a_method_that_a_path_does_not_know_is_refused(face: Face, method: str) -> None:
    response = face.send(method, "/users")

    check_error(response)
    assert response.status_code == 405
    assert "GET" in response["Allow"]


def test_head_is_answered_like_get(face: Face) -> None:
    response = face.send("HEAD", "/users")

    assert (response.status_code, response.content) == (200, b"")


def test_paths_do_not_tell_upper_and_lower_case_apart(face: Face) -> None:
    assert face.send("GET", "/Users").status_code == 200


def test_every_answer_carries_the_ids_that_the_log_has(face: Face) -> None:
    response = face.get("/users", client_request_id="my-own-1")

    assert response["client-request-id"] == "my-own-1"
    assert response["request-id"] != "my-own-1"


def test_an_id_that_could_break_a_log_is_not_taken_over(face: Face) -> None:
    response = face.get("/users", client_request_id="a b<script>")

    assert response["client-request-id"] == response["request-id"]


def test_answers_are_kept_by_no_cache(face: Face) -> None:
    assert "no-store" in face.get("/users")["Cache-Control"]


def test_a_client_that_asks_too_often_is_told_when_to_come_back(face: Face, settings: Settings) -> None:
    settings.PORTAL_API_REQUESTS = 2
    with time_machine.travel(timezone.now().replace(second=3, microsecond=0), tick=False) as clock:
        assert [face.get("/users").status_code for _ in range(3)] == [200, 200, 429]
        response = face.get("/users")
        clock.shift(7)
        later = face.get("/users")

    assert (response["Retry-After"], code_of(response)) == ("7", "TooManyRequests")
    assert later.status_code == 200


def test_clients_are_counted_apart(face: Face, settings: Settings) -> None:
    settings.PORTAL_API_REQUESTS = 1
    other = Face()
    with time_machine.travel(timezone.now(), tick=False):
        assert [face.get("/users").status_code, other.get("/users").status_code] == [200, 200]


def test_a_request_costs_the_same_few_queries_before_it_is_answered(
    face: Face, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        face.send("GET", "/nonsense")


def test_the_client_shows_when_it_called(face: Face) -> None:
    face.get("/users")
    face.client.refresh_from_db()

    assert face.client.last_used_at


def test_an_option_that_a_path_does_not_take_is_refused_by_name(face: Face) -> None:
    response = face.get("/users?$skip=3")

    assert (response.status_code, code_of(response)) == (400, "BadRequest")
    assert "$skip" in response.json()["error"]["message"]


def test_an_option_given_twice_is_refused(face: Face) -> None:
    assert face.get("/users?$top=1&$top=2").status_code == 400


def test_the_dollar_sign_may_be_missing(face: Face) -> None:
    assert face.get("/users?top=1").status_code == 200


def test_a_parameter_that_is_no_option_means_nothing(face: Face) -> None:
    assert face.get("/users?api-version=1").status_code == 200


def test_a_character_that_no_database_holds_is_refused(face: Face) -> None:
    assert face.get("/users?$filter=displayName eq '%00'").status_code == 400
    assert face.get("/users/a%00b").status_code == 400


@pytest.mark.parametrize("content", [b"{", b"[]", b"7", b'{"a": NaN}', b"\xff", b"[" * 50_000, b'{"a": "\\u0000"}'])
def test_a_body_that_is_no_object_is_refused(face: Face, content: bytes) -> None:
    response = face.send("POST", "/$batch", content)

    check_error(response)
    assert (response.status_code, code_of(response)) == (400, "BadRequest")


def test_a_body_of_another_type_is_refused(face: Face) -> None:
    response = face.send("POST", "/$batch", b"a=b", Content_Type="application/x-www-form-urlencoded")

    check_error(response)
    assert response.status_code == 415


def test_a_body_that_is_too_large_is_refused(face: Face) -> None:
    response = face.send("POST", "/$batch", b" " * 3_000_000 + b"{}")

    check_error(response)
    assert (response.status_code, code_of(response)) == (413, "RequestEntityTooLarge")
