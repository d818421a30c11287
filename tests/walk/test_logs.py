"""Provisioning logs in a real browser, while entries are written."""

import re
import subprocess
import sys

import pytest
from playwright.sync_api import Browser, expect

from tests.walk import journey
from tests.walk.accessible import look
from tests.walk.running import PASSWORD, ROOT, RunningPortal

pytestmark = pytest.mark.browser
WRITE = """
from provisioning.models import Cycle
from tests.factories import make_activity, make_application, make_cycle, make_job
cycle = Cycle.objects.first() or make_cycle(make_job(make_application("Meetings")))
make_activity(cycle, source_label={name!r}, label_lower={name!r}.lower())
"""


def write(portal: RunningPortal, name: str) -> None:
    """An entry about somebody of that name, as a cycle in another process writes it."""
    command = [sys.executable, "manage.py", "shell", "-c", WRITE.format(name=name)]
    subprocess.run(command, cwd=ROOT, env=portal.environment, check=True, timeout=120)


def test_new_entries_appear_by_themselves_and_wait_while_somebody_reads(
    portal: RunningPortal, browser: Browser
) -> None:
    page = browser.new_page()
    journey.sign_in(page, portal.url, PASSWORD)
    write(portal, "Walker One")
    page.goto(f"{portal.url}/logs/")
    page.get_by_role("searchbox").last.fill("walker")
    expect(page).to_have_url(re.compile("q=walker"))
    follow = page.get_by_role("link", name="Follow live")
    follow.focus()
    follow.press("Enter")
    expect(page.get_by_role("link", name="Stop following")).to_be_focused()
    expect(page).to_have_url(re.compile("q=walker.*follow=1"))

    write(portal, "Walker Two")
    write(portal, "Somebody Else")
    entry = page.get_by_role("link", name="Walker Two")
    expect(entry).to_be_visible(timeout=10_000)
    expect(page.get_by_role("link", name="Somebody Else")).to_have_count(0)
    expect(page.get_by_role("link", name="Stop following")).to_be_focused()
    expect(page.get_by_role("searchbox").last).to_have_value("walker")

    entry.focus()
    write(portal, "Walker Three")
    waits = page.get_by_role("link", name="1 new entry")
    expect(waits).to_be_visible(timeout=10_000)
    expect(page.get_by_role("link", name="Walker Three")).to_have_count(0)
    expect(entry).to_be_focused()
    assert look(page) == []
    waits.click()
    expect(page.get_by_role("link", name="Walker Three")).to_be_visible()

    page.get_by_role("link", name="Stop following").click()
    expect(page.get_by_role("link", name="Follow live")).to_be_visible()
    expect(page).not_to_have_url(re.compile("follow"))
