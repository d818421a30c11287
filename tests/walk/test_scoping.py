"""The scoping filter's form in a browser: rows that come and go, what hides, and the count that follows the typing."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.walk import journey
from tests.walk.running import PASSWORD, RunningPortal

pytestmark = pytest.mark.browser


def new_filter(page: Page, portal: RunningPortal, name: str) -> str:
    """An application with two people, and its form for a new filter, whose address is the answer."""
    journey.sign_in(page, portal.url, PASSWORD)
    journey.add_application(page, name)
    application = page.url
    journey.open_assignments(page)
    journey.begin_assignment(page)
    journey.assign(page, [("Bo Bell", "Bo Bell"), ("Cy Cole", "Cy Cole")], "GoToMeeting")
    page.goto(f"{application}scoping/users/new/")
    return f"{application}scoping/users/"


def test_with_script_the_form_follows_and_counts_by_itself(portal: RunningPortal, browser: Browser) -> None:
    page = browser.new_page()
    new_filter(page, portal, "With script")

    journey.fill_clause(page, 0, "userPrincipalName", "INCLUDES", "bo")
    expect(page.get_by_text("these filters let 1 pass and keep 1 out")).to_be_visible()
    page.get_by_role("button", name="Add new scoping clause").click()
    expect(page.get_by_label("Attribute Name").nth(1)).to_be_focused()
    expect(page.get_by_label("Attribute Value").first).to_have_value("bo")

    page.get_by_label("Attribute Name").nth(1).select_option("accountEnabled")
    shown = (
        page.get_by_label("Operator")
        .nth(1)
        .locator("option")
        .evaluate_all("all => all.filter(each => getComputedStyle(each).display !== 'none').map(each => each.value)")
    )
    assert shown == ["IS TRUE", "IS FALSE", "IS NULL", "IS NOT NULL"]
    page.get_by_label("Operator").nth(1).select_option("IS FALSE")
    expect(page.get_by_label("Attribute Value").nth(1)).to_be_hidden()
    expect(page.get_by_text("these filters let 0 pass and keep 2 out")).to_be_visible()

    page.get_by_role("button", name="Remove Clause 2").click()
    expect(page.get_by_label("Attribute Name")).to_have_count(1)
    expect(page.get_by_text("these filters let 1 pass and keep 1 out")).to_be_visible()
    page.get_by_label("Scoping Filter Title").fill("Bo alone")
    page.get_by_label("Scoping Filter Title").press("Enter")
    expect(page.get_by_role("link", name="Bo alone", exact=True)).to_be_visible()


def test_without_script_the_buttons_do_the_same(portal: RunningPortal, browser: Browser) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    address = new_filter(page, portal, "Without script")

    journey.fill_clause(page, 0, "userPrincipalName", "INCLUDES", "bo")
    page.get_by_role("button", name="Add new scoping clause").click()
    journey.fill_clause(page, 1, "mail", "IS NOT NULL")
    expect(page.get_by_label("Attribute Value").nth(1)).to_be_hidden()
    page.get_by_role("button", name="Count").click()
    expect(page.get_by_text("these filters let 1 pass and keep 1 out")).to_be_visible()
    page.get_by_role("button", name="Remove Clause 2").click()
    page.get_by_label("Scoping Filter Title").fill("Bo alone")
    page.get_by_label("Scoping Filter Title").press("Enter")

    assert page.url == address
    page.get_by_role("button", name="Count").click()
    expect(page.get_by_text("these filters let 1 pass and keep 1 out")).to_be_visible()
