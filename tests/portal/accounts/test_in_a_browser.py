"""Accounts, roles and the audit log as people use them, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from portal.accounts.audit import record
from portal.accounts.models import Role
from tests.factories import PASSWORD, make_account

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OWN = "a-much-better-one"


@pytest.fixture
def people(transactional_db: None) -> None:
    """Made before the browser runs, as Django's database refuses to be asked beside it."""
    make_account(Role.APPLICATION_ADMINISTRATOR, display_name="Rosa Lindqvist")
    make_account(Role.REPORTS_READER, username="rita")


@pytest.fixture
def entries(transactional_db: None) -> None:
    record(None, "Add user", "bo@contoso.example", new={"Department": "Sales"})
    record(None, "Add user", "cy@contoso.example")


def sign_in(page: Page, username: str, password: str) -> None:
    page.goto("/account/")
    if "sign-in" not in page.url:
        page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_label("User name").fill(username)
    page.locator("#id_password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_somebody_is_added_and_chooses_a_password_before_anything_else(browser_page: Page) -> None:
    browser_page.goto("/settings/accounts/")
    browser_page.get_by_role("link", name="New account").click()
    typed = browser_page.get_by_label("Password to type")
    expect(typed).to_be_hidden()
    browser_page.get_by_label("User name").fill("mia")
    browser_page.get_by_label("Display name").fill("Mia Chen")
    browser_page.get_by_label("Type one").check()
    typed.fill(PASSWORD)
    browser_page.get_by_role("button", name="Create").click()
    expect(browser_page.get_by_role("heading", level=1)).to_have_text("Mia Chen")

    sign_in(browser_page, "mia", PASSWORD)

    expect(browser_page.locator(".toast")).to_contain_text("Choose a password of your own first")
    browser_page.locator("#id_current").fill(PASSWORD)
    browser_page.locator("#id_new").fill(OWN)
    browser_page.locator("#id_again").fill(OWN)
    browser_page.get_by_role("button", name="Change password").click()
    browser_page.goto("/users/")
    expect(browser_page.get_by_role("heading", level=1)).to_have_text("Users")
    expect(browser_page.get_by_role("link", name="New user").first).to_have_attribute("aria-disabled", "true")


def test_a_refusal_without_a_new_page_is_a_toast_that_says_who_can(people: None, browser_page: Page) -> None:
    sign_in(browser_page, "rita", PASSWORD)
    browser_page.goto("/directory/")

    browser_page.evaluate("htmx.ajax('POST', '/directory/import/', {target: 'main', swap: 'none'})")

    toast = browser_page.locator(".toast")
    expect(toast).to_have_count(1)
    expect(toast).to_contain_text("You may not do this")
    expect(toast).to_contain_text("Rosa Lindqvist")


def test_an_entry_opens_and_closes_by_keyboard_and_the_focus_comes_back(entries: None, browser_page: Page) -> None:
    browser_page.goto("/audit/")
    browser_page.get_by_label("Target begins with").fill("bo@")
    entry = browser_page.get_by_role("link", name="Add user")
    expect(entry).to_have_count(1)

    entry.focus()
    browser_page.keyboard.press("Enter")
    expect(browser_page.locator("#pane")).to_contain_text("Department")
    expect(browser_page).to_have_url(re.compile("entry="))
    expect(browser_page.locator("#pane:focus-within")).to_have_count(1)
    browser_page.keyboard.press("Escape")

    expect(browser_page.locator("#pane")).to_have_count(0)
    expect(entry).to_be_focused()
