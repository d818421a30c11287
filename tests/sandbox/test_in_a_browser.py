"""The stand-in's pages in a real browser: the sign-in page, and the forms of an account."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.goto_service import GotoService
from tests.sandbox.api import grant
from tests.walk.browser import FLAGS

pytestmark = pytest.mark.browser


@pytest.fixture
def browser_page(chromium: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser.new_page()
        browser.close()


def back_address(service: GotoService) -> str:
    """Another origin than the page's: the policy for forms holds redirects to it back unless it names it."""
    return f"{service.url.replace('127.0.0.1', 'localhost')}/healthz"


def test_one_signs_in_and_is_sent_back_with_a_code(service: GotoService, browser_page: Page) -> None:
    back = back_address(service)
    asked = f"response_type=code&client_id=demo-new-client&state=s1&redirect_uri={back}"
    browser_page.goto(f"{service.authorize_url}?{asked}")
    browser_page.get_by_label("E-mail").fill(service.admin)
    browser_page.get_by_label("Password").fill("wrong")
    browser_page.get_by_role("button", name="Sign in and allow").click()
    assert "is not right" in browser_page.get_by_role("alert").inner_text()
    browser_page.get_by_label("Password").fill(service.admin_password)

    browser_page.get_by_role("button", name="Sign in and allow").click()

    browser_page.wait_for_url(f"{back}?*")
    told = parse_qs(urlsplit(browser_page.url).query)
    form = {"grant_type": "authorization_code", "code": told["code"][0], "redirect_uri": back}
    assert told["state"] == ["s1"]
    assert grant(service, client=("demo-new-client", "demo-new-secret"), **form).status_code == 200


def test_one_denies_without_signing_in(service: GotoService, browser_page: Page) -> None:
    back = back_address(service)
    browser_page.goto(f"{service.authorize_url}?response_type=code&client_id=demo-client&redirect_uri={back}")

    browser_page.get_by_role("button", name="Deny").click()

    browser_page.wait_for_url(f"{back}?error=access_denied")


def test_one_lets_the_user_sign_in_and_edits_behind_our_back(service: GotoService, browser_page: Page) -> None:
    browser_page.goto(service.url)
    browser_page.get_by_role("link", name="bo.bell@contoso.example").click()
    browser_page.get_by_role("button", name="The user signs in").click()
    browser_page.get_by_label("Last name").fill("Bell")
    browser_page.get_by_label("GoToWebinar").check()
    browser_page.get_by_role("button", name="Save").click()

    browser_page.get_by_role("heading", name="Bo Bell").wait_for()
    found = service.account("bo.bell@contoso.example")
    assert (found["status"], len(found["licenseKeys"])) == ("ACTIVE", 2)
    browser_page.get_by_role("button", name="Delete the account").click()
    browser_page.get_by_text("4 accounts").wait_for()
