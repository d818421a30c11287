"""The SCIM profile in a real browser, of an application that is the demo service."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.walk import journey
from tests.walk.accessible import problems, show
from tests.walk.running import PASSWORD, RunningPortal, prepared_folder, running_portal

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPortal]:
    with running_portal(prepared_folder(tmp_path_factory.mktemp("portal"))) as running:
        yield running


@pytest.fixture
def page(browser: Browser, portal: RunningPortal) -> Page:
    """On the page Provisioning of a new application with saved credentials."""
    page = browser.new_page()
    journey.sign_in(page, portal.url, PASSWORD)
    page.goto(f"{portal.url}/applications/new/aws_iam_identity_center/")
    page.get_by_role("button", name="Create", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("AWS")
    journey.open_provisioning(page)
    page.get_by_label("Provisioning Mode").select_option(label="Automatic")
    page.get_by_label("Tenant URL").fill(f"{portal.service}/scim/v2")
    page.get_by_label("Secret Token").fill("demo-scim-token")
    journey.save(page)
    expect(page.get_by_text("Provisioning settings saved").first).to_be_visible()
    return page


def test_a_setting_is_tested_changed_and_taken_back(page: Page) -> None:
    page.get_by_role("main").get_by_role("link", name="SCIM profile").click()
    page.get_by_role("button", name="Test Connection").first.click()
    expect(page.get_by_text("Works: users can be listed")).to_be_visible(timeout=15_000)

    page.get_by_label("Members in one request").fill("0")
    journey.save(page)
    expect(page.get_by_role("link", name="Members in one request: Enter a whole number, 1 or more.")).to_be_visible()

    page.get_by_label("Members in one request").fill("20")
    journey.save(page)
    expect(page.get_by_text("Profile saved").first).to_be_visible()
    assert page.get_by_label("Members in one request").input_value() == "20"
    show(page, width=1440)
    assert problems(page, page.url) == []

    show(page, width=1440)
    page.get_by_label("Back to: 100").check()
    journey.save(page)
    expect(page.get_by_text("Profile saved").first).to_be_visible()
    assert page.get_by_label("Members in one request").input_value() == "100"
