"""The switches for what GoTo is free to do in the Admin API."""

import time

import pytest

from tests.goto_service import GotoService
from tests.sandbox.api import ACCOUNT, MEETING, WEBINAR, AdminApi, Scim, codes

CY = "534886609087120002"
ANN = {"email": "ann.ek@contoso.example", "firstName": "Ann", "lastName": "Ek"}


def test_keys_can_be_numbers(service: GotoService, admin: AdminApi) -> None:
    service.strict(keys_as_numbers=True)

    user, me = admin.get(f"users/{CY}").json(), admin.get(f"{admin.root}/me").json()

    assert (user["key"], user["licenseKeys"]) == (int(CY), [int(MEETING)])
    assert (me["accountKey"], me["accounts"][0]["key"]) == (int(ACCOUNT), int(ACCOUNT))
    assert admin.post("users", json={"users": [ANN]}).json()[0]["key"] > 10**17


def test_an_empty_list_can_come_without_results(service: GotoService, admin: AdminApi) -> None:
    service.strict(empty_results_left_out=True)

    assert admin.get('users?filter=email%20eq%20"nobody"').json() == {"total": 0}
    assert len(admin.get("users").json()["results"]) == 5


@pytest.mark.parametrize(("grammar", "statuses"), [("eq", [200, 400]), ("brackets", [400, 200]), ("both", [200, 200])])
def test_one_grammar_of_filters_can_be_switched_off(
    service: GotoService, admin: AdminApi, grammar: str, statuses: list[int]
) -> None:
    service.strict(filter_grammar=grammar)

    answers = [admin.get('users?filter=email%20eq%20"a"'), admin.get('users?filter=(email="a")')]

    assert [answer.status_code for answer in answers] == statuses
    assert admin.get("users").status_code == 200


def test_addresses_can_be_compared_exactly(service: GotoService, admin: AdminApi) -> None:
    service.strict(emails_exact=True)

    assert admin.get('users?filter=email%20eq%20"CY.cole@contoso.example"').json()["total"] == 0
    assert admin.get('users?filter=email%20eq%20"cy.cole@contoso.example"').json()["total"] == 1
    assert admin.get('users?filter=(email="(?i)CY.cole@contoso.example")').json()["total"] == 1


def test_pages_can_be_smaller(service: GotoService, admin: AdminApi) -> None:
    service.strict(page_size=2, largest_page=3)

    assert len(admin.get("users").json()["results"]) == 2
    assert len(admin.get("users?pageSize=100").json()["results"]) == 3


def test_the_caller_can_have_another_account_and_no_account_key(service: GotoService, admin: AdminApi) -> None:
    service.strict(me_with_other_account=True, me_without_account_key=True)

    me = admin.get(f"{admin.root}/me").json()

    other, own = me["accounts"]
    assert "accountKey" not in me
    assert (other["name"], "adminRoles" in other, own["key"]) == ("Fabrikam", False, ACCOUNT)
    assert admin.get(f"{admin.root}/accounts/{other['key']}/users").status_code == 403


def test_a_create_can_want_a_licence_or_a_role(service: GotoService, admin: AdminApi) -> None:
    service.strict(license_or_role_required=True)

    refused = admin.post("users", json={"users": [ANN], "licenseKeys": []})

    assert (refused.status_code, codes(refused)) == (400, ["license.or.role.required"])
    assert admin.post("users", json={"users": [ANN], "licenseKeys": [MEETING]}).status_code == 200


def test_attributes_that_are_not_known_can_be_refused(service: GotoService, admin: AdminApi) -> None:
    assert admin.put(f"users/{CY}", json={"nickName": "C"}).status_code == 200
    service.strict(unknown_attributes_refused=True)

    assert codes(admin.put(f"users/{CY}", json={"nickName": "C"})) == ["user.nick.name.unknown"]
    assert admin.put(f"users/{CY}", json={"lastName": "Kohl", "licenseKeys": []}).status_code == 200


def test_empty_lists_can_be_without_effect(service: GotoService, admin: AdminApi) -> None:
    service.strict(empty_lists_ignored=True)

    admin.put(f"users/{CY}", json={"licenseKeys": [], "adminRoles": []})
    kept = admin.get(f"users/{CY}").json()["status"]
    admin.delete(f"licenses/{MEETING}/users/{CY}")

    assert (kept, admin.get(f"users/{CY}").json()["status"]) == ("ACTIVE", "SUSPENDED")


def test_an_update_can_answer_with_the_user(service: GotoService, admin: AdminApi) -> None:
    service.strict(update_answers_user=True)

    assert admin.put(f"users/{CY}", json={"lastName": "Kohl"}).json()["lastName"] == "Kohl"


def test_used_up_seats_can_be_told_in_other_words(service: GotoService, admin: AdminApi) -> None:
    service.strict(seats_status=400, seats_code="seats.none")
    service.set_seats(WEBINAR, 0)

    answer = admin.put(f"users/{CY}", json={"licenseKeys": [WEBINAR]})

    assert (answer.status_code, codes(answer)) == (400, ["seats.none"])


def test_a_token_can_be_limited_to_some_calls_a_second(service: GotoService, admin: AdminApi, scim: Scim) -> None:
    service.strict(calls_per_second=3)
    began = time.monotonic()

    answers = [admin.get(f"users/{CY}") for _ in range(2)] + [scim.get(f"Users/{CY}") for _ in range(2)]

    assert time.monotonic() - began < 1, "too slow to tell"
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1].headers["Retry-After"] == "1"
    time.sleep(1.1)
    assert admin.get(f"users/{CY}").status_code == 200
