"""The life of a person in a browser: created, put into a group, disabled, deleted, restored, deleted for good."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.walk import journey
from tests.walk.accessible import look
from tests.walk.running import PASSWORD, RunningPortal

pytestmark = pytest.mark.browser


def fill(page: Page, **values: str) -> None:
    for label, value in values.items():
        page.get_by_label(label.replace("_", " ")).fill(value)


def tick(page: Page, name: str) -> None:
    page.get_by_role("checkbox", name=f"Select {name}").check()


def confirm(page: Page, command: str) -> None:
    """A command over ticked rows: it is told what it means, and then done."""
    page.get_by_role("group", name="Commands").get_by_role("button", name=command, exact=True).click()
    expect(page.get_by_text("Selected (1)")).to_be_visible()
    page.get_by_role("main").get_by_role("button", name=command, exact=True).click()


def create(page: Page, url: str) -> str:
    """The address of the new person."""
    # a mistake is told as soon as the field is left; the manager is found by the beginning of a name
    page.goto(f"{url}/users/")
    page.get_by_role("link", name="New user").click()
    fill(page, Display_name="Zoe Zimmer", First_name="Zoe", Last_name="Zimmer")
    page.get_by_label("User principal name").fill("bo.bell@contoso.example")
    page.get_by_label("Manager").press_sequentially("bo b")
    expect(page.get_by_text("Another user has this user principal name.")).to_be_visible()
    expect(page.locator("#people option[value='bo.bell@contoso.example']")).to_have_count(1)
    page.get_by_label("Manager").fill("bo.bell@contoso.example")
    page.get_by_label("User principal name").fill("zoe@contoso.example")
    page.get_by_label("Department").fill("Sales")
    expect(page.get_by_text("Another user has this user principal name.")).to_have_count(0)
    journey.save(page)
    expect(page.get_by_role("heading", name="Zoe Zimmer")).to_be_visible()
    return page.url


def put_into_a_group(page: Page, url: str, person: str) -> None:
    page.goto(f"{url}/users/?q=zoe+z")
    tick(page, "Zoe Zimmer")
    page.get_by_role("button", name="Add to groups").click()
    page.get_by_role("checkbox", name="Sales Group").first.check()
    expect(page.get_by_text("Selected (1)")).to_be_visible()
    assert look(page) == []
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("1 membership was added")).to_be_visible()
    page.goto(f"{person}?tab=groups")
    expect(page.get_by_role("cell", name="Directly").first).to_be_visible()


def restore_and_delete_for_good(page: Page, url: str, person: str) -> None:
    for command, said in (("Restore", "Zoe Zimmer was restored"), ("Delete", "Zoe Zimmer was deleted")):
        page.goto(person)
        page.get_by_role("group", name="Commands").get_by_role("button", name=command, exact=True).click()
        if command == "Delete":
            page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
        expect(page.get_by_text(said)).to_be_visible()
    page.goto(f"{url}/users/deleted/")
    tick(page, "Zoe Zimmer")
    confirm(page, "Delete permanently")
    expect(page.get_by_text("1 user was deleted permanently")).to_be_visible()
    answer = page.goto(person)
    assert answer is not None
    assert answer.status == 404


def test_a_person_is_created_put_in_a_group_and_goes_through_the_recycle_bin(
    portal: RunningPortal, browser: Browser
) -> None:
    page = browser.new_page()
    journey.sign_in(page, portal.url, PASSWORD)
    person = create(page, portal.url)
    put_into_a_group(page, portal.url, person)

    for command, said in (("Disable", "1 user was disabled"), ("Delete", "1 user was deleted")):
        page.goto(f"{portal.url}/users/?q=zoe+z")
        tick(page, "Zoe Zimmer")
        confirm(page, command)
        expect(page.get_by_text(said)).to_be_visible()
    expect(page.get_by_role("link", name="Zoe Zimmer")).to_have_count(0)
    restore_and_delete_for_good(page, portal.url, person)


@pytest.mark.parametrize("script", [True, False])
def test_one_box_selects_everything_that_the_filter_finds(
    portal: RunningPortal, browser: Browser, script: bool
) -> None:
    page = browser.new_context(java_script_enabled=script).new_page()
    journey.sign_in(page, portal.url, PASSWORD)
    page.goto(f"{portal.url}/users/?account=enabled")
    box = page.get_by_role("checkbox", name=re.compile("Select all .* that match, on every page"))
    box.check()
    if script:
        ticked = page.get_by_role("row").get_by_role("checkbox", checked=True)
        expect(ticked).to_have_count(51)
        assert look(page) == []
        ticked.last.uncheck()
        expect(box).not_to_be_checked()
        box.check()

    page.get_by_role("group", name="Commands").get_by_role("button", name="Enable", exact=True).click()
    expect(page.get_by_text("Everything that matches this filter: Account: Enabled")).to_be_visible()
    expect(page.get_by_text(re.compile(r"and \d+ more"))).to_be_visible()
    page.get_by_role("main").get_by_role("button", name="Enable", exact=True).click()
    expect(page.get_by_text("All of them are so already.")).to_be_visible()


def test_without_script_a_group_gets_and_loses_members(portal: RunningPortal, browser: Browser) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    journey.sign_in(page, portal.url, PASSWORD)

    page.goto(f"{portal.url}/groups/new/")
    page.get_by_label("Display name").fill("Walkers")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Add members").first.click()
    page.get_by_placeholder("Search by name or e-mail address").fill("bo bell")
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_role("checkbox", name="Bo Bell").check()
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("link", name="Bo Bell")).to_be_visible()

    tick(page, "Bo Bell")
    page.get_by_role("button", name="Remove members").click()
    expect(page.get_by_text("Nobody is in this group")).to_be_visible()
