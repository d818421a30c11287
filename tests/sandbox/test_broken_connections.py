"""Faults of the connection: resets, answers that never come."""

import time

import pytest
import requests

from tests.goto_service import GotoService
from tests.sandbox.api import AdminApi

ANN = "ann.ek@contoso.example"
NEW = {"users": [{"email": ANN, "firstName": "Ann", "lastName": "Ek"}]}


def test_a_connection_can_be_reset_before_the_work(admin: AdminApi, service: GotoService) -> None:
    service.fault("users.create", "reset")

    with pytest.raises(requests.ConnectionError) as caught:
        admin.post("users", json=NEW)
    assert "Connection reset by peer" in str(caught.value)
    assert service.account(ANN) is None


def test_a_connection_can_be_reset_after_the_work(admin: AdminApi, service: GotoService) -> None:
    service.fault("users.create", "applied_then_reset")

    with pytest.raises(requests.ConnectionError, match="Connection reset by peer"):
        admin.post("users", json=NEW)
    assert service.account(ANN)["status"] == "SUSPENDED"


def test_a_reset_connection_leaves_nothing_behind(admin: AdminApi, service: GotoService) -> None:
    service.fault("users.list", "reset", times=40)
    for _ in range(40):
        with pytest.raises(requests.ConnectionError):
            admin.get("users")

    assert admin.get("users").status_code == 200


@pytest.mark.parametrize(("kind", "is_there"), [("hang", False), ("applied_then_hang", True)])
def test_an_answer_can_never_come(admin: AdminApi, service: GotoService, kind: str, is_there: bool) -> None:
    service.fault("users.create", kind, seconds=30)

    with pytest.raises(requests.Timeout):
        admin.post("users", json=NEW, timeout=0.3)
    assert (service.account(ANN) is not None) is is_there


def test_a_call_that_hangs_ends_with_a_closed_connection(admin: AdminApi, service: GotoService) -> None:
    service.fault("users.list", "hang", seconds=1)
    began = time.monotonic()

    with pytest.raises(requests.ConnectionError):
        admin.get("users", timeout=30)
    assert time.monotonic() - began >= 1


def test_callers_who_gave_up_do_not_hold_up_the_others(admin: AdminApi, service: GotoService) -> None:
    service.fault("users.list", "hang", times=60, seconds=600)
    for _ in range(60):  # more than the service has threads
        with pytest.raises(requests.Timeout):
            admin.get("users", timeout=0.02)
    service.clear_faults()

    assert admin.get("users", timeout=30).status_code == 200


@pytest.mark.parametrize("kind", ["applied_then_empty", "applied_then_html", "applied_then_500"])
def test_a_write_can_be_applied_and_its_answer_be_useless(admin: AdminApi, service: GotoService, kind: str) -> None:
    service.fault("users.create", kind)

    try:
        assert not admin.post("users", json=NEW).text.startswith("[")
    except requests.ConnectionError:
        assert kind == "applied_then_empty"
    assert service.deeds()["created"] == {ANN: 1}
