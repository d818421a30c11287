"""Being told, in a real browser with real workers and a real mail server: test mails, and the bell."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.mailbox import Mailbox, mail_server
from tests.walk import journey
from tests.walk.accessible import look
from tests.walk.running import PASSWORD, ROOT, RunningPortal, prepared_folder, running_portal

pytestmark = pytest.mark.browser
TEAM, BOSS = "team@contoso.example", "boss@contoso.example"
HAPPENS = """
from django.utils import timezone
from provisioning.errors import CredentialsRejected
from provisioning.jobs.notices import events
from provisioning.texts import say
events.source_failed(CredentialsRejected(say("The key is wrong.")), timezone.now())
"""


@pytest.fixture(scope="module")
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    with mail_server() as found:
        yield found


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory, mailbox: tuple[Mailbox, int]) -> Iterator[RunningPortal]:
    folder, address = prepared_folder(tmp_path_factory.mktemp("portal")), f"smtp://127.0.0.1:{mailbox[1]}"
    with running_portal(folder, PORTAL_EMAIL_URL=address) as running:
        yield running


@pytest.fixture
def page(portal: RunningPortal, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(base_url=portal.url)
    page = context.new_page()
    page.clock.install()
    journey.sign_in(page, portal.url, PASSWORD)
    yield page
    context.close()


def reload_until(page: Page, text: str) -> None:
    """Workers need a moment: the page is asked again, as a person would."""
    for _ in range(60):
        if page.get_by_role("main").get_by_text(text).count():
            return
        page.wait_for_timeout(500)
        page.reload()
    pytest.fail(f"{text!r} never came: {page.get_by_role('main').inner_text()}")


def test_a_test_mail_is_sent_to_what_is_typed_before_anything_is_saved(
    page: Page, mailbox: tuple[Mailbox, int]
) -> None:
    box, _port = mailbox
    box.recipients.clear()
    page.goto("/settings/notifications/")
    recipients = page.get_by_role("textbox", name="Recipients")
    saved = recipients.input_value()
    recipients.fill(f"{TEAM}, nobody")
    page.get_by_role("button", name="Send test mail").click()
    expect(page.locator("#test-mail-result")).to_contain_text("nobody is not an address.")

    recipients.fill(f"{TEAM}, {BOSS}")
    page.get_by_role("button", name="Send test mail").click()
    expect(page.locator("#test-mail-result")).to_contain_text("A test mail is on its way")
    expect(page.get_by_role("button", name="Send test mail")).to_be_focused()
    assert look(page) == []

    page.get_by_role("button", name="Discard").click()
    page.get_by_role("button", name="Discard changes").click()
    expect(recipients).to_have_value(saved)
    page.goto("/outbox/")
    reload_until(page, "Sent")
    assert sorted(box.recipients) == [BOSS, TEAM]
    assert [part.get_content_type() for part in box.received[-1].iter_parts()] == ["text/plain", "text/html"]


def test_settings_are_kept_and_what_happens_afterwards_is_mailed_and_rings_the_bell(
    page: Page, portal: RunningPortal, mailbox: tuple[Mailbox, int]
) -> None:
    box, _port = mailbox
    box.recipients.clear()
    page.goto("/settings/notifications/")
    page.get_by_role("textbox", name="Recipients").fill(TEAM)
    journey.save(page)
    expect(page.locator(".toast")).to_contain_text("Notification settings saved")
    bell = page.locator("#bell")
    expect(bell).to_have_accessible_name("Notifications")

    subprocess.run(
        [sys.executable, "manage.py", "shell", "-c", HAPPENS], cwd=ROOT, env=portal.environment, check=True, timeout=60
    )
    page.clock.fast_forward(31_000)

    expect(bell).to_have_accessible_name("Notifications, 1 unread")
    expect(page.locator(".toast--err")).to_contain_text("The key is wrong.")
    bell.click()
    expect(page.get_by_role("cell", name="Notification settings saved")).to_be_visible()
    page.get_by_role("link", name="The directory could not be read from its source").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Directory source")
    expect(bell).to_have_accessible_name("Notifications")
    page.goto("/outbox/")
    reload_until(page, "The directory could not be read from its source")
    reload_until(page, "Sent")
    assert box.recipients == [TEAM]
