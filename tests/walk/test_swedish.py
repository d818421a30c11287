"""The portal in Swedish: no English is left on the way from signing in to the logs, and times are the reader's own."""

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.walk import journey
from tests.walk.running import PASSWORD, RunningPortal
from tests.walk.shown import english, sv, times

pytestmark = pytest.mark.browser
NAME = "Möten"
ATTRIBUTES = {"city", "country", "department", "email", "mail"}
DATA = {
    *ATTRIBUTES,
    NAME,
    "Administrator",
    "Azure Active Directory",
    "Citrix GoToMeeting",
    "Contoso",
    "English",
    "GoToMeeting",
    "Provisioning Portal",
    "cycles",  # a cluster
}
"""What people entered, and names that are the same in every language."""
PROBLEMS: list[str] = []
WINTER, SUMMER = timedelta(hours=1), timedelta(hours=2)
SHORT = re.compile(
    r"(i dag|\d{1,2} (jan|feb|mars?|apr|maj|jun|jul|aug|sep|okt|nov|dec)\.?( \d{4})?)?,? ?(\d\d:\d\d)?", re.I
)


def look(page: Page) -> None:
    """Notes what is wrong, so that one walk tells everything."""
    here = re.sub(r"[0-9a-f-]{36}", "…", page.url.split("/", 3)[3])
    if page.locator("html").get_attribute("lang") != "sv":
        PROBLEMS.append(f"{here}: not in Swedish")
    PROBLEMS.extend(f"{here}: {text}" for text in english(page, DATA))
    PROBLEMS.extend(f"{here}: {exact} as {words}" for exact, words in times(page) if not is_swedish_time(exact, words))


def is_swedish_time(exact: str, words: str) -> bool:
    """In the form of the language, and by the clock of the reader's zone."""
    clock = re.search(r"\d\d:\d\d", words)
    if not SHORT.match(words) or not clock:
        return bool(SHORT.match(words))
    moment = datetime.fromisoformat(exact)
    return moment.utcoffset() in (WINTER, SUMMER) and clock[0] == f"{moment:%H:%M}"


def button(page: Page, text: str) -> None:
    page.get_by_role("main").get_by_role("button", name=sv(text), exact=True).last.click()


def choose_swedish(page: Page, url: str) -> None:
    page.goto(f"{url}/account/")
    page.locator("select[name=language]").select_option("sv")
    page.locator("select[name=time_zone]").select_option("Europe/Stockholm")
    page.locator("form:has(select[name=language]) button[type=submit]").click()
    expect(page.locator("html")).to_have_attribute("lang", "sv")
    look(page)


def add_application(page: Page, url: str) -> str:
    """The address of its Overview."""
    page.goto(f"{url}/applications/")
    look(page)
    page.goto(f"{url}/applications/new/")
    page.get_by_role("main").get_by_role("link", name=re.compile("Citrix GoToMeeting")).click()
    page.locator("#id_name").fill(NAME)
    page.get_by_role("button", name=sv("Create"), exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(NAME)
    look(page)
    return page.url


def assign(page: Page, application: str) -> None:
    page.goto(f"{application}users/add/")
    journey.pick(page, "Bo Bell", "Bo Bell")
    page.get_by_role("radio", name="GoToMeeting").first.check()
    look(page)
    button(page, "Assign")
    expect(page.get_by_role("cell", name=re.compile("Bo Bell")).first).to_be_visible()
    look(page)


def provision(page: Page, application: str) -> None:
    page.goto(f"{application}provisioning/")
    page.locator("select[name=mode]").select_option(label=sv("Automatic"))
    page.locator("#id_credentials_username").fill(journey.ADMIN)
    page.locator("#id_credentials_password").fill(journey.ADMIN_PASSWORD)
    button(page, "Test Connection")
    expect(page.get_by_text(sv("The supplied credentials are authorized to enable provisioning"))).to_be_visible(
        timeout=30_000
    )
    look(page)
    page.get_by_role("radio", name=sv("On"), exact=True).check()
    page.locator("#save").click()
    expect(page.get_by_text(sv("Provisioning settings saved"))).to_be_visible(timeout=30_000)
    look(page)


def read_logs(page: Page, application: str) -> None:
    page.goto(f"{application}logs/?follow=1")
    entry = page.get_by_role("link", name="Bo Bell")
    expect(entry).to_be_visible(timeout=journey.CYCLE_MS)
    look(page)
    entry.click()
    expect(page.get_by_role("heading", name="Bo Bell")).to_be_visible()
    look(page)


def test_from_signing_in_to_the_logs(portal: RunningPortal, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 1000})
    journey.sign_in(page, portal.url, PASSWORD)
    choose_swedish(page, portal.url)

    application = add_application(page, portal.url)
    assign(page, application)
    provision(page, application)
    read_logs(page, application)

    for rest in ("", "cycles/", "mappings/users/", "audit/", "diagnose/", "insights/", "properties/"):
        page.goto(f"{application}{rest}")
        look(page)

    assert list(dict.fromkeys(PROBLEMS)) == []
