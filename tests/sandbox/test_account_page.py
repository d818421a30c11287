"""The page of one account: sign in, edit and delete behind everybody's back."""

import re

import pytest
import requests

from tests.goto_service import GotoService
from tests.sandbox.api import MEETING, WEBINAR

BO = "5348866090871200001"


def pressed(service: GotoService, name: str, key: str = BO, **form: object) -> requests.Response:
    """Open the page and send the form of this name, as a browser does: fields as shown, and what was changed."""
    shown = service.http.get(f"{service.url}/accounts/{key}/", timeout=30).text
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', shown)
    assert token
    page = f"{service.url}/accounts/{key}/{name}/"
    return service.http.post(page, data={"csrfmiddlewaretoken": token[1], **form}, timeout=30)


def test_the_user_signs_in(service: GotoService) -> None:
    service.edit(BO, idle=True)

    answer = pressed(service, "sign-in")

    assert (answer.status_code, answer.url) == (200, f"{service.url}/accounts/{BO}/")
    assert service.account("bo.bell@contoso.example")["status"] == "ACTIVE"


def test_an_account_is_changed_behind_everybodys_back(service: GotoService) -> None:
    form = {"email": "bo@contoso.example", "firstName": "Bob", "lastName": "Bell", "locale": "de_DE"}
    pressed(service, "edit", **form, license=[MEETING, WEBINAR], nameLocked="on")

    found = service.account("bo@contoso.example")
    assert (found["firstName"], found["lastName"], found["locale"]) == ("Bob", "Bell", "de_DE")
    assert (found["licenseKeys"], found["nameLocked"], found["emailLocked"]) == ([MEETING, WEBINAR], True, False)
    assert service.deeds() == {"created": {}, "suspended": {}, "deleted": {}}


def test_admin_roles_and_the_organization_are_given_and_taken(service: GotoService) -> None:
    pressed(service, "edit", role=["RUN_REPORTS", "MANAGE_SEATS"])

    found = service.account("bo.bell@contoso.example")
    assert (found["adminRoles"], found["status"]) == (["RUN_REPORTS", "MANAGE_SEATS"], "INVITED")
    shown = service.http.get(f"{service.url}/accounts/{BO}/", timeout=30).text
    ticked = set(re.findall(r'name="(\w+)" (?:value="(\w*)" )?checked', shown))
    assert ticked == {("role", "RUN_REPORTS"), ("role", "MANAGE_SEATS")}

    pressed(service, "edit", inOrganization="on")

    shown = service.http.get(f"{service.url}/accounts/{BO}/", timeout=30).text
    assert re.findall(r'name="(\w+)" (?:value="\w*" )?checked', shown) == ["inOrganization"]


def test_what_is_not_ticked_is_taken_away(service: GotoService) -> None:
    service.edit(BO, emailLocked=True)

    pressed(service, "edit", lastName="Bell")

    found = service.account("bo.bell@contoso.example")
    assert (found["status"], found["emailLocked"], found["lastName"]) == ("SUSPENDED", False, "Bell")


def test_a_licence_without_a_seat_changes_nothing_and_says_so(service: GotoService) -> None:
    service.set_seats(WEBINAR, 0)

    answer = pressed(service, "edit", lastName="Bell", license=[WEBINAR])

    assert answer.status_code == 409
    assert "has no free seat" in answer.text
    found = service.account("bo.bell@contoso.example")
    assert (found["lastName"], found["licenseKeys"]) == ("Bel", [MEETING])


def test_an_account_is_deleted(service: GotoService) -> None:
    answer = pressed(service, "delete")

    assert answer.url == f"{service.url}/"
    assert service.account("bo.bell@contoso.example") is None


@pytest.mark.parametrize("name", ["sign-in", "edit", "delete"])
def test_a_form_of_another_page_is_refused(service: GotoService, name: str) -> None:
    address = f"{service.url}/accounts/{BO}/{name}/"

    assert service.http.post(address, data={"lastName": "x"}, timeout=30).status_code == 403
    assert service.http.get(address, timeout=30).status_code == 405
    assert service.account("bo.bell@contoso.example")["status"] == "INVITED"


def test_the_page_shows_what_is_held_and_locked(service: GotoService) -> None:
    service.edit(BO, identityReadOnly=True)

    html = service.http.get(f"{service.url}/accounts/{BO}/", timeout=30).text

    ticked = re.findall(r'name="(\w+)"(?: value="(\d+)")? checked', html)
    assert ticked == [("license", MEETING), ("identityReadOnly", ""), ("inOrganization", "")]
