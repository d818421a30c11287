"""axe-core looks at every page for barriers: names, contrast, order, roles; in light and dark, and on a phone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.walk import journey
from tests.walk.accessible import look, problems, show
from tests.walk.running import PASSWORD, running_portal

pytestmark = pytest.mark.browser

SITE = [
    "applications/",
    "applications/new/",
    "logs/",
    "audit/",
    "outbox/",
    "csv/users/import/",
    "account/",
    "no/",
    "scim-validator/",
]
TOLD = ["notifications/", "settings/notifications/", "outbox/webhook/"]
SETTINGS = ["settings/accounts/", "settings/accounts/new/", "settings/accounts/1/", "settings/accounts/1/edit/"]
DIRECTORY = [
    "directory/",
    "directory/clear/",
    "users/",
    "users/new/",
    "users/deleted/",
    "groups/",
    "groups/new/",
    "groups/deleted/",
]
PERSON = ["edit/", "?tab=properties", "?tab=groups", "?tab=reports"]
GROUP = ["edit/", "members/add/", "?tab=applications", "?tab=properties", "?tab=groups"]
SETUP = ["provisioning/", "mappings/", "mappings/users/", "mappings/restore/", "users/", "users/add/", "users/origin/"]
SCOPE = ["scoping/users/", "scoping/users/new/", "expressions/"]
LISTS = ["mappings/users/attributes/source/", "mappings/users/attributes/target/"]
SCHEMA = [*LISTS, f"{LISTS[0]}new/", "mappings/schema/", "mappings/history/", "mappings/history/2/"]
APPLICATION = ["", *SETUP, *SCOPE, *SCHEMA, "on-demand/", "previews/", "held/", "reconcile/", "restart/"]
HISTORY = ["cycles/", "logs/", "audit/", "owners/", "owners/add/"]
LEADING = ["applications/new/", "users/", "groups/", "mappings/users/", "scoping/users/", "cycles/", "logs/", LISTS[0]]
"""Those that lead to one page of their kind."""


@pytest.fixture(scope="module")
def visit(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Page, list[str]]]:
    """A signed-in page, and the address of every page of a portal whose application has had a cycle with a failure."""
    with running_portal(tmp_path_factory.mktemp("portal")) as portal:
        page = browser.new_page()
        journey.sign_in(page, portal.url, PASSWORD)
        application = _application_after_a_cycle(page, portal.url)
        lists = [f"{portal.url}/{each}" for each in SITE + TOLD + SETTINGS + DIRECTORY]
        lists += [application + each for each in APPLICATION + HISTORY]
        ones = [_first_link(page, each) for each in lists if each.endswith(tuple(f"/{one}" for one in LEADING))]
        more = [each + part for each in ones for part in PERSON if re.search(r"\d/users/[^/]+/$", each)]
        more += [each + part for each in ones for part in GROUP if re.search(r"\d/groups/[^/]+/$", each)]
        more += [f"{each}delete/" for each in ones if "/scoping/" in each]
        yield page, list(dict.fromkeys(lists + ones + more))


def test_no_page_has_a_barrier(visit: tuple[Page, list[str]]) -> None:
    page, addresses = visit
    found = {address: seen for address in addresses if (seen := problems(page, address))}
    assert found == {}


def test_the_way_in_has_no_barrier(browser: Browser, visit: tuple[Page, list[str]]) -> None:
    stranger = browser.new_page()
    assert problems(stranger, visit[1][0]) == []
    expect(stranger.get_by_role("button", name="Sign in", exact=True)).to_be_visible()


def test_an_open_theme_menu_has_no_barrier(visit: tuple[Page, list[str]]) -> None:
    page, addresses = visit
    show(page, width=1440)
    page.goto(addresses[0])
    page.locator("summary[aria-label=Theme]").click()
    assert look(page) == []


def _application_after_a_cycle(page: Page, url: str) -> str:
    """Its address. One of the two assigned has no last name, so the cycle has a failure to show."""
    journey.change_user(page, url, "Cy Cole", "Last name", "")
    journey.add_application(page, "Meetings")
    address = page.url
    journey.add_attribute(page, f"{address}{LISTS[0]}", "costCenter")
    page.goto(address)
    journey.open_assignments(page)
    journey.begin_assignment(page)
    journey.assign(page, [("Bo Bell", "Bo Bell"), ("Cy Cole", "Cy Cole")], "GoToMeeting")
    journey.add_scoping_filter(page, "Enabled people", "accountEnabled", "IS TRUE")
    journey.open_provisioning(page)
    journey.fill_credentials(page, journey.ADMIN, journey.ADMIN_PASSWORD)
    journey.switch_on(page)
    journey.save(page)
    journey.await_cycle(page, "Initial cycle completed")
    return address


def _first_link(page: Page, address: str) -> str:
    """Where the first row or card of this list leads."""
    page.goto(address)
    link = page.locator("main :is(tbody a, .gallery a, .scopes a)").first
    return str(link.evaluate("link => link.href"))
