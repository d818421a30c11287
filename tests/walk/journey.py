"""The tutorial as a person clicks it, step by step; the browser test and the screenshots both walk it."""

import re

from playwright.sync_api import Page, expect

ADMIN, ADMIN_PASSWORD = "admin@contoso.example", "Demo-admin-1"
HELPDESK, HELPDESK_PASSWORD = "helpdesk@contoso.example", "Demo-helpdesk-1"
CYCLE_MS = 60_000


def sign_in(page: Page, url: str, password: str) -> None:
    page.goto(url)
    page.get_by_label("User name").fill("admin")
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def add_application(page: Page, name: str) -> None:
    """New application, search the gallery, choose a name, Create."""
    page.get_by_role("link", name="New application").first.click()
    page.get_by_label(re.compile("Search", re.I)).last.fill("Citrix GoToMeeting")
    page.get_by_label(re.compile("Search", re.I)).last.press("Enter")
    page.get_by_role("link", name=re.compile("Citrix GoToMeeting")).first.click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Create", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def pick(page: Page, search: str, name: str) -> None:
    """Find one person or group in the picker and tick it."""
    page.get_by_label(re.compile("Search (users|by|people|name)", re.I)).last.fill(search)
    page.get_by_label(re.compile("Search (users|by|people|name)", re.I)).last.press("Enter")
    page.get_by_role("checkbox", name=re.compile(re.escape(name))).first.check()


def assign(page: Page, picks: list[tuple[str, str]], role: str) -> None:
    """Users and groups > Add user/group: pick, choose a role, Assign."""
    page.get_by_role("link", name="Users and groups").first.click()
    page.get_by_role("link", name="Add user/group").first.click()
    for search, name in picks:
        pick(page, search, name)
    page.get_by_role("radio", name=re.compile(rf"^{role}")).check()
    page.get_by_role("button", name="Assign", exact=True).click()
    expect(page.get_by_role("cell", name=re.compile(re.escape(picks[0][1]))).first).to_be_visible()


def open_provisioning(page: Page) -> None:
    page.get_by_role("navigation").get_by_role("link", name="Provisioning", exact=True).click()


def fill_credentials(page: Page, user: str, password: str) -> None:
    page.get_by_label("Provisioning Mode").select_option(label="Automatic")
    page.get_by_label("Citrix GoToMeeting Admin User Name").fill(user)
    page.get_by_label("Citrix GoToMeeting Admin Password").fill(password)


def test_connection(page: Page, expected: str) -> None:
    """Click Test Connection and wait for this answer."""
    page.get_by_role("button", name="Test Connection").click()
    expect(page.get_by_text(expected)).to_be_visible(timeout=15_000)


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()


def await_cycle(page: Page) -> None:
    """Wait on the Provisioning page until no cycle runs and one was completed."""
    expect(page.get_by_text(re.compile("cycle completed", re.I)).first).to_be_visible(timeout=CYCLE_MS)
