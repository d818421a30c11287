"""What the frame's scripts do, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.portal.pages")]


def test_edits_are_marked_and_counted_and_discard_takes_them_back(browser_page: Page) -> None:
    browser_page.goto("/form/")
    save = browser_page.get_by_role("button", name="Save", exact=True)
    expect(save).to_be_disabled()

    browser_page.get_by_label("Name").fill("Two")
    browser_page.get_by_label("Notify").check()

    expect(browser_page.locator("#dirty-count")).to_have_text("2 unsaved changes")
    expect(save).to_be_enabled()
    browser_page.get_by_role("button", name="Discard").click()
    browser_page.get_by_role("button", name="Discard changes").click()
    expect(browser_page.locator("#dirty-count")).to_have_text("All changes saved")
    expect(browser_page.get_by_label("Name")).to_have_value("One")


def test_a_link_asks_before_edits_are_lost(browser_page: Page) -> None:
    browser_page.goto("/form/")
    browser_page.get_by_label("Name").fill("Two")
    groups = browser_page.get_by_role("link", name="Groups")

    groups.click()
    browser_page.get_by_role("button", name="Stay").click()
    expect(browser_page).to_have_url(re.compile("/form/"))

    groups.click()
    browser_page.get_by_role("button", name="Leave without saving").click()
    expect(browser_page).to_have_url(re.compile("/groups/"))


def test_save_and_leave_saves_and_leaves(browser_page: Page) -> None:
    browser_page.goto("/form/")
    browser_page.get_by_label("Name").fill("Two")

    browser_page.get_by_role("link", name="Groups").click()
    browser_page.get_by_role("button", name="Save and leave").click()

    expect(browser_page).to_have_url(re.compile("/groups/"))
    expect(browser_page.locator(".toast")).to_contain_text("Two is saved")


def test_save_and_leave_stays_where_something_is_wrong(browser_page: Page) -> None:
    browser_page.goto("/form/")
    browser_page.get_by_label("Name").fill("")

    browser_page.get_by_role("link", name="Groups").click()
    browser_page.get_by_role("button", name="Save and leave").click()

    expect(browser_page.get_by_role("alert")).to_be_focused()
    expect(browser_page).to_have_url(re.compile("/form/"))
    expect(browser_page.locator("#dirty-count")).to_have_text("1 unsaved change")


def test_an_answer_to_htmx_brings_its_toast_and_keeps_the_focus(browser_page: Page) -> None:
    browser_page.goto("/form/")
    test = browser_page.get_by_role("button", name="Test Connection")

    test.click()

    expect(browser_page.locator("#result")).to_have_text("part")
    expect(browser_page.locator(".toast")).to_contain_text("From now on.")
    expect(test).to_be_focused()
    expect(test).not_to_have_attribute("aria-busy", "true")


def test_a_lost_session_offers_to_sign_in_again_and_keeps_what_was_typed(browser_page: Page) -> None:
    browser_page.goto("/form/")
    browser_page.get_by_label("Name").fill("Two")
    browser_page.context.clear_cookies(name="portal_session")

    browser_page.get_by_role("button", name="Test Connection").click()

    link = browser_page.get_by_role("link", name="Sign in again")
    expect(link).to_be_visible()
    expect(link).to_have_attribute("target", "_blank")
    expect(browser_page.locator("[name=name]")).to_have_value("Two")


def test_a_refused_request_says_the_number_to_quote(browser_page: Page) -> None:
    browser_page.goto("/form/")

    browser_page.get_by_role("button", name="Break").click()

    expect(browser_page.locator(".toast--err")).to_contain_text(re.compile(r"Number of this error: [0-9a-f]{8}"))


def test_a_lost_network_is_told_and_taken_back(browser_page: Page) -> None:
    browser_page.goto("/form/")

    browser_page.context.set_offline(True)
    expect(browser_page.locator("#offline")).to_contain_text("Trying again in")

    browser_page.context.set_offline(False)
    expect(browser_page.locator("#offline")).to_be_hidden()


def test_the_theme_is_kept_and_there_before_the_page_is_drawn(browser_page: Page) -> None:
    browser_page.goto("/account/")
    browser_page.locator("main").get_by_label("Dark").check()

    browser_page.reload(wait_until="commit")
    browser_page.wait_for_selector("body")
    assert browser_page.evaluate("document.documentElement.dataset.theme") == "dark"
    expect(browser_page.locator("main").get_by_label("Dark")).to_be_checked()


def test_single_keys_search_and_help_and_can_be_switched_off(browser_page: Page) -> None:
    browser_page.goto("/users/")
    browser_page.keyboard.press("/")
    expect(browser_page.get_by_role("searchbox")).to_be_focused()
    browser_page.keyboard.press("Tab")

    browser_page.keyboard.press("?")
    browser_page.get_by_label("Use the shortcuts of a single key").uncheck()
    browser_page.keyboard.press("Escape")
    browser_page.keyboard.press("?")
    expect(browser_page.locator("#keys")).to_be_hidden()


def test_ctrl_s_saves(browser_page: Page) -> None:
    browser_page.goto("/form/")
    browser_page.get_by_label("Name").fill("Three")
    browser_page.keyboard.press("Control+s")

    expect(browser_page.locator(".toast")).to_contain_text("Three is saved")


def test_a_pane_is_modal_and_escape_goes_back(browser_page: Page) -> None:
    browser_page.goto("/pane/")
    assert browser_page.evaluate("document.querySelector('dialog.flyout').matches(':modal')")

    browser_page.keyboard.press("Escape")

    expect(browser_page).to_have_url(re.compile("/users/"))


def test_no_page_scrolls_sideways_on_a_phone(browser_page: Page) -> None:
    browser_page.set_viewport_size({"width": 320, "height": 700})
    for address in ("/form/", "/account/", "/pane/"):
        browser_page.goto(address)
        assert browser_page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_help_sheet_and_the_theme_give_the_focus_back(browser_page: Page) -> None:
    browser_page.goto("/form/")
    help_button = browser_page.get_by_role("button", name="Keyboard shortcuts")
    help_button.focus()
    browser_page.keyboard.press("Enter")
    expect(browser_page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    browser_page.keyboard.press("Escape")
    expect(help_button).to_be_focused()

    theme = browser_page.locator("summary[aria-label=Theme]")
    theme.focus()
    browser_page.keyboard.press("Enter")
    browser_page.keyboard.press("Tab")
    browser_page.keyboard.press("ArrowDown")
    assert browser_page.evaluate("document.documentElement.dataset.theme") == "light"
    browser_page.keyboard.press("Escape")
    expect(theme).to_be_focused()


def test_on_a_phone_search_and_menu_open_and_close_by_keyboard(browser_page: Page) -> None:
    browser_page.set_viewport_size({"width": 390, "height": 800})
    browser_page.goto("/form/")
    box, button = browser_page.locator("#gq"), browser_page.locator("[data-search]")

    browser_page.keyboard.press("/")
    expect(box).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "true")
    browser_page.keyboard.press("Escape")
    expect(button).to_be_focused()
    expect(box).to_be_hidden()

    menu = browser_page.locator(".navtoggle")
    menu.focus()
    browser_page.keyboard.press("Enter")
    expect(menu).to_have_attribute("aria-expanded", "true")
    browser_page.keyboard.press("Tab")
    browser_page.keyboard.press("Escape")
    expect(menu).to_have_attribute("aria-expanded", "false")
    expect(menu).to_be_focused()
