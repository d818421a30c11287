"""A running portal, a stage with an audience, and a browser, shared by the walks of one file."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.goto_service import GotoService
from tests.walk.browser import FLAGS
from tests.walk.running import RunningPortal, prepared_folder, running_portal
from tests.walk.theatre import Audience, audience, theatre


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPortal]:
    with running_portal(prepared_folder(tmp_path_factory.mktemp("portal"))) as running:
        yield running


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def people(running: GotoService, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Audience]:
    """A signed-in administrator and a stranger, before a portal that has something on every page."""
    with theatre(running, tmp_path_factory.mktemp("theatre")) as stage, audience(browser, stage) as found:
        yield found
