"""The source of the directory in a browser: clear, connect to a tenant over HTTPS, import, and see who came."""

import uuid
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.directory.fake_graph import APPLICATION, FakeGraph, running_graph
from tests.walk import journey
from tests.walk.running import PASSWORD, RunningPortal, prepared_folder, running_portal
from tests.wire.servers import local_authority

pytestmark = pytest.mark.browser
SECONDS = 60_000


@pytest.fixture
def graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeGraph]:
    """A tenant of 31 people, 30 of whom report to the same manager."""
    with running_graph(local_authority(tmp_path_factory.mktemp("authority"))) as graph:
        boss = graph.tenant.add_person("Ada Ash")
        for number in range(30):
            graph.tenant.add_person(f"Person {number:02}", manager=boss)
        yield graph


@pytest.fixture
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPortal]:
    """The portal that the other walks share keeps its people."""
    with running_portal(prepared_folder(tmp_path_factory.mktemp("portal")), PORTAL_ALLOW_PRIVATE="1") as running:
        yield running


def test_a_tenant_is_connected_and_imported(portal: RunningPortal, browser: Browser, graph: FakeGraph) -> None:
    page = browser.new_page()
    journey.sign_in(page, portal.url, PASSWORD)
    clear(page, portal)

    connect(page, graph)
    page.get_by_role("button", name="Import now").first.click()
    expect(page.get_by_role("heading", name="The source is being read")).to_have_count(0, timeout=SECONDS)
    expect(page.get_by_role("row", name="Everybody Completed")).to_be_visible(timeout=SECONDS)
    page.goto(f"{portal.url}/users/?q=Person 07")
    expect(page.get_by_role("link", name="Person 07")).to_be_visible()

    people = [thing.id for thing in graph.tenant.things.values() if thing.properties["displayName"] != "Ada Ash"]
    for id_ in people[:20]:
        graph.tenant.delete(id_)
    page.goto(f"{portal.url}/directory/")
    page.get_by_role("button", name="Import now").first.click()
    expect(page.get_by_role("alert")).to_contain_text("20 of 31 users are gone.", timeout=SECONDS)
    page.get_by_role("button", name="Apply it anyway: 20 of 31 users are gone.").click()
    expect(page.get_by_role("row", name="Changes Completed")).to_be_visible(timeout=SECONDS)
    follow(page, graph)


def follow(page: Page, graph: FakeGraph) -> None:
    """Take the assignments of an application from a service principal that is found by name."""
    known = {"id": APPLICATION, "appId": str(uuid.uuid4()), "displayName": "Citrix GoTo"}
    graph.principals = [known, {**known, "id": str(uuid.uuid4()), "displayName": "Our GoTo"}]
    journey.add_application(page, "Our GoTo")
    journey.open_assignments(page)
    page.get_by_role("link", name="Assignments come from").first.click()
    page.get_by_label("Search by name, application ID or object ID").fill("goto")
    page.get_by_role("button", name="Search").last.click()
    page.get_by_role("button", name="Choose Citrix GoTo").click()
    expect(page.get_by_label("Service principal (object ID)")).to_have_value(APPLICATION)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The next import takes over roles and assignments.")).to_be_visible()


def clear(page: Page, portal: RunningPortal) -> None:
    """Nobody is left; the page follows by itself."""
    page.goto(f"{portal.url}/directory/")
    page.get_by_role("link", name="Clear directory").first.click()
    page.get_by_label("Name of the directory").fill("Azure Active Directory")
    page.get_by_role("button", name="Clear the directory").click()
    expect(page.get_by_role("row", name="Clearing Completed")).to_be_visible(timeout=SECONDS)


def connect(page: Page, graph: FakeGraph) -> None:
    """Choose the source, enter its settings, test, save."""
    expect(page.get_by_role("heading", name="Connection")).to_be_hidden()
    page.get_by_label("Source", exact=True).select_option("graph")
    expect(page.get_by_label("Default domain")).to_be_hidden()
    values = dict(graph.settings)
    page.get_by_label("Cloud").select_option(values.pop("cloud"))
    page.get_by_text("Advanced connection settings").click()
    for name, value in values.items():
        page.locator(f"[name=credentials_{name}]").fill(value)
    page.get_by_role("button", name="Test Connection").click()
    expect(page.get_by_text("The portal may read")).to_be_visible(timeout=SECONDS)
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_text("Directory settings saved")).to_be_visible(timeout=SECONDS)
