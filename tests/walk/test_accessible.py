"""axe-core looks at every page for barriers: names, contrast, order, roles; in light and dark, and on a phone."""

import re
from collections.abc import Iterator
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.walk import journey
from tests.walk.running import PASSWORD, running_portal

pytestmark = pytest.mark.browser

RULES: dict[str, Any] = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
LAYOUT = {"runOnly": {"type": "rule", "values": ["target-size", "scrollable-region-focusable", "link-in-text-block"]}}
SITE = ["applications/", "applications/new/", "logs/", "users/", "users/new/", "groups/", "outbox/", "account/", "no/"]
SETUP = ["provisioning/", "mappings/", "mappings/users/", "mappings/restore/", "users/", "users/add/"]
SCOPE = ["scoping/users/", "scoping/users/new/", "expressions/"]
LISTS = ["mappings/users/attributes/source/", "mappings/users/attributes/target/"]
SCHEMA = [*LISTS, f"{LISTS[0]}new/", "mappings/schema/", "mappings/history/", "mappings/history/2/"]
APPLICATION = ["", *SETUP, *SCOPE, *SCHEMA, "on-demand/", "previews/", "held/", "reconcile/", "restart/"]
HISTORY = ["cycles/", "logs/"]
LEADING = ["applications/new/", "users/", "groups/", "mappings/users/", "scoping/users/", "cycles/", "logs/", LISTS[0]]
"""Those that lead to one page of their kind."""


@pytest.fixture(scope="module")
def visit(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Page, list[str]]]:
    """A signed-in page, and the address of every page of a portal whose application has had a cycle with a failure."""
    with running_portal(tmp_path_factory.mktemp("portal")) as portal:
        page = browser.new_page()
        journey.sign_in(page, portal.url, PASSWORD)
        application = _application_after_a_cycle(page, portal.url)
        lists = [f"{portal.url}/{each}" for each in SITE] + [application + each for each in APPLICATION + HISTORY]
        ones = [_first_link(page, each) for each in lists if each.endswith(tuple(f"/{one}" for one in LEADING))]
        more = [f"{each}edit/" for each in ones if re.search(r"\d/users/[^/]+/$", each)]
        more += [f"{each}delete/" for each in ones if "/scoping/" in each]
        yield page, lists + ones + more


def test_no_page_has_a_barrier(visit: tuple[Page, list[str]]) -> None:
    page, addresses = visit
    found = {address: problems for address in addresses if (problems := _problems(page, address))}
    assert found == {}


def test_the_way_in_has_no_barrier(browser: Browser, visit: tuple[Page, list[str]]) -> None:
    stranger = browser.new_page()
    assert _problems(stranger, visit[1][0]) == []
    expect(stranger.get_by_role("button", name="Sign in", exact=True)).to_be_visible()


def test_an_open_theme_menu_has_no_barrier(visit: tuple[Page, list[str]]) -> None:
    page, addresses = visit
    _show(page, width=1440)
    page.goto(addresses[0])
    page.locator("summary[aria-label=Theme]").click()
    assert _look(page) == []


def _problems(page: Page, address: str) -> list[str]:
    """In light and dark on a wide screen, and on a phone; there only what light or width can change."""
    _show(page, width=1440)
    answer = page.goto(address)
    broken = [] if answer and (answer.ok or address.endswith("/no/")) else [f"broken: {answer and answer.status}"]
    light = _look(page)
    _show(page, width=1440, scheme="dark")
    dark = _look(page, COLOURS)
    _show(page, width=390)
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return broken + light + dark + _look(page, LAYOUT) + ([f"scrolls sideways by {wide} px"] if wide > 0 else [])


def _show(page: Page, width: int, scheme: Literal["light", "dark"] = "light") -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")


def _look(page: Page, rules: dict[str, Any] = RULES) -> list[str]:
    """What axe finds, as `rule: element` lines."""
    violations = Axe().run(page, options=rules).response["violations"]
    return [f"{each['id']}: {node['html'][:200]}" for each in violations for node in each["nodes"]]


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
