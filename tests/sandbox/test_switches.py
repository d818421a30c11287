"""The stand-in's own switches."""

import pytest

from tests.goto_service import GotoService
from tests.sandbox.api import MEETING, AdminApi, codes, signed_in


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


def test_two_accounts_can_have_the_same_address(service: GotoService, admin: AdminApi) -> None:
    key = service.add("Bo.Bell@Contoso.Example", licenseKeys=[MEETING])

    found = admin.get("users?filter=email%20eq%20%22bo.bell@contoso.example%22").json()

    assert (found["total"], found["results"][1]["key"]) == (2, key)
    assert found["results"][1]["email"] == "Bo.Bell@Contoso.Example"


def test_an_address_that_is_taken_stays_refused_by_the_api(service: GotoService, admin: AdminApi) -> None:
    service.add("Bo.Bell@Contoso.Example")
    person = {"email": "BO.BELL@contoso.example", "firstName": "Bo", "lastName": "Bell"}

    answer = admin.post("users", json={"users": [person]})

    assert (answer.status_code, codes(answer)) == (409, ["user.name.conflict"])


def test_seats_can_be_used_up(service: GotoService, admin: AdminApi) -> None:
    service.set_seats(MEETING, 5)
    admin.add("fifth@contoso.example", licenseKeys=[MEETING])
    person = {"email": "sixth@contoso.example", "firstName": "Si", "lastName": "Xth"}

    answer = admin.post("users", json={"users": [person], "licenseKeys": [MEETING]})

    assert (answer.status_code, codes(answer)) == (409, ["license.seats.exceeded"])


def test_all_tokens_can_end_now(service: GotoService, admin: AdminApi) -> None:
    before = admin.get("users").status_code
    service.expire_tokens()

    assert (before, admin.get("users").status_code) == (200, 401)
    with signed_in(service, service.admin, service.admin_password) as again:
        assert again.get("users").status_code == 200


def test_a_token_can_serve_for_some_calls_only(service: GotoService, admin: AdminApi) -> None:
    service.limit_tokens(2)
    with signed_in(service, service.admin, service.admin_password) as other:
        seen = [each.get("users").status_code for each in (admin, other, admin, other, admin, other)]
    service.limit_tokens(0)

    assert seen == [200, 200, 200, 200, 401, 401]
    assert admin.get("users").status_code == 200


def test_an_administrator_who_lost_the_roles_is_refused_at_the_next_call(service: GotoService, admin: AdminApi) -> None:
    before = admin.get("users").status_code
    service.edit(service.account(service.admin)["key"], adminRoles=[])

    assert (before, admin.get("users").status_code) == (200, 403)


def test_it_is_counted_how_often_an_account_was_made_suspended_and_deleted(
    service: GotoService, admin: AdminApi
) -> None:
    for _ in range(2):
        key = admin.add("Ann.Ek@contoso.example", licenseKeys=[MEETING])
        admin.put(f"users/{key}", json={"licenseKeys": []})
        admin.put(f"users/{key}", json={"licenseKeys": []})
        admin.delete(f"users/{key}")
    admin.add("bo@contoso.example")
    admin.post("users", json={"users": [{"email": "bo@contoso.example", "firstName": "B", "lastName": "B"}]})
    service.add("behind@contoso.example")

    ann = {"ann.ek@contoso.example": 2}
    assert service.deeds() == {"created": {**ann, "bo@contoso.example": 1}, "suspended": ann, "deleted": ann}


def test_a_form_of_a_foreign_page_switches_nothing(service: GotoService) -> None:
    answers = [
        service.http.post(f"{service.url}/sandbox/{switch}", data={"x": "y"}, timeout=30)
        for switch in ("reset", "faults", "faults/plan", "clock", "tokens", "accounts")
    ]

    assert [answer.status_code for answer in answers] == [415] * 6


@pytest.mark.parametrize("body", [{}, {"call": "me"}, {"call": "me", "kind": "x"}, {"call": 1, "kind": "html"}, []])
def test_a_fault_that_makes_no_sense_is_refused(service: GotoService, body: object) -> None:
    answer = service.http.post(f"{service.url}/sandbox/faults", json=body, timeout=30)

    assert answer.status_code == 400
    assert answer.json()["message"]


def test_a_host_name_that_is_not_this_machine_is_refused(service: GotoService) -> None:
    answer = service.http.get(f"{service.url}/sandbox/accounts.json", headers={"Host": "evil.example"}, timeout=30)

    assert answer.status_code == 400
