"""The tutorial, clicked from the first page to the last, and then asked of the GoTo service itself."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.walk import journey
from tests.walk.browser import FLAGS
from tests.walk.running import PASSWORD, RunningPortal, running_portal

pytestmark = pytest.mark.browser

NAME = "Meetings for Sales"
GROUP = "Sales – EMEA"
LEFT_A_POLL = ("htmx:sendAbort", "htmx:afterRequest")  # who leaves a page in mid-poll ends the request; htmx says so


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPortal]:
    with running_portal(tmp_path_factory.mktemp("portal")) as running:
        yield running


@pytest.fixture
def page(chromium: str) -> Iterator[Page]:
    """A page that fails the test when the browser complains, of the content security policy for example."""
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        opened = browser.new_page(viewport={"width": 1440, "height": 1000})
        opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        yield opened
        browser.close()
    assert [each for each in complaints if not each.startswith(LEFT_A_POLL)] == []


def test_the_tutorial_from_sign_in_to_changed_accounts(portal: RunningPortal, page: Page) -> None:
    set_up(portal, page)
    assert_first_cycle(portal, page)
    change_people(portal, page)
    assert_second_cycle(portal, page)


def set_up(portal: RunningPortal, page: Page) -> None:
    """Steps 1 to 12: sign in, add, assign, connect, test, notify, map, switch on."""
    journey.sign_in(page, portal.url, PASSWORD)
    journey.add_application(page, NAME)
    journey.open_assignments(page)
    journey.begin_assignment(page)
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    expect(page.get_by_role("radio").last).to_have_accessible_name(re.compile("Default Access.*[Nn]ot provisioned"))
    journey.assign(page, [(GROUP, GROUP), ("Bo Bell", "Bo Bell"), ("Cy Cole", "Cy Cole")], "GoToMeeting")
    journey.open_provisioning(page)
    journey.fill_credentials(page, journey.ADMIN, "wrong")
    journey.test_connection(page, "You appear to have entered invalid credentials")
    journey.fill_credentials(page, journey.HELPDESK, journey.HELPDESK_PASSWORD)
    journey.test_connection(page, "Team Admin permissions: the role")
    journey.fill_credentials(page, journey.ADMIN, journey.ADMIN_PASSWORD)
    journey.test_connection(page, "The supplied credentials are authorized to enable provisioning")
    journey.name_notification(page, "ops@contoso.example")
    journey.save(page)
    expect(page.get_by_text("Provisioning settings saved")).to_be_visible()
    page.get_by_role("link", name="Synchronize Azure Active Directory Users to Citrix GoToMeeting").click()
    expect(page.get_by_role("row", name=re.compile("email.*userPrincipalName.*Matching"))).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("licenseKeys.*appRoleAssignments"))).to_be_visible()
    journey.open_provisioning(page)
    journey.switch_on(page)
    journey.save(page)


def assert_first_cycle(portal: RunningPortal, page: Page) -> None:
    """Synchronization Details come by themselves; GoTo holds everybody, and Bo's name was corrected."""
    journey.await_cycle(page, "Initial cycle completed")
    accounts = portal.accounts()
    assert accounts["bo.bell@contoso.example"]["lastName"] == "Bell"
    assert accounts["bo.bell@contoso.example"]["status"] == "INVITED"
    assert len(accounts) > 30
    page.get_by_role("link", name="Provisioning activity report").first.click()
    row = page.get_by_role("row", name=re.compile("Cy Cole"))
    expect(row).to_contain_text("Success")
    page.get_by_role("link", name="Bo Bell").first.click()
    expect(page.get_by_role("heading", name="Bo Bell")).to_be_visible()
    page.get_by_role("tab", name="Modified Properties").click()
    expect(page.get_by_role("row", name=re.compile("lastName"))).to_contain_text("Bell")


def change_people(portal: RunningPortal, page: Page) -> None:
    """Unassign one, rename another, disable a third; then Sync now."""
    page.goto(f"{portal.url}/applications/")
    journey.search(page, "meetings")
    page.get_by_role("main").get_by_role("link", name=NAME).click()
    journey.open_assignments(page)
    page.get_by_role("checkbox", name=re.compile("Bo Bell")).check()
    page.get_by_role("button", name="Remove assignment").click()
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_role("cell", name=re.compile("Bo Bell"))).to_have_count(0)
    journey.change_user(page, portal.url, "Cy Cole", "First name", "Cyrus")
    journey.open_user(page, portal.url, "Aoife O'Meara")
    page.get_by_role("button", name="Disable", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Disable", exact=True).click()
    expect(page.get_by_role("button", name="Enable", exact=True)).to_be_visible()
    page.goto(f"{portal.url}/applications/")
    page.get_by_role("main").get_by_role("link", name=NAME).click()
    page.get_by_role("button", name="Sync now").click()


def assert_second_cycle(portal: RunningPortal, page: Page) -> None:
    """Suspended, renamed, suspended; and the report says why."""
    expect(page.get_by_text(re.compile("Incremental cycle, completed")).first).to_be_visible(timeout=journey.CYCLE_MS)
    accounts = portal.accounts()
    assert accounts["bo.bell@contoso.example"]["status"] == "SUSPENDED"
    assert accounts["cy.cole@contoso.example"]["firstName"] == "Cyrus"
    assert accounts["aoife.omeara@contoso.example"]["status"] == "SUSPENDED"
    page.get_by_role("link", name="Provisioning activity report").first.click()
    for name, reason in [
        ("Bo Bell", "It is not assigned to the application."),
        ("Cy Cole", "Changed in the directory: firstName."),
        ("Aoife O'Meara", "Its account is disabled in the directory."),
    ]:
        expect(page.get_by_role("row", name=re.compile(name)).first).to_contain_text(reason)
