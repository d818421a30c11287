"""Everything that a filter finds, chosen by one box: shown with the true number, done so, watched and stopped."""

import re
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone

from portal.accounts.models import AuditEntry
from provisioning.jobs import bulk_operations, change
from provisioning.models import BulkOperation, Group, Membership, User
from provisioning.models.bulk_operation import BulkStatus
from provisioning.views import add_to_groups, selections, whole_lists
from tests.factories import make_directory, make_group, make_user, make_users
from tests.views.reading import toasts, words

HTMX = {"HTTP_HX_REQUEST": "true"}


def hidden(answer: Any) -> dict[str, Any]:
    """What the form of a page hands on."""
    page = answer.content.decode()
    found = re.findall(r'<input type="hidden" name="(all|query|mark|sure)" value="([^"]*)"', page)
    return {name: value.replace("&amp;", "&") for name, value in found}


def confirmed(client: Client, url: str, query: str = "") -> dict[str, Any]:
    """What the button of the confirming page sends."""
    return hidden(client.post(url, {"all": "1", "query": query}))


@pytest.fixture
def small_acts(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than three go in the background."""
    for module in (selections, whole_lists, add_to_groups):
        monkeypatch.setattr(module, "AT_MOST", 3)


@pytest.mark.parametrize(("path", "make"), [("users", make_user), ("groups", make_group)])
def test_the_box_is_there_as_soon_as_there_are_more_than_one_page(signed_in: Client, path: str, make: Any) -> None:
    for _ in range(50):
        make()
    assert 'name="all"' not in signed_in.get(f"/{path}/").content.decode()
    make()

    page = signed_in.get(f"/{path}/")
    filtered = signed_in.get(f"/{path}/?assigned=no")

    assert "Select all 51, on every page" in words(page)
    assert "Select all 51 that match, on every page" in words(filtered)
    assert hidden(filtered)["query"] == "assigned=no"
    make_directory(source="graph")
    assert 'name="all"' not in signed_in.get(f"/{path}/").content.decode()


def test_confirming_says_the_filter_the_true_number_and_some_names(
    signed_in: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selections, "NAMED", 2)
    for name in ("Cy", "Ann", "Bo"):
        make_user(display_name=name, department="Sales <1>")
    make_user(display_name="Eve", department="Board")

    query = f"department={quote('Sales <1>')}&account=enabled&q="
    page = signed_in.post("/users/act/disable/", {"all": "1", "query": query})

    assert "Selected (3)" in words(page)
    assert "Everything that matches this filter: Account: Enabled; Department: Sales <1>" in words(page)
    assert "Ann" in words(page)
    assert "and 1 more" in words(page)
    assert "Cy" not in words(page).replace("Cycle", "")
    assert "No filter is set" in words(signed_in.post("/users/act/disable/", {"all": "1", "query": ""}))
    assert User.objects.filter(account_enabled=False).count() == 0


def test_a_list_of_some_is_done_at_once(signed_in: Client) -> None:
    make_users(3, department="Sales")
    board = make_user(department="Board")

    answer = signed_in.post(
        "/users/act/delete/", confirmed(signed_in, "/users/act/delete/", "department=sales&older=x")
    )

    assert (answer.status_code, answer.url) == (303, "/users/")
    assert toasts(answer)[0].startswith("3 users were deleted")
    assert list(User.objects.present()) == [board]
    assert not BulkOperation.objects.exists()


@pytest.mark.usefixtures("small_acts")
def test_a_list_of_many_goes_in_the_background_and_is_watched(signed_in: Client) -> None:
    make_users(5, department="Sales")
    board = make_user(department="Board")

    answer = signed_in.post("/users/act/delete/", confirmed(signed_in, "/users/act/delete/", "department=sales"))

    operation = BulkOperation.objects.get()
    assert (answer.status_code, answer.url) == (303, f"/bulk-operations/{operation.operation_id}/")
    assert (operation.number, operation.query, operation.words) == (5, "department=sales", "Department: sales")
    assert operation.queued_at is not None
    assert "0 of 5" in words(signed_in.get(answer.url))
    assert "This list is being changed: 0 of 5 are done." in words(signed_in.get("/users/"))
    assert "This list" not in words(signed_in.get("/groups/"))
    bulk_operations.run(operation.pk)
    page = words(signed_in.get(answer.url))
    assert "Delete users" in page
    assert "It is done" in page
    assert "5 Changed" in page
    assert 'href="/users/?department=sales"' in signed_in.get(answer.url).content.decode()
    assert list(User.objects.present()) == [board]


@pytest.mark.parametrize("background", [False, True])
def test_what_is_not_as_it_was_shown_is_shown_again_and_not_done(
    signed_in: Client, request: pytest.FixtureRequest, background: bool
) -> None:
    if background:
        request.getfixturevalue("small_acts")
    people = make_users(5)
    data = confirmed(signed_in, "/users/act/delete/")
    change.delete(people[0])
    make_users(2)

    answer = signed_in.post("/users/act/delete/", data)

    assert answer.status_code == 409
    assert "The list has changed meanwhile" in words(answer)
    assert "Nothing was done. The filter now finds 6, not the same as before." in words(answer)
    assert User.objects.present().count() == 6
    again = signed_in.post("/users/act/delete/", hidden(answer))
    assert again.status_code == 303
    assert BulkOperation.objects.exists() == background


def test_a_request_that_was_not_confirmed_is_not_believed(signed_in: Client) -> None:
    make_users(2)

    answer = signed_in.post("/users/act/delete/", {"all": "1", "query": "", "sure": "1"})

    assert answer.status_code == 409
    assert User.objects.present().count() == 2


def test_of_a_filter_that_finds_nobody_nothing_is_asked(signed_in: Client) -> None:
    make_user()

    answer = signed_in.post("/users/act/delete/", {"all": "1", "query": "q=nobody"})

    assert (answer.status_code, answer.url) == (303, "/users/")
    assert toasts(answer)[0].startswith("Nothing is selected")


def test_the_recycle_bin_is_emptied_by_its_own_filter(signed_in: Client) -> None:
    now = timezone.now()
    for name in ("Ann", "Anna", "Bo"):
        make_group(name, deleted_at=now)
    kept = make_group("Annals")

    url = "/groups/act/purge/"
    answer = signed_in.post(url, confirmed(signed_in, url, "q=ann"))

    assert (answer.status_code, answer.url) == (303, "/groups/deleted/")
    assert {each.display_name for each in Group.objects.filter(purged_at=None)} == {"Bo", "Annals"}
    assert kept in Group.objects.present()


@pytest.mark.usefixtures("small_acts")
def test_a_second_one_has_to_wait(signed_in: Client) -> None:
    make_users(5)
    signed_in.post("/users/act/disable/", confirmed(signed_in, "/users/act/disable/"))

    answer = signed_in.post("/users/act/delete/", confirmed(signed_in, "/users/act/delete/"))

    assert answer.status_code == 409
    assert "Another bulk operation is under way" in toasts(answer)[-1]
    assert "The list has changed" not in words(answer)


def test_a_list_is_put_into_groups(signed_in: Client) -> None:
    people, group = make_users(3, department="Sales"), make_group("Hosts")
    make_user()
    url, data = "/users/add-to-groups/", {"all": "1", "query": "department=sales", "pick": f"group:{group.object_id}"}

    page = signed_in.post(url, data)
    part = signed_in.post(url, data | hidden(page), **HTMX)
    answer = signed_in.post(url, data | hidden(page) | {"do": "add"})

    assert "these 3 users" in words(page)
    assert "Department: sales" in words(page)
    assert "Hosts" in words(part)
    assert (answer.status_code, answer.url) == (303, "/users/")
    assert {each.user for each in Membership.objects.filter(group=group)} == set(people)


@pytest.mark.usefixtures("small_acts")
def test_many_are_put_into_groups_in_the_background(signed_in: Client) -> None:
    make_users(2)
    groups = [make_group("A"), make_group("B")]
    url, data = "/users/add-to-groups/", {"all": "1", "pick": [f"group:{each.object_id}" for each in groups]}

    answer = signed_in.post(url, data | hidden(signed_in.post(url, data)) | {"do": "add"})
    bulk_operations.run(BulkOperation.objects.get().pk)

    page = words(signed_in.get(answer.url))
    assert "Add users to groups" in page
    assert "None: the whole list" in page
    assert Membership.objects.count() == 4


def test_when_others_are_found_by_now_nobody_is_put_into_groups(signed_in: Client) -> None:
    make_users(2)
    url, data = "/users/add-to-groups/", {"all": "1", "query": "", "pick": f"group:{make_group().object_id}"}
    page = signed_in.post(url, data)
    make_user()

    answer = signed_in.post(url, data | hidden(page) | {"do": "add"})

    assert answer.status_code == 422
    assert "The filter now finds 3" in words(answer)
    assert not Membership.objects.exists()


@pytest.mark.usefixtures("small_acts")
def test_progress_is_told_as_it_changes_and_it_can_be_stopped(signed_in: Client) -> None:
    make_users(5)
    url = signed_in.post("/users/act/disable/", confirmed(signed_in, "/users/act/disable/")).url

    assert signed_in.get(f"{url}progress/").status_code == 302
    assert signed_in.get(f"{url}progress/?seen=0", **HTMX).status_code == 204
    BulkOperation.objects.update(position=2)
    assert "40% complete 2 of 5" in words(signed_in.get(f"{url}progress/?seen=0", **HTMX))
    assert signed_in.post(f"{url}stop/").url == url

    assert BulkOperation.objects.get().status == BulkStatus.STOPPED
    assert signed_in.get(f"{url}progress/?seen=0", **HTMX).headers["HX-Refresh"] == "true"
    assert "3 Not reached" in words(signed_in.get(url))
    assert AuditEntry.objects.filter(activity="Stop bulk operation").count() == 1
    assert toasts(signed_in.post(f"{url}stop/"))[-1] == "It had ended already"


def test_what_was_not_possible_is_listed_with_the_reason(signed_in: Client) -> None:
    user = make_user(display_name="Ann")
    operation = BulkOperation.objects.create(
        directory=make_directory(),
        object_type="User",
        deed="restore",
        status=BulkStatus.FAILED,
        message={"text": "It was deleted for good meanwhile.", "values": {}},
        asked_at=timezone.now(),
        refused=3,
        problems=[
            {
                "id": str(user.object_id),
                "name": "Ann",
                "message": {"text": "%(name)s is deleted. Restore it first.", "values": {"name": "Ann"}},
            }
        ],
    )

    page = words(signed_in.get(f"/bulk-operations/{operation.operation_id}/"))

    assert "It could not go on It was deleted for good meanwhile." in page
    assert "Ann Ann is deleted. Restore it first." in page
    assert "and 2 more" in page
