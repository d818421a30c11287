"""Faults on demand."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
import requests

from tests.goto_service import GotoService
from tests.sandbox.api import AdminApi, grant

NEW = {"users": [{"email": "ann.ek@contoso.example", "firstName": "Ann", "lastName": "Ek"}]}


def test_a_status_fault_happens_as_often_as_asked(admin: AdminApi, service: GotoService) -> None:
    service.fault("users.list", "status", status=503, times=2)

    assert [admin.get("users").status_code for _ in range(3)] == [503, 503, 200]


def test_a_fault_is_put_on_its_own_call_only(admin: AdminApi, service: GotoService) -> None:
    service.fault("users.create", "status", status=500, times=0)

    assert admin.get("users").status_code == 200
    assert [admin.post("users", json=NEW).status_code for _ in range(2)] == [500, 500]
    assert admin.get("users").json()["total"] == 5


def test_a_family_of_calls_or_all_can_be_named(admin: AdminApi, service: GotoService) -> None:
    service.fault("users.*", "status", status=502, times=0)

    assert (admin.get("users").status_code, admin.get("licenses").status_code) == (502, 200)
    service.fault("*", "status", status=504, times=0)
    assert admin.get("licenses").status_code == 504


def test_a_fault_can_be_limited_to_requests_that_hold_a_text(admin: AdminApi, service: GotoService) -> None:
    service.fault("users.create", "status", status=500, times=0, contains="ann.ek")
    other = {"users": [{**NEW["users"][0], "email": "other@contoso.example"}]}

    assert admin.post("users", json=other).status_code == 200
    assert admin.post("users", json=NEW).status_code == 500


def test_too_many_requests_says_when_to_come_back(admin: AdminApi, service: GotoService) -> None:
    service.fault("me", "status", status=429, retry_after="7")

    answer = admin.get(f"{admin.root}/me")

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")


def test_when_to_come_back_can_be_a_date(admin: AdminApi, service: GotoService) -> None:
    service.fault("me", "status", status=429, retry_in=90)
    now = datetime.now(UTC)

    until = parsedate_to_datetime(admin.get(f"{admin.root}/me").headers["Retry-After"])

    assert timedelta(seconds=88) < until - now < timedelta(minutes=5)


def test_a_fault_can_come_after_some_calls_went_right(admin: AdminApi, service: GotoService) -> None:
    service.fault("users.list", "status", status=503, after=2)

    assert [admin.get("users").status_code for _ in range(4)] == [200, 200, 503, 200]


def test_it_is_told_how_often_each_kind_struck(admin: AdminApi, service: GotoService) -> None:
    service.fault("users.list", "status", status=503, times=2)
    service.fault("users.list", "html")
    for _ in range(4):
        admin.get("users")

    assert service.struck() == {"status": 2, "html": 1}
    assert "status 2, html 1" in service.http.get(service.url, timeout=30).text


def test_an_error_can_be_html(admin: AdminApi, service: GotoService) -> None:
    service.fault("me", "status", status=502, body="html")

    answer = admin.get(f"{admin.root}/me")

    assert (answer.status_code, answer.headers["Content-Type"].split(";")[0]) == (502, "text/html")


def test_a_success_can_be_html(admin: AdminApi, service: GotoService) -> None:
    service.fault("users.list", "html")

    answer = admin.get("users")

    assert (answer.status_code, answer.text.startswith("<!doctype html>")) == (200, True)


def test_the_token_endpoint_can_fail_too(service: GotoService) -> None:
    service.fault("token", "status", status=500)

    assert grant(service, grant_type="password").status_code == 500


def test_an_answer_can_be_late(admin: AdminApi, service: GotoService) -> None:
    service.fault("me", "latency_ms", latency_ms=300)
    began = time.monotonic()

    assert admin.get(f"{admin.root}/me").status_code == 200
    assert time.monotonic() - began >= 0.3


def test_a_connection_can_close_without_an_answer(admin: AdminApi, service: GotoService) -> None:
    service.fault("users.create", "empty")

    with pytest.raises(requests.ConnectionError):
        admin.post("users", json=NEW)
    assert service.account("ann.ek@contoso.example") is None


def test_a_write_can_be_applied_and_its_answer_be_an_error(admin: AdminApi, service: GotoService) -> None:
    service.fault("users.create", "applied_then_500")

    assert admin.post("users", json=NEW).status_code == 500
    assert service.account("ann.ek@contoso.example")["status"] == "SUSPENDED"


def test_faults_are_listed_and_cleared(admin: AdminApi, service: GotoService) -> None:
    service.fault("me", "status", status=500, times=0)
    listed = service.http.get(f"{service.url}/sandbox/faults", timeout=30).json()["faults"]
    service.clear_faults()

    assert (listed[0]["call"], listed[0]["kind"], listed[0]["status"]) == ("me", "status", 500)
    assert admin.get(f"{admin.root}/me").status_code == 200
