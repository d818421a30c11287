"""What is done to people at once, one by one and many: enable, disable, delete, restore, purge, add to groups."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal.accounts.models import AuditEntry
from provisioning.models import Directory, Membership, User
from provisioning.views import add_to_groups, user_deeds
from tests.factories import make_group, make_user, make_users
from tests.views.reading import toasts, words


def url_of(user: User, deed: str = "") -> str:
    return f"/users/{user.object_id}/{deed}"


def ids(*users: User) -> list[str]:
    return [str(each.object_id) for each in users]


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


def test_deleting_permanently_leads_back_to_the_recycle_bin(signed_in: Client) -> None:
    user = make_user(display_name="Ann", deleted_at=timezone.now())

    answer = signed_in.post(url_of(user, "purge/"))

    assert (answer.status_code, answer.url) == (303, "/users/deleted/")
    assert toasts(answer)[0].startswith("Ann was deleted permanently")
    user.refresh_from_db()
    assert user.purged_at is not None


def test_who_is_not_deleted_is_not_deleted_permanently(signed_in: Client) -> None:
    user = make_user(display_name="Ann")

    assert "Ann is not deleted. Delete first" in toasts(signed_in.post(url_of(user, "purge/")))[0]


@pytest.mark.parametrize("deed", ["enable", "disable"])
def test_a_deleted_user_is_neither_enabled_nor_disabled(signed_in: Client, deed: str) -> None:
    user = make_user(display_name="Ann", deleted_at=timezone.now(), account_enabled=deed == "disable")

    answer = signed_in.post(url_of(user, f"{deed}/"))

    assert toasts(answer) == ["That did not work\nAnn is deleted. Restore it first."]


def test_restoring_is_refused_when_somebody_else_has_the_name_by_now(signed_in: Client) -> None:
    user = make_user(user_principal_name="ann@contoso.example", deleted_at=timezone.now())
    make_user(user_principal_name="Ann@contoso.example")

    answer = signed_in.post(url_of(user, "restore/"))

    assert "another user has this user principal name by now." in toasts(answer)[0]
    user.refresh_from_db()
    assert user.deleted_at is not None


def test_an_unknown_deed_is_not_found_and_a_link_does_nothing(signed_in: Client) -> None:
    user = make_user()

    assert signed_in.post(url_of(user, "promote/")).status_code == 404
    assert signed_in.post("/users/act/promote/", {"id": ids(user)}).status_code == 404
    assert signed_in.get(url_of(user, "delete/")).status_code == 405
    assert signed_in.get("/users/act/delete/").status_code == 405


def test_the_page_offers_what_can_be_done_now(signed_in: Client) -> None:
    present, gone = make_user(), make_user(deleted_at=timezone.now())

    assert "Edit Disable Delete Add to groups Refresh" in words(signed_in.get(url_of(present)))
    assert "Restore Delete permanently Refresh" in words(signed_in.get(url_of(gone)))
    assert "This user is in the recycle bin" in words(signed_in.get(url_of(gone)))


# --- many ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("deed", "values", "said", "back"),
    [
        ("disable", {}, "2 users were disabled", "/users/"),
        ("enable", {"account_enabled": False}, "2 users were enabled", "/users/"),
        ("delete", {}, "2 users were deleted", "/users/"),
        ("restore", {"deleted_at": timezone.now()}, "2 users were restored", "/users/deleted/"),
        ("purge", {"deleted_at": timezone.now()}, "2 users were deleted permanently", "/users/deleted/"),
    ],
)
def test_ticked_people_are_shown_with_what_it_means_before_it_is_done(
    signed_in: Client, deed: str, values: dict[str, Any], said: str, back: str
) -> None:
    pair = make_users(2, display_name="Ann", **values)
    head = Directory.objects.the_one().head

    asked = signed_in.post(f"/users/act/{deed}/", {"id": ids(*pair)})
    assert Directory.objects.the_one().head == head
    assert asked.status_code == 200
    assert "Selected (2) Ann" in words(asked)
    assert str(user_deeds.DEEDS[deed].means)[:60] in words(asked)
    answer = signed_in.post(f"/users/act/{deed}/", {"id": ids(*pair), "sure": "1"})

    assert (answer.status_code, answer.url) == (303, back)
    assert toasts(answer) == [f"{said}\nApplications follow with their next cycle."]
    assert AuditEntry.objects.count() == 2


def test_without_a_ticked_row_nothing_is_done_and_it_is_said(signed_in: Client) -> None:
    for url in ("/users/act/delete/", "/users/add-to-groups/"):
        answer = signed_in.post(url, {"id": "nobody", "sure": "1"})
        assert toasts(answer)[-1] == "Nothing is selected\nTick the rows you mean first."


def test_a_second_click_finds_nothing_left_to_do(signed_in: Client) -> None:
    user = make_user(account_enabled=False)

    answer = signed_in.post("/users/act/disable/", {"id": ids(user), "sure": "1"})

    assert toasts(answer) == ["Nothing was changed\nAll of them are so already."]


def test_what_is_refused_for_one_is_done_to_none(signed_in: Client) -> None:
    ann = make_user(user_principal_name="ann@contoso.example", deleted_at=timezone.now())
    bo = make_user(deleted_at=timezone.now())
    make_user(user_principal_name="ann@contoso.example")

    answer = signed_in.post("/users/act/restore/", {"id": ids(ann, bo), "sure": "1"})

    assert toasts(answer)[0].startswith("That did not work\nann@contoso.example: another user")
    assert User.objects.filter(deleted_at=None).count() == 1


@pytest.mark.parametrize("number", [1, 5])
def test_asking_needs_the_same_queries_for_any_number_of_people(
    signed_in: Client, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    people = make_users(number)

    with django_assert_num_queries(6):
        signed_in.post("/users/act/delete/", {"id": ids(*people)})


# --- adding to groups ----------------------------------------------------------------------------
def test_ticked_people_are_added_to_the_groups_that_are_picked(signed_in: Client) -> None:
    ann, bo = make_user(display_name="Ann"), make_user(display_name="Bo")
    hosts, guests = make_group("Hosts", [ann]), make_group("Guests", security_enabled=False)
    data = {"id": ids(ann, bo), "pick": [f"group:{hosts.object_id}", f"group:{guests.object_id}"]}

    asked = signed_in.post("/users/add-to-groups/", {"id": ids(ann, bo), "q": "gu"})
    assert "Guests Group" in words(asked)
    assert "Hosts Group" not in words(asked)
    answer = signed_in.post("/users/add-to-groups/", {**data, "do": "add"})

    assert (answer.status_code, answer.url) == (303, "/users/")
    assert toasts(answer) == ["3 memberships were added\nApplications follow with their next cycle."]
    assert Membership.objects.filter(removed=False).count() == 4
    again = signed_in.post("/users/add-to-groups/", {**data, "do": "add"})
    assert toasts(again)[-1] == "Nothing was changed\nThey are members already."


def test_the_selection_of_groups_can_be_changed_before_it_is_used(signed_in: Client) -> None:
    user, group = make_user(), make_group("Hosts")
    pick = f"group:{group.object_id}"

    def shown(**data: str) -> str:
        return words(signed_in.post("/users/add-to-groups/", {"id": ids(user), "pick": pick, **data}))

    assert "Selected (1)" in shown()
    assert "Selected (0)" in shown(drop=pick)
    assert "Selected (0)" in shown(do="reset")
    assert signed_in.post("/users/add-to-groups/", {"id": ids(user), "do": "add"}).status_code == 422
    assert not Membership.objects.exists()


def test_more_memberships_than_one_act_may_write_are_refused(
    signed_in: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    people, group = make_users(3), make_group()
    monkeypatch.setattr(add_to_groups, "AT_MOST", 2)

    answer = signed_in.post(
        "/users/add-to-groups/", {"id": ids(*people), "pick": f"group:{group.object_id}", "do": "add"}
    )

    assert answer.status_code == 422
    assert toasts(answer)[-1].startswith("That did not work\nChoose at most 2 at once.")
    assert not Membership.objects.exists()


def test_when_one_group_refuses_nobody_is_added_to_the_others(signed_in: Client) -> None:
    user, first, second = make_user(), make_group("A"), make_group("B")
    user.deleted_at = timezone.now()
    user.save()

    answer = signed_in.post(
        "/users/add-to-groups/",
        {"id": ids(user), "pick": [f"group:{each.object_id}" for each in (first, second)], "do": "add"},
    )

    assert answer.status_code == 422
    assert "is not in the directory any more." in toasts(answer)[-1]
    assert not Membership.objects.exists()
