"""Test Connection against the stand-in over real HTTP, and its limits with a target in memory."""

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction

from provisioning.connectors.memory import Memory, Service
from provisioning.errors import CredentialsRejected, PermissionMissing, RequestTimeout, Unreachable
from provisioning.jobs import rules
from provisioning.jobs.connection import ConnectionTest, ConnectionTests, TooManyTests
from provisioning.models import EnterpriseApplication
from tests.factories import make_application
from tests.goto_service import GotoService

pytestmark = pytest.mark.django_db(transaction=True)
Try = Callable[..., ConnectionTest]


@pytest.fixture
def application() -> EnterpriseApplication:
    return make_application()


@pytest.fixture
def try_(service: GotoService, application: EnterpriseApplication) -> Try:
    """Tests the stand-in's own credentials with these edits."""

    def run(tests: ConnectionTests | None = None, **edits: str) -> ConnectionTest:
        credentials = {
            "username": service.admin,
            "password": service.admin_password,
            "client_id": service.client_id,
            "client_secret": service.client_secret,
            "token_url": service.token_url,
            "api_url": service.url,
        }
        return (tests or ConnectionTests()).run(application, {**credentials, **edits})

    return run


def test_good_credentials_tell_who_signed_in_and_what_was_seen(try_: Try) -> None:
    test = try_()

    assert test.passed
    assert test.report.signed_in_as == "admin@contoso.example"
    assert "Users can be read: 5." in map(str, test.report.findings)


def test_a_wrong_password_is_told_with_the_words_of_the_application(try_: Try) -> None:
    test = try_(password="Not-the-password-1")

    assert isinstance(test.error, CredentialsRejected)
    assert "invalid_grant" in str(test.error.message)


def test_requests_and_answers_are_kept_without_secrets(try_: Try) -> None:
    test = try_(password="Not-the-password-1")

    said = json.dumps([[each.request, each.response] for each in test.exchanges])
    assert "invalid_grant" in said
    assert "Not-the-password-1" not in said
    assert "demo-secret" not in said


def test_an_account_without_team_admin_permission_is_told_apart(try_: Try, service: GotoService) -> None:
    test = try_(username=service.helpdesk, password=service.helpdesk_password)

    assert isinstance(test.error, PermissionMissing)
    assert "Team Admin" in str(test.error.message)


def test_an_application_that_is_not_there_is_told(try_: Try) -> None:
    test = try_(token_url="http://127.0.0.1:9/oauth/token")

    assert isinstance(test.error, Unreachable)


def test_a_slow_request_gets_only_what_is_left_of_the_time(try_: Try, service: GotoService) -> None:
    service.fault("me", "status", status=503, latency_ms=3000)

    test = try_(ConnectionTests(seconds=1.0))

    assert isinstance(test.error, RequestTimeout)
    assert [each.status for each in test.exchanges] == [200, 0]


# --- limits, with a target in memory ---------------------------------------------------------


class Gate:
    """A connection test that goes on only when it is let."""

    def __init__(self) -> None:
        self.reached, self.opened = threading.Event(), threading.Event()

    def wait(self, operation: str, about: Any) -> None:
        self.reached.set()
        self.opened.wait(30)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    gate = Gate()
    target = Memory(service=Service(before=gate.wait))
    monkeypatch.setattr(rules, "connector", lambda *args: target)
    yield gate
    gate.opened.set()


def test_a_test_that_hangs_outside_of_a_request_is_given_up(application: EnterpriseApplication, gate: Gate) -> None:
    test = ConnectionTests(seconds=0.1).run(application, {})

    assert isinstance(test.error, RequestTimeout)


def test_one_test_too_many_is_told_to_try_in_a_moment(application: EnterpriseApplication, gate: Gate) -> None:
    tests = ConnectionTests(at_once=1)
    first = threading.Thread(target=tests.run, args=(application, {}))
    first.start()
    gate.reached.wait(30)

    assert isinstance(tests.run(application, {}).error, TooManyTests)

    gate.opened.set()
    first.join(30)
    assert tests.run(application, {}).passed


def test_a_fault_of_the_portal_is_not_swallowed_and_frees_its_place(
    application: EnterpriseApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any) -> None:
        raise ZeroDivisionError

    tests = ConnectionTests(at_once=1)
    monkeypatch.setattr(rules, "connector", fail)
    with pytest.raises(ZeroDivisionError):
        tests.run(application, {})

    monkeypatch.setattr(rules, "connector", lambda *args: Memory())
    assert tests.run(application, {}).passed


def test_there_is_no_test_inside_a_transaction(application: EnterpriseApplication) -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="transaction"):
        ConnectionTests().run(application, {})
