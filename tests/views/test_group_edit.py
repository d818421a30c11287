"""Adding and changing a group, what is done to groups at once, and who is in one."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.accounts.models import Account, AuditEntry
from provisioning.models import Directory, Group, Membership
from tests.factories import make_group, make_user, make_users
from tests.html_forms import fields_of
from tests.views.reading import rows, toasts, words


def url_of(group: Group, deed: str = "") -> str:
    return f"/groups/{group.object_id}/{deed}"


def names(group: Group) -> list[str]:
    present = group.memberships.filter(removed=False)
    return sorted(str(row.user or row.member_group) for row in present)


def form_of(client: Client, url: str, **edits: Any) -> dict[str, str]:
    return fields_of(client.get(url).content.decode(), "edit", **edits)


# --- the form ------------------------------------------------------------------------------------
def test_adding_a_group(signed_in: Client) -> None:
    data = form_of(signed_in, "/groups/new/", display_name="Hosts", mail_nickname="hosts")

    answer = signed_in.post("/groups/new/", data)

    group = Group.objects.get()
    assert (answer.status_code, answer.url) == (303, url_of(group))
    assert (group.display_name, group.security_enabled) == ("Hosts", True)
    assert toasts(answer) == ["Hosts was added\nAdd its members and assign it to applications."]


@pytest.mark.parametrize(
    ("field", "value"),
    [("display_name", ""), ("mail", "x"), ("mail_nickname", "a b"), ("description", "x" * 1025), ("mail", "a\0@b.c")],
)
def test_what_does_not_do_is_refused_at_its_field(signed_in: Client, field: str, value: str) -> None:
    group = make_group("Hosts")

    for url in (url_of(group, "edit/"), "/groups/new/"):
        answer = signed_in.post(url, form_of(signed_in, url, **{"display_name": "A", field: value}))
        assert answer.status_code == 422
        assert f'id="id_{field}_error"' in answer.content.decode()
    assert Group.objects.get().display_name == "Hosts"


def test_a_field_is_checked_as_soon_as_it_is_left(signed_in: Client) -> None:
    data = form_of(signed_in, "/groups/new/", mail="nowhere")

    assert words(signed_in.post("/groups/new/check/?field=mail", data)) == "Write it like name@contoso.example."
    assert words(signed_in.post(url_of(make_group(), "check/?field=display_name"), data)) == "This field is required."
    assert words(signed_in.post("/groups/new/check/?field=version", data)) == ""


def test_changing_a_group_writes_what_changed(signed_in: Client, administrator: Account) -> None:
    group = make_group("Hosts")

    answer = signed_in.post(
        url_of(group, "edit/"), form_of(signed_in, url_of(group, "edit/"), security_enabled=None, mail="h@a.example")
    )

    group.refresh_from_db()
    assert (answer.status_code, group.security_enabled, group.mail) == (303, False, "h@a.example")
    entry = AuditEntry.objects.get()
    assert (entry.who, entry.activity) == (administrator, "Update group")
    assert entry.old == {"mail": "", "security_enabled": True}


def test_whoever_saves_second_is_told_what_the_first_changed(signed_in: Client) -> None:
    group = make_group("Hosts")
    first = form_of(signed_in, url_of(group, "edit/"), display_name="Theirs", description="New")
    second = form_of(signed_in, url_of(group, "edit/"), display_name="Mine")
    signed_in.post(url_of(group, "edit/"), first)

    answer = signed_in.post(url_of(group, "edit/"), second)
    assert answer.status_code == 409
    assert "Display name Theirs Mine" in words(answer)

    signed_in.post(url_of(group, "edit/"), fields_of(answer.content.decode(), "edit"))
    group.refresh_from_db()
    assert (group.display_name, group.description) == ("Mine", "New")


def test_saving_without_an_edit_takes_no_number(signed_in: Client) -> None:
    group = make_group("Hosts")
    before = Directory.objects.the_one().head

    assert signed_in.post(url_of(group, "edit/"), form_of(signed_in, url_of(group, "edit/"))).status_code == 303
    assert Directory.objects.the_one().head == before


def test_a_deleted_group_is_restored_before_it_is_changed(signed_in: Client) -> None:
    group = make_group("Hosts", deleted_at=timezone.now())

    for url in ("edit/", "members/add/"):
        answer = signed_in.get(url_of(group, url))
        assert (answer.status_code, answer.url) == (303, url_of(group))
        assert toasts(answer)[-1] == "This group is deleted. Restore it first."


# --- deeds ---------------------------------------------------------------------------------------
def test_a_group_is_deleted_restored_and_deleted_permanently(signed_in: Client) -> None:
    group = make_group("Hosts")
    said = []
    for deed in ("delete", "delete", "restore", "purge", "delete", "purge"):
        answer = signed_in.post(url_of(group, f"{deed}/"))
        said.append(toasts(answer)[-1].splitlines())

    assert [lines[0] for lines in said] == [
        "Hosts was deleted",
        "Hosts is deleted already",
        "Hosts was restored",
        "That did not work",
        "Hosts was deleted",
        "Hosts was deleted permanently",
    ]
    assert answer.url == "/groups/deleted/"


def test_ticked_groups_are_shown_with_what_it_means_before_it_is_done(signed_in: Client) -> None:
    pair = [make_group("A"), make_group("B")]
    data = {"id": [str(each.object_id) for each in pair]}

    for deed, said, back in (
        ("delete", "2 groups were deleted", "/groups/"),
        ("restore", "2 groups were restored", "/groups/deleted/"),
        ("delete", "2 groups were deleted", "/groups/"),
        ("purge", "2 groups were deleted permanently", "/groups/deleted/"),
    ):
        assert "Selected (2) A B" in words(signed_in.post(f"/groups/act/{deed}/", data))
        answer = signed_in.post(f"/groups/act/{deed}/", {**data, "sure": "1"})
        assert (answer.url, toasts(answer)[-1].splitlines()[0]) == (back, said)
    assert toasts(signed_in.post("/groups/act/delete/", data))[-1].startswith("Nothing is selected")


# --- members -------------------------------------------------------------------------------------
def test_people_and_groups_are_added_with_the_picker(signed_in: Client) -> None:
    ann, inner, group = make_user(display_name="Ann"), make_group("Inner", security_enabled=False), make_group("Hosts")
    url, picks = url_of(group, "members/add/"), [f"user:{ann.object_id}", f"group:{inner.object_id}"]

    asked = signed_in.post(url, {"pick": picks, "q": "an", "kind": "users"})
    assert "Selected (2)" in words(asked)
    answer = signed_in.post(url, {"pick": picks, "do": "add"})

    assert (answer.status_code, answer.url) == (303, url_of(group))
    assert toasts(answer) == ["2 members were added\nApplications follow with their next cycle."]
    assert names(group) == ["Ann", "Inner"]
    again = signed_in.post(url, {"pick": picks, "do": "add"})
    assert toasts(again)[-1] == "Nothing was changed\nThey are members already."


def test_without_a_selection_nobody_is_added(signed_in: Client) -> None:
    answer = signed_in.post(url_of(make_group(), "members/add/"), {"do": "add"})

    assert answer.status_code == 422
    assert "Select at least one user or group." in toasts(answer)[-1]


def test_a_group_is_not_added_to_itself_or_to_one_that_it_is_in(signed_in: Client) -> None:
    inner = make_group("Inner")
    outer = make_group("Outer", [inner])

    answer = signed_in.post(url_of(inner, "members/add/"), {"pick": f"group:{outer.object_id}", "do": "add"})

    assert answer.status_code == 422
    assert "Inner is in Outer already, directly or through other groups" in toasts(answer)[-1]
    assert "Selected (1) Reset Outer" in words(answer)
    assert names(inner) == []


def test_the_selection_can_be_changed_before_it_is_used(signed_in: Client) -> None:
    ann, group = make_user(), make_group()
    pick = f"user:{ann.object_id}"

    assert "Selected (0)" in words(signed_in.post(url_of(group, "members/add/"), {"pick": pick, "drop": pick}))
    assert "Selected (0)" in words(signed_in.post(url_of(group, "members/add/"), {"pick": pick, "do": "reset"}))


def test_removes_the_ticked_members_and_keeps_their_rows(signed_in: Client) -> None:
    ann, inner = make_user(display_name="Ann"), make_group("Inner")
    group = make_group("Hosts", [ann, inner, make_user(display_name="Bo")])
    keys = [ann.memberships.get().pk, inner.member_of.get().pk]

    answer = signed_in.post(url_of(group, "members/remove/"), {"id": keys})

    assert toasts(answer) == ["2 members were removed\nApplications follow with their next cycle."]
    assert names(group) == ["Bo"]
    assert ann.memberships.get().change == Directory.objects.the_one().head


@pytest.mark.parametrize("key", ["", "0", "nobody", "9" * 40])
def test_without_a_member_of_this_group_nobody_is_removed(signed_in: Client, key: str) -> None:
    group = make_group("Hosts", [make_user(display_name="Ann")])
    other = make_group("Other", [make_user(display_name="Bo")])

    for value in (key, str(Membership.objects.get(group=other).pk)):
        answer = signed_in.post(url_of(group, "members/remove/"), {"id": value})
        assert toasts(answer)[-1] == "Nothing is selected\nTick the rows you mean first."
    assert (names(group), names(other)) == (["Ann"], ["Bo"])


def test_a_group_of_thousands_is_shown_in_pages(signed_in: Client) -> None:
    group = make_group("All")
    for _ in range(3):
        people = make_users(1000)
        Membership.objects.bulk_create(Membership(group=group, user=each) for each in people)

    assert len(rows(signed_in.get(url_of(group), {"page": 60}))) == 50
    assert "3,000 members" in words(signed_in.get(url_of(group)))
