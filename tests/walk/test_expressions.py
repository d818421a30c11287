"""The expression builder in a browser: what is put in by a click, what is said while typing, and the way into a row."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.walk import journey
from tests.walk.running import PASSWORD, RunningPortal

pytestmark = pytest.mark.browser


def open_builder(page: Page, portal: RunningPortal, name: str) -> None:
    journey.sign_in(page, portal.url, PASSWORD)
    journey.add_application(page, name)
    page.goto(f"{page.url}expressions/users/")


def test_an_expression_is_clicked_together_tested_and_used(portal: RunningPortal, browser: Browser) -> None:
    page = browser.new_page()
    open_builder(page, portal, "With script")
    field = page.get_by_label("Expression", exact=True)

    page.get_by_text("Letters", exact=True).click()
    page.get_by_role("button", name="ToUpper(source, culture?)").click()
    expect(field).to_have_value("ToUpper()")
    page.get_by_role("button", name="surname", exact=True).click()
    expect(field).to_have_value("ToUpper([surname])")
    expect(page.get_by_text("The expression is valid.")).to_be_visible()

    field.fill("ToUpper([surnam])")
    expect(page.get_by_text("Column 9")).to_be_visible()
    expect(page.locator("mark")).to_have_text("[")

    field.fill("ToUpper([surname])")
    page.get_by_label("Target attribute").select_option("lastName")
    page.get_by_label("Test with somebody of the directory").fill("Bo B")
    page.get_by_role("button", name="Test expression").last.click()
    expect(page.get_by_label("surname")).to_have_value("Bell")
    expect(page.get_by_text("BELL", exact=True)).to_be_visible()
    expect(page.get_by_text("Nothing was sent yet.")).to_be_visible()

    page.get_by_role("navigation").get_by_role("link", name="Users and groups").click()
    dialog = page.get_by_role("dialog", name="Leave without saving?")
    expect(dialog.get_by_role("button")).to_have_text(["Leave without saving", "Stay"])
    dialog.get_by_role("button", name="Stay").click()
    expect(field).to_have_value("ToUpper([surname])")

    page.get_by_role("button", name="Use it for the target attribute").click()
    expect(page.get_by_label("Mapping type")).to_have_value("Function")
    expect(page.get_by_label("Source attribute")).to_be_hidden()
    page.get_by_role("button", name="Ok").click()
    expect(page.get_by_role("row").filter(has_text="lastName")).to_contain_text("ToUpper([surname])")


def test_without_script_it_is_tested_and_used_too(portal: RunningPortal, browser: Browser) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    open_builder(page, portal, "Without script")

    page.get_by_label("Expression", exact=True).fill("ToUpper([surname]")
    page.get_by_role("button", name="Test expression").last.click()
    expect(page.get_by_text("ToUpper is not closed")).to_be_visible()
    page.get_by_label("Expression", exact=True).fill("ToUpper([surname])")
    page.get_by_role("button", name="Test expression").last.click()
    page.get_by_label("surname").fill("ek")
    page.get_by_role("button", name="Test expression").last.click()
    expect(page.get_by_text("EK", exact=True)).to_be_visible()

    page.get_by_label("Target attribute").select_option("lastName")
    page.get_by_role("button", name="Use it for the target attribute").click()
    page.get_by_role("button", name="Ok").click()
    expect(page.get_by_role("row").filter(has_text="lastName")).to_contain_text("ToUpper([surname])")
