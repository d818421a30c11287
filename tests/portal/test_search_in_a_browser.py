"""Search and menu of the frame in a real browser: by keyboard alone, and what is kept of them."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.factories import make_application, make_group, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def found(transactional_db: None) -> None:
    """Made before the browser runs, as Django's database refuses to be asked beside it."""
    make_application("Walkers")
    make_user(display_name="Walker, Bo")
    make_group("Walk leaders")


def test_arrows_lead_from_the_box_to_what_was_found_and_escape_back(found: None, browser_page: Page) -> None:
    browser_page.goto("/users/")
    browser_page.keyboard.press("/")
    browser_page.keyboard.type("walk")

    suggestions = browser_page.locator("#gfound")
    for name in ("Walkers", "Walker, Bo", "Walk leaders"):
        expect(suggestions.get_by_role("link", name=re.compile(name))).to_be_visible()
    browser_page.keyboard.press("ArrowDown")
    expect(suggestions.get_by_role("link", name=re.compile("Walkers"))).to_be_focused()
    browser_page.keyboard.press("Escape")
    expect(browser_page.locator("#gq")).to_be_focused()
    expect(suggestions.get_by_role("link")).to_have_count(0)

    browser_page.keyboard.press("End")
    browser_page.keyboard.type("e")
    expect(suggestions.get_by_role("link", name=re.compile("Walker, Bo"))).to_be_visible()
    browser_page.keyboard.press("ArrowDown")
    browser_page.keyboard.press("Enter")
    expect(browser_page).to_have_url(re.compile("/applications/.+"))


def test_pages_are_found_by_their_name(found: None, browser_page: Page) -> None:
    browser_page.goto("/users/")
    browser_page.keyboard.press("/")
    browser_page.keyboard.type("outb")
    expect(browser_page.locator("#gfound").get_by_role("link", name=re.compile("Outbox"))).to_be_visible()
    browser_page.keyboard.press("ArrowDown")
    browser_page.keyboard.press("Enter")
    expect(browser_page.get_by_role("heading", level=1)).to_contain_text("Outbox")


def test_the_folded_menu_is_kept_for_the_person(browser_page: Page) -> None:
    browser_page.goto("/users/")
    with browser_page.expect_response("**/menu/") as kept:
        browser_page.get_by_role("button", name="Collapse menu").click()
    assert kept.value.status == 204

    browser_page.reload()
    expect(browser_page.get_by_role("button", name="Expand menu")).to_be_visible()
    assert browser_page.evaluate("localStorage.getItem('menu')") is None
