"""What is done to people: checked, with a change number and an audit entry, or not at all."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.accounts.models import Account, AuditEntry
from provisioning.jobs import users, writing
from provisioning.jobs.users import change_user, create_user
from provisioning.jobs.writing import ChangedMeanwhile, ReadOnly
from provisioning.models import Directory, User
from tests.factories import change_user as changed
from tests.factories import make_administrator, make_directory, make_user, make_users

pytestmark = pytest.mark.django_db

NAMED = {"display_name": "Ann Berg", "user_principal_name": "ann@contoso.example"}


@pytest.fixture
def admin() -> Account:
    return make_administrator()


def head() -> int:
    return Directory.objects.the_one().head


def errors_of(deed: Callable[[], object]) -> dict[str, list[str]]:
    """What it is refused for, by attribute; and nothing was changed or told."""
    before = (head(), AuditEntry.objects.count(), list(User.objects.order_by("pk").values()))
    with pytest.raises(ValidationError) as refused:
        deed()
    assert (head(), AuditEntry.objects.count(), list(User.objects.order_by("pk").values())) == before
    return refused.value.message_dict if hasattr(refused.value, "error_dict") else {"": refused.value.messages}


# --- creating and changing


def test_a_person_is_created_with_every_kind_of_attribute(admin: Account) -> None:
    boss = make_user(user_principal_name="boss@contoso.example")
    values = {**NAMED, "city": " Oslo ", "manager": boss, "extensions": {"extensionAttribute1": "A", "other": ""}}

    user = create_user(make_directory(), values, admin)

    user.refresh_from_db()
    assert (user.city, user.manager, user.extensions) == ("Oslo", boss, {"extensionAttribute1": "A"})
    assert user.change == head()
    entry = AuditEntry.objects.get()
    assert (entry.who, entry.activity, entry.target, entry.old) == (admin, "Add user", "ann@contoso.example", None)
    assert entry.new == {**NAMED, "city": "Oslo", "manager": "boss@contoso.example", "extensionAttribute1": "A"}


def test_what_was_changed_is_told_with_old_and_new(admin: Account) -> None:
    user = make_user(city="Oslo", extensions={"extensionAttribute1": "A"}, user_principal_name="ann@contoso.example")

    found = change_user(user, {"city": "Bergen", "surname": user.surname, "extensions": {"grade": 7}}, admin)

    user.refresh_from_db()
    assert found == user
    assert (user.city, user.extensions, user.change) == ("Bergen", {"grade": 7}, head())
    entry = AuditEntry.objects.get()
    assert (entry.activity, entry.target) == ("Update user", "ann@contoso.example")
    assert entry.old == {"city": "Oslo", "extensionAttribute1": "A"}
    assert entry.new == {"city": "Bergen", "grade": 7}


def test_what_stays_the_same_is_no_change(admin: Account) -> None:
    user = make_user(city="Oslo")
    before = head()

    change_user(user, {"city": " Oslo "}, admin)

    assert head() == before
    assert not AuditEntry.objects.exists()


def test_the_number_is_taken_before_anything_is_written(admin: Account) -> None:
    user = make_user()
    with CaptureQueriesContext(connection) as statements:
        change_user(user, {"city": "Oslo"}, admin)

    writes = [each["sql"] for each in statements if each["sql"].startswith(("INSERT", "UPDATE"))]
    assert 'UPDATE "provisioning_directory"' in writes[0]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("display_name", "", "This field cannot be blank."),
        ("display_name", "x" * 257, "Ensure this value has at most 256 characters (it has 257)."),
        ("user_principal_name", "ann", "Write it like name@contoso.example."),
        ("mail", "nowhere", "Write it like name@contoso.example."),
        ("mail_nickname", "an n", 'Leave out blanks and the signs @ ( ) [ ] " ; : < > , and \\.'),
        ("preferred_language", "english, please", "Write it like en-US: a language, a hyphen, a country."),
        ("user_type", "Robot", "A user is a Member or a Guest."),
        ("city", "Os\0lo", "Leave out characters that can't be stored (NUL, lone surrogates)."),
        ("city", "Os\ud800lo", "Leave out characters that can't be stored (NUL, lone surrogates)."),
        ("account_enabled", "perhaps", "“perhaps” value must be either True or False."),
        ("extensions", {"city": "x"}, "city is an attribute of its own. Set it there."),
        ("extensions", {"": "x"}, "Give each extension attribute a name of at most 256 characters."),
        ("extensions", {"a\0": "x"}, "Leave out characters that can't be stored (NUL, lone surrogates)."),
        ("extensions", {"a": {}}, "a may hold a text, a number, true or false, or a list of texts."),
        ("extensions", {"a": [1]}, "a may hold a text, a number, true or false, or a list of texts."),
        ("extensions", {"a": "x" * 1025}, "a may have at most 1,024 characters."),
        ("extensions", {"a": ["x\0"]}, "Leave out characters that can't be stored (NUL, lone surrogates)."),
    ],
)
def test_what_an_attribute_may_not_hold_is_refused_by_its_name(
    admin: Account, name: str, value: Any, expected: str
) -> None:
    user = make_user()

    assert errors_of(lambda: change_user(user, {name: value}, admin)) == {name: [expected]}
    assert errors_of(lambda: create_user(user.directory, {**NAMED, name: value}, admin)) == {name: [expected]}


def test_all_errors_are_told_at_once(admin: Account) -> None:
    found = errors_of(lambda: create_user(make_directory(), {"user_principal_name": "ann", "mail": "b"}, admin))

    assert set(found) == {"display_name", "user_principal_name", "mail"}


def test_what_the_source_brought_long_ago_does_not_forbid_another_change(admin: Account) -> None:
    user = make_user(user_type="Contractor", mail="odd")

    assert change_user(user, {"city": "Oslo"}, admin).city == "Oslo"


def test_a_name_that_somebody_else_has_is_refused(admin: Account) -> None:
    make_user(user_principal_name="ann@contoso.example")
    user = make_user()
    expected = {"user_principal_name": ["Another user has this user principal name."]}

    assert errors_of(lambda: change_user(user, {"user_principal_name": "ANN@contoso.example"}, admin)) == expected
    assert errors_of(lambda: create_user(user.directory, NAMED, admin)) == expected


def test_the_name_of_a_deleted_person_is_free(admin: Account) -> None:
    make_user(user_principal_name="ann@contoso.example", deleted_at=timezone.now())

    assert create_user(make_directory(), NAMED, admin).pk


def test_ones_own_name_may_change_its_case(admin: Account) -> None:
    user = make_user(user_principal_name="ann@contoso.example")

    assert change_user(user, {"user_principal_name": "Ann@contoso.example"}, admin)


def test_a_manager_is_somebody_else_who_is_in_the_directory(admin: Account) -> None:
    user, gone = make_user(), make_user(deleted_at=timezone.now())

    assert errors_of(lambda: change_user(user, {"manager": user}, admin)) == {
        "manager": ["Nobody can be their own manager."]
    }
    assert errors_of(lambda: change_user(user, {"manager": gone}, admin)) == {
        "manager": ["Choose somebody who is in the directory."]
    }
    assert change_user(user, {"manager": None}, admin).manager is None


def test_an_attribute_that_nobody_has_is_a_mistake_of_the_caller(admin: Account) -> None:
    with pytest.raises(ValueError, match="No attributes of a user: shoe_size"):
        change_user(make_user(), {"shoe_size": 42}, admin)


def test_whoever_changes_what_somebody_else_changed_meanwhile_is_told(admin: Account) -> None:
    user = make_user()
    version = user.change
    changed(user, city="Oslo")

    with pytest.raises(ChangedMeanwhile):
        change_user(user, {"surname": "Ek"}, admin, version)

    assert change_user(user, {"surname": "Ek"}, admin, user.change).surname == "Ek"


def test_who_is_deleted_is_not_changed(admin: Account) -> None:
    binned = make_user(display_name="Ann", deleted_at=timezone.now())
    gone = make_user(deleted_at=timezone.now(), purged_at=timezone.now())

    assert errors_of(lambda: change_user(binned, {"city": "x"}, admin)) == {"": ["Ann is deleted. Restore it first."]}
    assert errors_of(lambda: change_user(gone, {"city": "x"}, admin)) == {"": ["It was deleted for good meanwhile."]}


# --- many at once

Deed = Callable[[Sequence[User], Account], list[User]]


@pytest.mark.parametrize(
    ("deed", "values", "attribute"),
    [
        (users.disable_users, {}, "account_enabled"),
        (users.enable_users, {"account_enabled": False}, "account_enabled"),
        (users.delete_users, {}, "deleted_at"),
        (users.restore_users, {"deleted_at": timezone.now()}, "deleted_at"),
        (users.purge_users, {"deleted_at": timezone.now()}, "purged_at"),
    ],
)
def test_a_deed_is_done_to_all_under_one_number_and_told_for_each(
    admin: Account, deed: Deed, values: dict[str, Any], attribute: str
) -> None:
    people = make_users(3, **values)

    done = deed(people, admin)

    assert [each.pk for each in done] == [each.pk for each in people]
    assert set(User.objects.values_list("change", flat=True)) == {head()}
    assert {entry.target for entry in AuditEntry.objects.all()} == {each.user_principal_name for each in people}
    assert all(list(entry.old) == list(entry.new) == [attribute] for entry in AuditEntry.objects.all())
    assert all(entry.old != entry.new for entry in AuditEntry.objects.all())


@pytest.mark.parametrize(
    ("deed", "values"),
    [
        (users.disable_users, {"account_enabled": False}),
        (users.enable_users, {}),
        (users.delete_users, {"deleted_at": timezone.now()}),
        (users.restore_users, {}),
        (users.purge_users, {"deleted_at": timezone.now(), "purged_at": timezone.now()}),
    ],
)
def test_what_is_done_already_is_no_change(admin: Account, deed: Deed, values: dict[str, Any]) -> None:
    people, before = make_users(2, **values), head()

    assert deed(people, admin) == []
    assert deed([], admin) == []
    assert head() == before


def test_people_are_read_anew_before_they_are_changed(admin: Account) -> None:
    stale = make_user(city="Oslo")
    changed(User.objects.get(), city="Bergen")

    users.disable_users([stale], admin)

    assert User.objects.get().city == "Bergen"


def test_nobody_is_enabled_in_the_recycle_bin_and_then_nobody_else_either(admin: Account) -> None:
    ann = make_user(display_name="Ann", account_enabled=False, deleted_at=timezone.now())
    bo = make_user(account_enabled=False)

    assert errors_of(lambda: users.enable_users([ann, bo], admin)) == {"": ["Ann is deleted. Restore it first."]}


def test_who_is_not_in_the_recycle_bin_is_not_deleted_for_good(admin: Account) -> None:
    ann, bo = make_user(display_name="Ann"), make_user(deleted_at=timezone.now())

    assert errors_of(lambda: users.purge_users([ann, bo], admin)) == {
        "": ["Ann is not deleted. Delete first what is to be deleted for good."]
    }


def test_nobody_is_restored_to_a_name_that_somebody_else_has_by_now(admin: Account) -> None:
    ann = make_user(user_principal_name="ann@contoso.example", deleted_at=timezone.now())
    bo = make_user(deleted_at=timezone.now())
    make_user(user_principal_name="Ann@Contoso.example")

    [text] = errors_of(lambda: users.restore_users([ann, bo], admin))[""]

    assert text.startswith("ann@contoso.example: another user has this user principal name by now.")


def test_two_deleted_people_of_one_name_are_not_restored_together(admin: Account) -> None:
    pair = make_users(2, user_principal_name="ann@contoso.example", deleted_at=timezone.now())

    assert errors_of(lambda: users.restore_users(pair, admin))
    assert users.restore_users(pair[:1], admin)


def test_more_than_a_thousand_are_refused(admin: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    people = make_users(3)
    monkeypatch.setattr(writing, "CHUNK", 2)

    assert errors_of(lambda: users.delete_users(people, admin)) == {"": ["Choose at most 2 at once."]}


def test_people_who_come_from_elsewhere_are_not_changed_here(admin: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    user = make_user()
    make_directory(source="graph")

    for deed in (
        lambda: create_user(user.directory, NAMED, admin),
        lambda: change_user(user, {"city": "Oslo"}, admin),
        lambda: users.delete_users([user], admin),
    ):
        with pytest.raises(ReadOnly, match="come from Azure Active Directory"):
            deed()
