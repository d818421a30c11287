"""Authorize in a browser: to the application's page and back, with script and without."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.walk import journey
from tests.walk.running import PASSWORD, RunningPortal

pytestmark = pytest.mark.browser


def give_consent(page: Page, portal: RunningPortal, name: str, deny: bool = False) -> None:
    """Sign in where the portal says it lives, choose the method, press Authorize, and decide on GoTo's page."""
    journey.sign_in(page, portal.url.replace("127.0.0.1", "localhost"), PASSWORD)
    journey.add_application(page, name)
    journey.open_provisioning(page)
    page.get_by_label("Provisioning Mode").select_option(label="Automatic")
    page.get_by_label("Authentication Method").select_option(label="OAuth authorization code")
    expect(page.get_by_label("Citrix GoToMeeting Admin User Name")).to_be_hidden()
    page.get_by_role("button", name="Authorize").click()
    page.get_by_label("E-mail").fill(journey.ADMIN)
    page.get_by_label("Password").fill(journey.ADMIN_PASSWORD)
    page.get_by_role("button", name="Deny" if deny else "Sign in and allow").click()


def test_a_consent_leads_back_and_is_ready_to_use(portal: RunningPortal, browser: Browser) -> None:
    page = browser.new_page()

    give_consent(page, portal, "Authorized")

    expect(page.get_by_text("lets the portal in; the connection test passed")).to_be_visible()
    expect(page.get_by_label("Authentication Method")).to_be_visible()
    expect(page.get_by_label("Authentication Method")).to_have_value("authorization_code")
    journey.test_connection(page, "Signed in as admin@contoso.example")


def test_without_script_the_way_is_the_same(portal: RunningPortal, browser: Browser) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()

    give_consent(page, portal, "Authorized without script")

    expect(page.get_by_text("lets the portal in; the connection test passed")).to_be_visible()


def test_a_refused_consent_is_told(portal: RunningPortal, browser: Browser) -> None:
    page = browser.new_page()

    give_consent(page, portal, "Not authorized", deny=True)

    expect(page.get_by_text("The consent was refused")).to_be_visible()
