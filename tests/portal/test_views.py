"""The site's own pages: errors, health, and the policy that every page is sent with."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection
from django.test import Client, RequestFactory

from portal import views

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.portal.pages")]


@contextmanager
def a_dead_database() -> Iterator[None]:
    def refuse(*args: object) -> None:
        raise OperationalError("gone")

    with connection.execute_wrapper(refuse):
        yield


def test_an_unknown_path_offers_the_search(client: Client) -> None:
    response = client.get("/nowhere/")

    assert response.status_code == 404
    assert 'action="/search/"' in response.content.decode()


def test_a_refusal_tells_its_reason(client: Client) -> None:
    response = client.get("/crash/?as=403")

    assert response.status_code == 403
    assert "Ask Rosa." in response.content.decode()


def test_a_bad_request_says_that_nothing_was_changed(client: Client) -> None:
    response = client.get("/crash/?as=400")

    assert response.status_code == 400
    assert "Nothing was changed." in response.content.decode()


def test_a_crash_shows_a_number_that_stands_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    client = Client(raise_request_exception=False)

    response = client.get("/crash/")

    page = response.content.decode()
    number = response["X-Error-Number"]
    logged = next(each for each in caplog.records if each.name == "portal.views")
    assert response.status_code == 500
    assert number in page
    assert number in logged.getMessage()
    assert "machine room" not in page


def test_the_page_of_a_crash_needs_no_database() -> None:
    with a_dead_database():
        response = views.server_error(RequestFactory().get("/"))

    assert b"The portal failed" in response.content


def test_health_is_told_without_signing_in(client: Client) -> None:
    assert client.get("/healthz").json()["status"] == "ok"


def test_health_fails_with_the_database(client: Client) -> None:
    with a_dead_database():
        response = client.get("/healthz")

    assert (response.status_code, response.json()) == (503, {"status": "database unreachable"})


def test_every_answer_carries_the_strict_policy(client: Client) -> None:
    for address in ("/sign-in/", "/nowhere/", "/crash/?as=403"):
        policy = client.get(address)["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


def test_the_frame_of_a_page_obeys_the_policy(signed_in: Client) -> None:
    page = signed_in.get("/users/").content.decode()

    scripts = re.findall(r"<script[^>]*>([^<]*)</script>", page)
    assert scripts
    assert not any(scripts)
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style", page)
