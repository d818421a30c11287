"""The stand-in's pages."""

import re

import pytest

from tests.goto_service import GotoService
from tests.sandbox.api import WEBINAR, AdminApi, Scim

PAGES = ["/", "/accounts/5348866090871200001/", "/licenses/", "/groups/", "/requests/", "/nothing/"]


def page(service: GotoService, path: str) -> str:
    return service.http.get(f"{service.url}{path}", timeout=30).text


@pytest.mark.parametrize("path", PAGES)
def test_every_page_says_that_it_is_a_demo_and_runs_no_script(service: GotoService, path: str) -> None:
    answer = service.http.get(f"{service.url}{path}", timeout=30)

    assert "Demo service: stand-in for GoTo" in answer.text
    assert "<script" not in answer.text
    assert " style=" not in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")


@pytest.mark.parametrize(
    ("path", "name"),
    [("/", "Accounts"), ("/licenses/", "Licences"), ("/groups/", "Groups"), ("/requests/", "Request log")],
)
def test_the_navigation_marks_the_page_one_is_on(service: GotoService, path: str, name: str) -> None:
    marked = re.findall(r'aria-current="page">([^<]*)<', page(service, path))

    assert marked == [name]


def test_accounts_are_listed_with_status_licences_and_roles(service: GotoService) -> None:
    html = page(service, "/")

    assert "bo.bell@contoso.example" in html
    assert "INVITED" in html
    assert "SUPER_USER" in html
    assert "5 accounts" in html


@pytest.mark.parametrize("words", ["zed", "Extra Zed", "ZED.EXTRA@contoso"])
def test_the_search_finds_by_name_and_address(service: GotoService, words: str) -> None:
    html = page(service, f"/?q={words}")

    assert "1 account<" in html
    assert "zed.extra@contoso.example" in html
    assert "bo.bell" not in html


def test_a_search_without_hit_says_so(service: GotoService) -> None:
    assert "No account matches." in page(service, "/?q=nobody")


def test_more_than_fifty_accounts_go_on_on_another_page(service: GotoService, admin: AdminApi) -> None:
    person = {"firstName": "N", "lastName": "N"}
    admin.post("users", json={"users": [{**person, "email": f"n{n:02}@contoso.example"} for n in range(60)]})

    assert "Page 1 of 2" in page(service, "/")
    assert "zed.extra@contoso.example" in page(service, "/?page=2")


def test_one_account_shows_what_the_api_gives(service: GotoService) -> None:
    html = page(service, "/accounts/5348866090871200001/")

    assert "bo.bell@contoso.example" in html
    assert "&quot;identityReadOnly&quot;: false" in html


def test_names_are_escaped(service: GotoService) -> None:
    service.edit("5348866090871200001", lastName="<b>Bell</b>")

    assert "<b>Bell" not in page(service, "/")


def test_licences_show_seats_used(service: GotoService) -> None:
    cells = re.findall(r'class="number">(?:<meter[^>]*></meter> )?(\d+)<', page(service, "/licenses/"))

    assert cells == ["4", "150", "0", "20", "0", "10", "0", "10"]


def test_faults_that_are_on_are_shown_on_every_page(service: GotoService) -> None:
    service.fault("users.create", "status", status=503, times=3)

    html = page(service, "/licenses/")
    assert "Faults are switched on" in html
    assert "3 more times" in html


def test_an_unknown_address_is_a_page_that_leads_back(service: GotoService) -> None:
    answer = service.http.get(f"{service.url}/accounts/1/", timeout=30)

    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.text


def test_a_licence_leads_to_who_holds_it(service: GotoService, admin: AdminApi) -> None:
    person = {"firstName": "N", "lastName": "N"}
    people = [{**person, "email": f"n{n:02}@contoso.example"} for n in range(60)]
    service.set_seats(WEBINAR, 60)
    admin.post("users", json={"users": people, "licenseKeys": [WEBINAR]})

    html = page(service, f"/?license={WEBINAR}")

    assert f'href="/?license={WEBINAR}">GoToWebinar' in page(service, "/licenses/")
    assert "60 accounts" in html
    assert "Only who holds the licence GoToWebinar." in html
    assert f'href="?page=2&amp;license={WEBINAR}"' in html
    assert "bo.bell" not in html


def test_groups_show_their_members(service: GotoService, admin: AdminApi, scim: Scim) -> None:
    assert page(service, "/groups/").count("There are no groups.") == 2
    key = admin.post("groups", json={"name": "Red"}).json()
    admin.put(f"groups/{key}/users/534886609087120002")
    inner = scim.post("Groups", json={"displayName": "Inner", "members": [{"value": "5348866090871200001"}]}).json()
    scim.post("Groups", json={"displayName": "Outer", "members": [{"type": "group", "value": inner["id"]}]})

    cells = re.findall(r"</code></td>\s*<td>([^<]*)</td>", page(service, "/groups/"))

    assert cells == ["cy.cole@contoso.example", "bo.bell@contoso.example", "Inner"]
    assert "<dd>Red</dd>" in page(service, "/accounts/534886609087120002/")


def test_switches_that_are_thrown_are_shown_on_every_page(service: GotoService) -> None:
    assert "Not as by default" not in page(service, "/licenses/")
    service.strict(keys_as_numbers=True)

    assert "keys_as_numbers: True" in page(service, "/licenses/")
