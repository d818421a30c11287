"""Faults of lists: a filter that is ignored, entries that are missing."""

from tests.goto_service import GotoService
from tests.sandbox.api import AdminApi

BO = "users?filter=email%20eq%20%22bo.bell@contoso.example%22"


def emails(admin: AdminApi, path: str) -> list[str]:
    return [each["email"].partition("@")[0] for each in admin.get(path).json()["results"]]


def test_a_filter_can_be_ignored(admin: AdminApi, service: GotoService) -> None:
    service.fault("users.list", "ignore_filter")

    assert emails(admin, BO) == ["admin", "bo.bell", "cy.cole", "helpdesk", "zed.extra"]
    assert emails(admin, BO) == ["bo.bell"]


def test_the_request_log_shows_the_filter_that_was_ignored(admin: AdminApi, service: GotoService) -> None:
    service.fault("users.list", "ignore_filter")
    admin.get(BO)

    assert "filter=email" in service.http.get(f"{service.url}/requests/", timeout=30).text


def test_paging_goes_on_when_the_filter_is_ignored(admin: AdminApi, service: GotoService) -> None:
    service.fault("users.list", "ignore_filter")

    assert emails(admin, f"{BO}&pageSize=2&offset=2") == ["cy.cole", "helpdesk"]


def test_a_list_can_hold_less_than_it_says(admin: AdminApi, service: GotoService) -> None:
    service.fault("users.list", "short_list", keep=2)

    page = admin.get("users").json()

    assert (len(page["results"]), page["fromIndex"], page["toIndex"], page["total"]) == (2, 0, 5, 5)


def test_a_page_can_be_missing(admin: AdminApi, service: GotoService) -> None:
    service.fault("users.list", "short_list", contains="offset=2")

    pages = [emails(admin, f"users?pageSize=2&offset={offset}") for offset in (0, 2, 4)]

    assert pages == [["admin", "bo.bell"], [], ["zed.extra"]]


def test_a_list_can_lag_behind(admin: AdminApi, service: GotoService) -> None:
    service.advance_clock(1800)  # who is in the demo has been there for half an hour
    admin.add("new@contoso.example")
    service.fault("users.list", "stale_list", seconds=600)
    behind = admin.get("users").json()

    assert ([each["firstName"] for each in behind["results"]], behind["total"]) == (
        ["Ada", "Bo", "Cy", "Hugo", "Zed"],
        5,
    )
    assert "new" in emails(admin, "users")
