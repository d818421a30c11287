"""The SCIM validator in a browser against the stand-in: good manners and bad, without script, and a killed worker."""

import os
import re
import signal
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.walk import journey
from tests.walk.accessible import problems
from tests.walk.running import PASSWORD, RunningPortal, prepared_folder, running_portal

pytestmark = pytest.mark.browser
TOKEN = "demo-scim-token"
RUN_MS = 60_000
LEASE_SECONDS = 6


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPortal]:
    """Its leases are short, so that another worker soon cleans up after a killed one."""
    with running_portal(
        prepared_folder(tmp_path_factory.mktemp("portal")), PORTAL_LEASE_SECONDS=str(LEASE_SECONDS)
    ) as running:
        yield running


def stand_in(portal: RunningPortal, method: str, path: str, body: Any = None) -> Any:
    with requests.Session() as http:
        http.trust_env = False
        answer = http.request(method, f"{portal.service}/sandbox/{path}", json=body, timeout=10)
    answer.raise_for_status()
    return answer.json() if answer.content else None


def begin(page: Page, portal: RunningPortal) -> None:
    """Sign in, and have the stand-in tried with reading and writing."""
    journey.sign_in(page, portal.url, PASSWORD)
    page.goto(f"{portal.url}/scim-validator/")
    page.get_by_label("Tenant URL").fill(f"{portal.service}/scim/v2")
    page.get_by_role("textbox", name="Secret Token").fill(TOKEN)
    page.get_by_role("radio", name="Read and write").check()
    page.get_by_role("checkbox", name="I agree").check()
    page.get_by_role("main").get_by_role("button", name="Start", exact=True).last.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("/scim/v2")


def held(portal: RunningPortal) -> list[Any]:
    found: list[Any] = stand_in(portal, "GET", "scim2")["resources"]
    return found


def worker_of(portal: RunningPortal) -> int:
    """The process that has the newest run in hand."""
    database = f"file:{portal.environment['PORTAL_VAR']}/portal.sqlite3?mode=ro"
    connection = sqlite3.connect(database, uri=True)
    try:
        [owner] = connection.execute("SELECT owner FROM provisioning_validatorrun ORDER BY id DESC LIMIT 1").fetchone()
    finally:
        connection.close()
    return int(owner.rpartition(":")[2])


def test_good_manners_pass_and_nothing_is_left(portal: RunningPortal, browser: Browser) -> None:
    stand_in(portal, "POST", "reset", {})
    page = browser.new_page()

    begin(page, portal)

    expect(page.get_by_text("Everything that was tried works").last).to_be_visible(timeout=RUN_MS)
    assert held(portal) == []
    assert TOKEN not in page.content()
    assert problems(page, page.url) == []
    page.set_viewport_size({"width": 1440, "height": 900})
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as JSON").click()
    assert download.value.suggested_filename.startswith("scim_validator_")


def test_bad_manners_are_told_with_their_paragraphs(portal: RunningPortal, browser: Browser) -> None:
    stand_in(portal, "POST", "reset", {})
    bad = {"filters": "ignored", "conflict_body": False, "members_told": False, "ids_as_numbers": True}
    stand_in(portal, "PATCH", "scim2/manners", {**bad, "active_as_text": True, "soft_delete": True})
    page = browser.new_page()

    begin(page, portal)

    expect(page.get_by_text("5 things do not work as they should").last).to_be_visible(timeout=RUN_MS)
    for text in ("without a body that says why", "The search gives others", "names no members", "which is no text"):
        expect(page.get_by_role("heading", name=re.compile(text))).to_be_visible()
    expect(page.get_by_role("link", name="RFC 7643, 2.3.2 (new tab)")).to_be_visible()
    [left] = held(portal)
    expect(page.get_by_text(str(left["id"])).first).to_be_visible()
    page.get_by_text("View request and response").nth(6).click()
    assert problems(page, page.url) == []


def test_without_script_the_run_is_followed_by_a_link(portal: RunningPortal, browser: Browser) -> None:
    stand_in(portal, "POST", "reset", {})
    stand_in(portal, "POST", "faults", {"call": "scim2.groups.create", "kind": "latency_ms", "latency_ms": 1500})
    page = browser.new_context(java_script_enabled=False).new_page()

    begin(page, portal)
    expect(page.get_by_text("The endpoint is being tried")).to_be_visible()

    def ended() -> bool:
        refresh = page.get_by_role("main").get_by_role("link", name="Refresh").last
        refresh.click()
        return page.get_by_text("The endpoint is being tried").count() == 0

    assert any(ended() or page.wait_for_timeout(500) for _ in range(60))
    expect(page.get_by_text("Everything that was tried works").last).to_be_visible()


def test_a_killed_worker_s_run_is_told_as_broken_off_and_cleaned_up(portal: RunningPortal, browser: Browser) -> None:
    stand_in(portal, "POST", "reset", {})
    stand_in(portal, "POST", "faults", {"call": "scim2.*", "kind": "latency_ms", "latency_ms": 700, "times": 0})
    page = browser.new_page()
    begin(page, portal)
    expect(page.get_by_text("Works: a user is created.")).to_be_visible(timeout=RUN_MS)
    assert len(held(portal)) == 1

    os.kill(worker_of(portal), signal.SIGKILL)
    stand_in(portal, "DELETE", "faults")

    expect(page.get_by_text("This run was broken off").last).to_be_visible(timeout=2 * RUN_MS)
    expect(page.get_by_text("Nothing of it is left in the application.")).to_be_visible()
    assert held(portal) == []
