"""What is done to groups and their members: checked, with change numbers and audit entries, and without circles."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal.accounts.models import Account, AuditEntry
from provisioning.jobs import groups, memberships
from provisioning.jobs.groups import change_group, create_group
from provisioning.jobs.memberships import add_members, remove_members, set_members
from provisioning.jobs.writing import ChangedMeanwhile
from provisioning.models import Directory, Group, Membership, User
from tests.factories import make_administrator, make_directory, make_group, make_user, make_users

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> Account:
    return make_administrator()


def head() -> int:
    return Directory.objects.the_one().head


def refused(deed: Callable[[], object]) -> list[str]:
    """Why it is refused; and nothing was changed or told."""
    before = (head(), AuditEntry.objects.count(), list(Membership.objects.values()))
    with pytest.raises(ValidationError) as error:
        deed()
    assert (head(), AuditEntry.objects.count(), list(Membership.objects.values())) == before
    return error.value.messages


def names(group: Group) -> set[str]:
    return {each.display_name for each in memberships.members_of(group)}


# --- groups


def test_a_group_is_created_and_changed(admin: Account) -> None:
    group = create_group(make_directory(), {"display_name": " Hosts ", "mail_nickname": "hosts"}, admin)
    change_group(group, {"display_name": "Hosts of meetings", "security_enabled": False}, admin)

    group.refresh_from_db()
    assert (group.display_name, group.security_enabled, group.change) == ("Hosts of meetings", False, head())
    updated, added = AuditEntry.objects.all()
    assert (added.activity, added.target, added.new["mail_nickname"]) == ("Add group", "Hosts", "hosts")
    assert (updated.activity, updated.target) == ("Update group", "Hosts of meetings")
    assert updated.old == {"display_name": "Hosts", "security_enabled": True}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"display_name": ""}, "This field cannot be blank."),
        ({"mail": "x"}, "Write it like name@contoso.example."),
        ({"mail_nickname": "a b"}, 'Leave out blanks and the signs @ ( ) [ ] " ; : < > , and \\.'),
        ({"description": "\0"}, "Leave out characters that can't be stored (NUL, lone surrogates)."),
    ],
)
def test_what_an_attribute_may_not_hold_is_refused(admin: Account, values: dict[str, Any], expected: str) -> None:
    group = make_group()

    assert refused(lambda: change_group(group, values, admin)) == [expected]
    assert refused(lambda: create_group(group.directory, {"display_name": "A", **values}, admin)) == [expected]


def test_what_stays_the_same_is_no_change_and_unknown_attributes_are_a_mistake(admin: Account) -> None:
    group = make_group("Hosts")
    before = head()

    assert change_group(group, {"display_name": "Hosts"}, admin) == group
    assert head() == before
    with pytest.raises(ValueError, match="No attributes of a group: colour"):
        change_group(group, {"colour": "red"}, admin)


def test_an_old_version_is_told(admin: Account) -> None:
    group = make_group()
    version = group.change
    change_group(group, {"description": "Theirs"}, admin)

    with pytest.raises(ChangedMeanwhile):
        change_group(group, {"description": "Mine"}, admin, version)


def test_groups_are_deleted_restored_and_deleted_for_good(admin: Account) -> None:
    pair = [make_group("A"), make_group("B")]

    assert [str(each) for each in groups.delete_groups(pair, admin)] == ["A", "B"]
    assert groups.delete_groups(pair, admin) == []
    assert not Group.objects.present().exists()
    assert [str(each) for each in groups.restore_groups(pair[:1], admin)] == ["A"]
    assert refused(lambda: groups.purge_groups(pair, admin)) == [
        "A is not deleted. Delete first what is to be deleted for good."
    ]
    assert [str(each) for each in groups.purge_groups(pair[1:], admin)] == ["B"]
    assert Group.objects.get(purged_at__isnull=False).change == head()
    assert [entry.activity for entry in AuditEntry.objects.all()] == [
        "Hard delete group",
        "Restore group",
        "Delete group",
        "Delete group",
    ]


# --- members


def test_people_and_groups_come_and_go_under_one_number_and_are_told(admin: Account) -> None:
    ann = make_user(display_name="Ann", user_principal_name="ann@contoso.example")
    bo, inner, group = make_user(display_name="Bo"), make_group("Inner"), make_group("Hosts", [])

    assert add_members(group, [ann, inner, ann], admin) == [ann, inner]
    assert add_members(group, [ann, bo], admin) == [bo]
    assert names(group) == {"Ann", "Bo", "Inner"}
    assert remove_members(group, [inner, ann, make_user()], admin) == [inner, ann]
    assert names(group) == {"Bo"}

    removed, _second, added = AuditEntry.objects.all()
    assert (added.activity, added.target) == ("Add member to group", "Hosts")
    assert added.new == {"members": ["ann@contoso.example", "Inner"]}
    assert (removed.activity, removed.old) == (
        "Remove member from group",
        {"members": ["Inner", "ann@contoso.example"]},
    )


def test_what_is_so_already_is_no_change(admin: Account) -> None:
    ann = make_user()
    group, before = make_group("Hosts", [ann]), head()

    assert add_members(group, [ann], admin) == []
    assert remove_members(group, [make_group("Other")], admin) == []
    assert set_members(group, [ann], admin) == ([], [])
    assert head() == before + 1  # the other group


def test_members_are_set_as_a_whole(admin: Account) -> None:
    ann, bo, cy = make_user(), make_user(), make_user()
    group = make_group("Hosts", [ann, bo])
    before = head()

    assert set_members(group, [bo, cy], admin) == ([cy], [ann])

    assert set(memberships.members_of(group)) == {bo, cy}
    assert Membership.objects.filter(change__gt=before).count() == 2


def test_who_is_deleted_does_not_become_a_member_but_can_be_taken_out(admin: Account) -> None:
    bo, gone = make_user(), make_user(display_name="Ann", deleted_at=timezone.now())
    group = make_group("Hosts")

    assert refused(lambda: add_members(group, [bo, gone], admin)) == ["Ann is not in the directory any more."]
    inside = make_group("Old", [gone])
    assert remove_members(inside, [gone], admin) == [gone]


def test_a_group_is_never_in_itself_at_any_depth(admin: Account) -> None:
    bottom, other = make_group("Bottom"), make_group("Other")
    middle = make_group("Middle", [bottom])
    top = make_group("Top", [middle])

    assert refused(lambda: add_members(top, [top], admin)) == ["Top can't be a member of itself."]
    assert refused(lambda: add_members(bottom, [other, top], admin)) == [
        "Bottom is in Top already, directly or through other groups: each would be in itself."
    ]
    assert refused(lambda: set_members(bottom, [middle], admin))
    assert add_members(top, [bottom], admin) == [bottom]


def test_a_circle_through_the_recycle_bin_is_refused_too(admin: Account) -> None:
    bottom = make_group("Bottom")
    middle = make_group("Middle", [bottom])
    top = make_group("Top", [middle])
    groups.delete_groups([middle], admin)

    assert refused(lambda: add_members(bottom, [top], admin))


def test_more_than_a_thousand_members_at_once_are_refused(admin: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    group, people = make_group(), make_users(3)
    monkeypatch.setattr(memberships, "CHUNK", 2)

    assert refused(lambda: add_members(group, people, admin)) == ["Choose at most 2 at once."]


@pytest.mark.parametrize("number", [1, 30])
def test_adding_many_asks_no_more_than_adding_one(
    admin: Account, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    group = make_group()
    members: list[User | Group] = [*make_users(number), *(make_group() for _ in range(number))]

    with django_assert_num_queries(19):
        add_members(group, members, admin)


def test_deleted_groups_and_groups_from_elsewhere_keep_their_members(
    admin: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    deleted, group, ann = make_group("Old", deleted_at=timezone.now()), make_group(), make_user()

    assert refused(lambda: add_members(deleted, [ann], admin)) == ["Old is deleted. Restore it first."]
    make_directory(source="graph")
    assert refused(lambda: add_members(group, [ann], admin))[0].startswith("The people and groups of this directory")
    assert User.objects.count() == 1
