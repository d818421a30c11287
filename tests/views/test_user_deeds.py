"""What can be done to a person at once: enable, disable, delete, restore."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.accounts.models import AuditEntry
from provisioning.models import Directory, User
from tests.factories import make_user
from tests.views.reading import toasts, words


def url_of(user: User, deed: str = "") -> str:
    return f"/users/{user.object_id}/{deed}"


@pytest.mark.parametrize(
    ("deed", "values", "expected"),
    [
        ("disable", {}, "Ann was disabled"),
        ("enable", {"account_enabled": False}, "Ann was enabled"),
        ("delete", {}, "Ann was deleted"),
        ("restore", {"deleted_at": timezone.now()}, "Ann was restored"),
    ],
)
def test_a_deed_is_done_with_a_change_number_and_an_audit_entry_and_said(
    signed_in: Client, deed: str, values: dict[str, Any], expected: str
) -> None:
    user = make_user(display_name="Ann", **values)

    answer = signed_in.post(url_of(user, f"{deed}/"))

    assert (answer.status_code, answer.url) == (303, url_of(user))
    assert toasts(answer) == [f"{expected}\nApplications follow with their next cycle."]
    assert User.objects.get().change == Directory.objects.the_one().head > user.change
    assert AuditEntry.objects.get().activity == f"{deed.capitalize()} user"


@pytest.mark.parametrize(
    ("deed", "values"),
    [
        ("disable", {"account_enabled": False}),
        ("enable", {}),
        ("delete", {"deleted_at": timezone.now()}),
        ("restore", {}),
    ],
)
def test_a_deed_that_is_done_already_changes_nothing(signed_in: Client, deed: str, values: dict[str, Any]) -> None:
    user = make_user(display_name="Ann", **values)

    answer = signed_in.post(url_of(user, f"{deed}/"))

    assert toasts(answer)[0] in (f"Ann is {deed}d already", "Ann is not deleted")
    assert User.objects.get().change == user.change
    assert not AuditEntry.objects.exists()


def test_what_a_deed_leads_to_is_stored(signed_in: Client) -> None:
    user = make_user()

    signed_in.post(url_of(user, "disable/"))
    signed_in.post(url_of(user, "delete/"))

    user.refresh_from_db()
    assert (user.account_enabled, user.deleted_at is not None) == (False, True)


@pytest.mark.parametrize("deed", ["enable", "disable"])
def test_a_deleted_user_is_neither_enabled_nor_disabled(signed_in: Client, deed: str) -> None:
    user = make_user(deleted_at=timezone.now(), account_enabled=deed == "disable")

    answer = signed_in.post(url_of(user, f"{deed}/"))

    assert toasts(answer) == ["That did not work\nThis user is deleted. Restore them first."]


def test_restoring_is_refused_when_somebody_else_has_the_name_by_now(signed_in: Client) -> None:
    user = make_user(user_principal_name="ann@contoso.example", deleted_at=timezone.now())
    make_user(user_principal_name="Ann@contoso.example")

    answer = signed_in.post(url_of(user, "restore/"))

    assert "Another user has this user principal name by now." in toasts(answer)[0]
    user.refresh_from_db()
    assert user.deleted_at is not None


def test_an_unknown_deed_is_not_found_and_a_link_does_nothing(signed_in: Client) -> None:
    user = make_user()

    assert signed_in.post(url_of(user, "promote/")).status_code == 404
    assert signed_in.get(url_of(user, "delete/")).status_code == 405


def test_the_page_offers_what_can_be_done_now(signed_in: Client) -> None:
    present, gone = make_user(), make_user(deleted_at=timezone.now())

    assert "Edit Disable Delete Refresh" in words(signed_in.get(url_of(present)))
    assert "Restore Refresh" in words(signed_in.get(url_of(gone)))
    assert "This user is in the recycle bin" in words(signed_in.get(url_of(gone)))
