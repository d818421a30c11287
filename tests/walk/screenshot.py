"""Takes the picture in the README: `make screenshot` walks the tutorial up to its first cycle and saves the page."""

import os
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.parts import chromium_path
from tests.walk import journey
from tests.walk.browser import FLAGS
from tests.walk.running import PASSWORD, ROOT, running_portal

PICTURE = ROOT / "docs" / "provisioning.png"


def take(folder: Path) -> None:
    with running_portal(folder) as portal, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        journey.sign_in(page, portal.url, PASSWORD)
        journey.add_application(page, "Citrix GoToMeeting")
        journey.open_assignments(page)
        journey.begin_assignment(page)
        journey.assign(page, [("Meeting Hosts", "Meeting Hosts")], "GoToMeeting")
        journey.open_provisioning(page)
        journey.fill_credentials(page, journey.ADMIN, journey.ADMIN_PASSWORD)
        journey.name_notification(page, "identity-team@contoso.example")
        journey.switch_on(page)
        journey.save(page)
        journey.await_cycle(page, "Initial cycle completed")
        page.get_by_role("navigation").get_by_role("link", name="Overview").first.click()
        page.wait_for_load_state("networkidle")
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    os.environ.setdefault("PORTAL_ENCRYPTION_KEYS", "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk=")
    with tempfile.TemporaryDirectory() as name:
        take(Path(name))
