"""Changes of the directory: numbers first, and no row is ever deleted."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from provisioning.jobs import change
from provisioning.models import Assignment, Directory, EnterpriseApplication, Group, Membership, User
from tests.factories import make_application, make_assignment, make_directory, make_group, make_user, make_users

pytestmark = pytest.mark.django_db


@pytest.fixture
def application() -> EnterpriseApplication:
    return make_application()


def head() -> int:
    return Directory.objects.the_one().head


def written(statements: CaptureQueriesContext) -> list[str]:
    """The tables that were written to, in order."""
    words = [each["sql"].replace('"', "").split() for each in statements]
    return [each[2 if each[0] == "INSERT" else 1] for each in words if each[0] in ("INSERT", "UPDATE", "DELETE")]


# --- numbers


def test_everything_that_is_saved_together_has_the_next_number() -> None:
    before = head()
    users = make_users(3)

    assert {user.change for user in User.objects.all()} == {before + 1} == {head()}
    assert len(users) == 3


def test_the_number_is_taken_before_anything_is_written(application: EnterpriseApplication) -> None:
    user, group, assignment = make_user(), make_group(), make_assignment(application, make_user())
    deeds: list[Callable[[], object]] = [
        lambda: change.save(user.directory, user),
        lambda: change.delete(user),
        lambda: change.assign(application, [user], None),
        lambda: change.unassign(application, [assignment]),
        lambda: change.reassign(application, [assignment], application.roles.first()),
        lambda: change.add_members(group, [user]),
        lambda: change.remove_members(group, [user]),
    ]
    for deed in deeds:
        with CaptureQueriesContext(connection) as statements:
            deed()

        assert written(statements)[0] == "provisioning_directory"
        assert written(statements)[1] != "provisioning_directory"


def test_a_change_that_fails_takes_no_number() -> None:
    make_user(user_principal_name="bo@contoso.example")
    before = head()

    with pytest.raises(IntegrityError):
        make_user(user_principal_name="BO@contoso.example")

    assert head() == before


def test_more_than_a_thousand_objects_are_not_saved_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change, "CHUNK", 2)

    with pytest.raises(ValueError, match="At most 2 objects at once"):
        make_users(3)


def test_many_assignments_are_written_in_chunks_with_a_number_each(
    application: EnterpriseApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    users, before = make_users(5), head()
    monkeypatch.setattr(change, "CHUNK", 2)

    written = change.assign(application, users, None)

    assert [each.change - before for each in written] == [1, 1, 2, 2, 3]


@pytest.mark.django_db(transaction=True)
def test_a_number_can_not_be_taken_outside_a_transaction() -> None:
    directory = make_directory()

    with pytest.raises(RuntimeError, match="inside the transaction"):
        directory.take()


# --- people and groups


@pytest.mark.parametrize("make", [make_user, make_group])
def test_the_recycle_bin_keeps_the_row_and_gives_it_back(make: Callable[[], User | Group]) -> None:
    found = make()
    change.delete(found)
    found.refresh_from_db()
    assert found.deleted_at is not None
    assert found not in type(found).objects.present()

    change.restore(found)

    found.refresh_from_db()
    assert found in type(found).objects.present()


@pytest.mark.parametrize("binned", [True, False])
def test_deleting_for_good_marks_the_row_and_keeps_it(binned: bool) -> None:
    user = make_user()
    if binned:
        change.delete(user)
    deleted_at = user.deleted_at

    change.purge(user)

    user.refresh_from_db()
    assert user.purged_at is not None
    assert user.deleted_at == (deleted_at or user.purged_at)


def test_nothing_to_delete_changes_nothing() -> None:
    before = head()

    change.delete()

    assert head() == before


# --- assignments


def test_the_same_assignment_again_is_the_same_row(application: EnterpriseApplication) -> None:
    user = make_user()

    first, second = (make_assignment(application, user, "GoToMeeting") for _ in range(2))

    assert (first.pk, first.change + 1) == (second.pk, second.change)


def test_one_person_can_have_several_roles_and_default_access(application: EnterpriseApplication) -> None:
    user = make_user()
    for role in (None, "GoToMeeting", "OpenVoice"):
        make_assignment(application, user, role)

    assert Assignment.objects.present().count() == 3


def test_an_assignment_that_was_removed_stays_marked_and_comes_back(application: EnterpriseApplication) -> None:
    group = make_group()
    assignment = make_assignment(application, group, "GoToMeeting")
    change.unassign(application, [assignment])
    assignment.refresh_from_db()
    assert (assignment.removed, assignment.change) == (True, head())

    make_assignment(application, group, "GoToMeeting")

    assignment.refresh_from_db()
    assert (assignment.removed, assignment.change) == (False, head())


def test_only_assignments_of_the_application_are_removed(application: EnterpriseApplication) -> None:
    elsewhere = make_assignment(make_application(), make_user())

    change.unassign(application, [elsewhere])

    elsewhere.refresh_from_db()
    assert elsewhere.removed is False


def test_another_role_replaces_the_old_one(application: EnterpriseApplication) -> None:
    user, group = make_user(), make_group()
    old = [make_assignment(application, each, "GoToMeeting") for each in (user, group)]

    change.reassign(application, old, application.roles.get(value="OpenVoice"))

    present = Assignment.objects.present().values_list("user", "group", "role__value")
    assert set(present) == {(user.pk, None, "OpenVoice"), (None, group.pk, "OpenVoice")}


def test_the_same_role_again_keeps_the_assignment(application: EnterpriseApplication) -> None:
    assignment = make_assignment(application, make_user(), "GoToMeeting")

    change.reassign(application, [assignment], assignment.role)

    assert list(Assignment.objects.present()) == [assignment]


# --- memberships


def test_people_and_groups_become_members_once() -> None:
    user, inner = make_user(), make_group()
    outer = make_group(members=[user, inner])

    change.add_members(outer, [user, inner])

    assert set(Membership.objects.values_list("user", "member_group")) == {(user.pk, None), (None, inner.pk)}


def test_a_member_who_left_stays_marked_and_can_come_back() -> None:
    user = make_user()
    group = make_group(members=[user])
    change.remove_members(group, [user])
    membership = Membership.objects.get()
    assert (membership.removed, membership.change) == (True, head())

    change.add_members(group, [user])

    membership.refresh_from_db()
    assert (membership.removed, membership.change) == (False, head())
