"""What is done on a page before it is looked at: menus, dialogs, errors, things that were edited and not saved."""

from playwright.sync_api import Page, expect


def wrong_password(page: Page) -> None:
    page.get_by_label("User name").fill("rosa")
    page.locator("input[type=password]").fill("not-this")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert").first).to_be_visible()


def theme_menu(page: Page) -> None:
    page.locator("summary[aria-label=Theme]").click()


def keys(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()


def edited(page: Page) -> None:
    page.get_by_label("Notification Email", exact=True).fill("it@contoso.example")
    page.get_by_label("Notification Email", exact=True).blur()
    expect(page.get_by_text("1 unsaved change").first).to_be_visible()


def put_away(page: Page) -> None:
    away = page.get_by_role("main").get_by_role("button", name="Put the file away")
    away.click()
    expect(away).to_have_count(0)


def restart_dialog(page: Page) -> None:
    page.get_by_role("main").get_by_role("link", name="Restart provisioning").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()


def started(page: Page) -> None:
    page.get_by_role("main").get_by_role("button", name="Start provisioning").first.click()
    expect(page.get_by_text("Provisioning is scheduled to start.").first).to_be_visible()


def errors(page: Page) -> None:
    page.get_by_label("Notification Email", exact=True).fill("identity-team@contoso")
    page.get_by_label("Citrix GoToMeeting Admin User Name").fill("")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert").first).to_be_visible()


def tested(page: Page) -> None:
    page.get_by_role("button", name="Test Connection").click()
    expect(page.get_by_text("The supplied credentials are authorized").first).to_be_visible(timeout=15_000)


def expression(page: Page) -> None:
    box = page.get_by_role("main").locator("textarea").first
    box.fill('Join(" ", [givenName], [surname])')
    page.get_by_role("button", name="Test expression").first.click()
    page.wait_for_load_state("networkidle")
