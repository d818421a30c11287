"""A CSV file in a browser: exported, edited, imported with script and without, and looked at for barriers."""

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.walk import journey
from tests.walk.accessible import problems
from tests.walk.running import PASSWORD, RunningPortal

pytestmark = pytest.mark.browser


def exported(page: Page, address: str) -> list[dict[str, str]]:
    """What the Export button of this list gives."""
    page.set_viewport_size({"width": 1440, "height": 900})  # on a phone Export stands under "…"
    page.goto(address)
    with page.expect_download() as download:
        page.get_by_role("link", name="Export", exact=True).click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def as_file(rows: list[dict[str, str]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def upload(page: Page, url: str, data: bytes) -> None:
    page.goto(f"{url}/users/")
    page.get_by_role("link", name="Import", exact=True).click()
    page.get_by_label("CSV file").set_input_files({"name": "people.csv", "mimeType": "text/csv", "buffer": data})
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("table", name="Columns")).to_be_visible()


def assert_guarded(page: Page) -> None:
    """A column that was given another attribute is not lost by a click elsewhere."""
    page.set_viewport_size({"width": 1440, "height": 900})
    column = page.get_by_role("combobox", name="Department")
    meant = column.input_value()
    column.select_option(index=0)
    page.get_by_role("navigation").get_by_role("link", name="Groups", exact=True).click()
    page.get_by_role("dialog", name="Leave without saving?").get_by_role("button", name="Stay").click()
    column.select_option(meant)


def test_a_file_is_exported_edited_and_imported(portal: RunningPortal, browser: Browser) -> None:
    page = browser.new_page()
    journey.sign_in(page, portal.url, PASSWORD)
    page.goto(f"{portal.url}/users/")
    page.get_by_role("searchbox", name="Search by name").fill("bo bell")
    expect(page.get_by_text("1 user found")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Export", exact=True).click()
    assert Path(download.value.path()).read_text(encoding="utf-8-sig").count("\n") == 2

    rows = exported(page, f"{portal.url}/users/?q=bo+bell")
    rows[0]["Department [department]"] = "Stargazing"
    rows.append(dict.fromkeys(rows[0], "") | {"Name [displayName]": "Nobody"})
    upload(page, portal.url, as_file(rows))
    assert problems(page, page.url) == []
    assert_guarded(page)
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_text("Stargazing")).to_be_visible(timeout=30_000)
    assert problems(page, page.url) == []

    page.get_by_label("Import without the lines with errors").check()
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("The file was imported")).to_be_visible(timeout=30_000)
    assert problems(page, page.url) == []
    assert exported(page, f"{portal.url}/users/?q=bo+bell")[0]["Department [department]"] == "Stargazing"


def test_without_script_the_buttons_do_the_same(portal: RunningPortal, browser: Browser) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    journey.sign_in(page, portal.url, PASSWORD)
    upload(page, portal.url, b"User name,Name\nnew.person@contoso.example,New Person\n")

    page.get_by_role("button", name="Show what would change").click()
    for _ in range(60):
        if page.get_by_role("button", name="Apply").is_visible():
            break
        page.wait_for_timeout(500)
        page.reload()
    page.get_by_role("button", name="Apply").click()
    for _ in range(60):
        if page.get_by_text("The file was imported").is_visible():
            break
        page.wait_for_timeout(500)
        page.reload()

    page.get_by_role("main").get_by_role("link", name="Users").click()
    page.goto(f"{portal.url}/users/?q=new+person")
    expect(page.get_by_text(re.compile("1 user found"))).to_be_visible()
