"""The tutorial as a person clicks it, step by step; the browser test and the screenshots both walk it."""

import re

from playwright.sync_api import Page, expect

ADMIN, ADMIN_PASSWORD = "admin@contoso.example", "Demo-admin-1"
HELPDESK, HELPDESK_PASSWORD = "helpdesk@contoso.example", "Demo-helpdesk-1"
CYCLE_MS = 60_000


def sign_in(page: Page, url: str, password: str) -> None:
    page.goto(url)
    page.get_by_label("User name").fill("admin")
    page.locator("input[type=password]").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("navigation", name="Breadcrumb")).to_be_visible()


def add_application(page: Page, name: str) -> None:
    """Enterprise applications > All applications > New application, search the gallery, choose a name, Create."""
    page.get_by_role("navigation").get_by_role("link", name="All applications").click()
    page.get_by_role("main").get_by_role("link", name="New application").first.click()
    search(page, "gotomeet")
    page.get_by_role("main").get_by_role("link", name=re.compile("Citrix GoToMeeting")).click()
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Create", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def add_attribute(page: Page, address: str, name: str) -> None:
    """Add an attribute to the list at this address."""
    page.goto(address)
    page.get_by_role("main").get_by_role("link", name="Add Attribute").click()
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Ok", exact=True).click()
    expect(page.get_by_role("cell", name=name, exact=True)).to_be_visible()


def search(page: Page, text: str) -> None:
    """Type into the page's own search box, the first there: filters may have others."""
    box = page.get_by_role("main").get_by_role("searchbox").first
    box.fill(text)
    box.press("Enter")


def pick(page: Page, text: str, name: str) -> None:
    """Find one person or group in the picker and tick it."""
    search(page, text)
    page.get_by_role("checkbox", name=re.compile(re.escape(name))).first.check()


def open_assignments(page: Page) -> None:
    page.get_by_role("navigation").get_by_role("link", name="Users and groups").click()


def begin_assignment(page: Page) -> None:
    page.get_by_role("main").get_by_role("link", name="Add user/group").first.click()


def assign(page: Page, picks: list[tuple[str, str]], role: str) -> None:
    """Add user/group: pick, choose a role, Assign."""
    for text, name in picks:
        pick(page, text, name)
    page.get_by_role("radio", name=role).check()
    page.get_by_role("button", name="Assign", exact=True).click()
    expect(page.get_by_role("cell", name=re.compile(re.escape(picks[0][1]))).first).to_be_visible()


def open_provisioning(page: Page) -> None:
    page.get_by_role("navigation").get_by_role("link", name="Provisioning", exact=True).click()


def fill_credentials(page: Page, user: str, password: str) -> None:
    page.get_by_label("Provisioning Mode").select_option(label="Automatic")
    page.get_by_label("Citrix GoToMeeting Admin User Name").fill(user)
    page.get_by_label("Citrix GoToMeeting Admin Password").fill(password)


def add_scoping_filter(page: Page, title: str, attribute: str, operator: str, value: str = "") -> None:
    """Scoping filters > Add scoping filter, one clause, OK."""
    page.get_by_role("navigation").get_by_role("link", name="Scoping filters").click()
    page.get_by_role("main").get_by_role("link", name="Add scoping filter").first.click()
    fill_clause(page, 0, attribute, operator, value)
    page.get_by_label("Scoping Filter Title").fill(title)
    page.get_by_role("button", name="OK", exact=True).click()
    expect(page.get_by_role("link", name=title, exact=True)).to_be_visible()


def fill_clause(page: Page, number: int, attribute: str, operator: str, value: str = "") -> None:
    """Values that the operator does not take are not asked for."""
    page.get_by_label("Attribute Name").nth(number).select_option(attribute)
    page.get_by_label("Operator").nth(number).select_option(operator)
    if value:
        page.get_by_label("Attribute Value").nth(number).fill(value)


def test_connection(page: Page, expected: str) -> None:
    """Click Test Connection and wait for this answer."""
    page.get_by_role("button", name="Test Connection").click()
    expect(page.get_by_text(expected)).to_be_visible(timeout=15_000)


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()


def await_cycle(page: Page, said: str) -> None:
    """Wait until the page says so by itself."""
    expect(page.get_by_text(said).first).to_be_visible(timeout=CYCLE_MS)


def name_notification(page: Page, address: str) -> None:
    page.get_by_label("Notification Email", exact=True).fill(address)
    page.get_by_label("Send an email notification when a failure occurs").check()


def switch_on(page: Page) -> None:
    page.get_by_role("radio", name="On", exact=True).check()


def change_user(page: Page, url: str, name: str, label: str, value: str) -> None:
    """Users > a person > Edit: one field changed and saved."""
    open_user(page, url, name)
    page.get_by_role("link", name="Edit").first.click()
    page.get_by_label(label).fill(value)
    save(page)
    expect(page.get_by_role("button", name="Save", exact=True)).to_have_count(0)


def open_user(page: Page, url: str, name: str) -> None:
    page.goto(f"{url}/users/")
    search(page, name)
    page.get_by_role("main").get_by_role("link", name=name).first.click()
