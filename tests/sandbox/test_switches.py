"""The stand-in's own switches."""

import pytest

from tests.goto_service import GotoService
from tests.sandbox.api import AdminApi


def test_health_needs_no_credentials(service: GotoService) -> None:
    answer = service.http.get(f"{service.url}/healthz", timeout=30)

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_reset_brings_the_demo_accounts_back_and_ends_tokens(service: GotoService, admin: AdminApi) -> None:
    admin.add("new@contoso.example")
    service.fault("*", "status", times=0)
    service.reset()

    assert [account["email"] for account in service.accounts()] == [
        "admin@contoso.example",
        "bo.bell@contoso.example",
        "cy.cole@contoso.example",
        "helpdesk@contoso.example",
        "zed.extra@contoso.example",
    ]
    assert admin.get("users").status_code == 401


def test_the_demo_has_someone_invited_with_a_misspelt_name(service: GotoService) -> None:
    bo = service.account("bo.bell@contoso.example")

    assert (bo["firstName"], bo["lastName"], bo["status"]) == ("Bo", "Bel", "INVITED")
    assert service.account("cy.cole@contoso.example")["status"] == "ACTIVE"


def test_an_account_can_be_edited_and_removed_behind_everybodys_back(service: GotoService) -> None:
    key = service.account("cy.cole@contoso.example")["key"]
    service.edit(key, lastName="Kohl", licenseKeys=[])
    edited = service.account("cy.cole@contoso.example")
    service.remove(key)

    assert (edited["lastName"], edited["status"]) == ("Kohl", "SUSPENDED")
    assert service.account("cy.cole@contoso.example") is None


def test_a_form_of_a_foreign_page_switches_nothing(service: GotoService) -> None:
    answers = [
        service.http.post(f"{service.url}/sandbox/{switch}", data={"x": "y"}, timeout=30)
        for switch in ("reset", "faults", "clock")
    ]

    assert [answer.status_code for answer in answers] == [415, 415, 415]


@pytest.mark.parametrize("body", [{}, {"call": "me"}, {"call": "me", "kind": "x"}, {"call": 1, "kind": "html"}, []])
def test_a_fault_that_makes_no_sense_is_refused(service: GotoService, body: object) -> None:
    answer = service.http.post(f"{service.url}/sandbox/faults", json=body, timeout=30)

    assert answer.status_code == 400
    assert answer.json()["message"]


def test_a_host_name_that_is_not_this_machine_is_refused(service: GotoService) -> None:
    answer = service.http.get(f"{service.url}/sandbox/accounts.json", headers={"Host": "evil.example"}, timeout=30)

    assert answer.status_code == 400
