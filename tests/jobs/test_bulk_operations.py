"""Acts over everything that a filter finds: exactly whom a person saw, chunk by chunk, whoever dies meanwhile."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal.accounts.models import Account, AuditEntry
from provisioning import tasks
from provisioning.choices import ObjectType
from provisioning.jobs import bulk_operations, change, health, sweep
from provisioning.jobs.bulk_operations import ListChanged, Wish
from provisioning.jobs.control import NotPossible
from provisioning.models import BulkOperation, Group, Membership, User
from provisioning.models.bulk_operation import BulkStatus
from tests.factories import change_user, make_directory, make_group, make_user, make_users

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def begin(found: Any, deed: str, by: Any = "rosa", **words: Any) -> BulkOperation:
    directory = make_directory()
    mark = bulk_operations.mark_of(bulk_operations.keys_of(found))
    type_ = ObjectType.USER if found.model is User else ObjectType.GROUP
    with bulk_operations.as_seen(directory, found, mark) as keys:
        wish = Wish(object_type=type_, deed=deed, **words)
        return bulk_operations.begin(directory, wish, keys, by, timezone.now())


def ended(operation: BulkOperation) -> tuple[str, dict[str, int]]:
    """Its status, and what it came to."""
    operation.refresh_from_db()
    counts = {name: getattr(operation, name) for name in ("done", "same", "changed", "refused")}
    assert operation.keys == []
    return operation.status, {name: number for name, number in counts.items() if number}


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_operations, "CHUNK", 10)


@pytest.mark.usefixtures("small_chunks")
def test_everybody_found_is_done_in_chunks_each_with_an_audit_entry() -> None:
    rosa = Account.objects.create(username="rosa")
    people, already = make_users(25), make_users(3, account_enabled=False)
    others = make_users(2, department="Elsewhere")

    operation = begin(User.objects.filter(department=""), "disable", rosa)
    bulk_operations.run(operation.pk)

    assert ended(operation) == (BulkStatus.COMPLETED, {"done": 25, "same": len(already)})
    assert User.objects.filter(account_enabled=True).count() == len(others)
    entries = AuditEntry.objects.filter(activity="Disable user", who=rosa)
    assert {each.target for each in entries} == {each.user_principal_name for each in people}
    assert User.objects.filter(pk__in=[each.pk for each in people]).values("change").distinct().count() == 3


@pytest.mark.parametrize("number", [1, 10])
def test_a_chunk_costs_the_same_statements_for_any_number_of_rows(
    django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    make_users(number)
    operation = begin(User.objects.all(), "delete")

    with django_assert_num_queries(17):
        bulk_operations.run(operation.pk)

    assert ended(operation) == (BulkStatus.COMPLETED, {"done": number})


def test_a_list_that_has_changed_since_it_was_shown_is_not_touched() -> None:
    people = make_users(3)
    mark = bulk_operations.mark_of(bulk_operations.keys_of(User.objects.present()))
    change.delete(people[0])
    make_user()

    with pytest.raises(ListChanged), bulk_operations.as_seen(make_directory(), User.objects.present(), mark):
        pass


def test_who_comes_or_is_changed_by_others_after_that_is_left_as_is() -> None:
    people = make_users(5)
    operation = begin(User.objects.all(), "delete")
    change_user(people[0], department="Board")
    change.delete(people[1])
    change.purge(people[1])
    new = make_user()

    bulk_operations.run(operation.pk)

    assert ended(operation) == (BulkStatus.COMPLETED, {"done": 3, "changed": 2})
    assert set(User.objects.present()) == {people[0], new}


def test_who_cannot_have_it_is_left_out_and_told_with_the_reason() -> None:
    now = timezone.now()
    make_user(user_principal_name="ann@contoso.example", display_name="New Ann")
    ann = make_user(user_principal_name="Ann@contoso.example", display_name="Old Ann", deleted_at=now)
    twins = [make_user(user_principal_name="bo@contoso.example", deleted_at=now) for _ in range(2)]
    make_users(3, deleted_at=now)

    operation = begin(User.objects.exclude(deleted_at=None), "restore")
    bulk_operations.run(operation.pk)

    assert ended(operation) == (BulkStatus.COMPLETED, {"done": 4, "refused": 2})
    assert [each["id"] for each in operation.problems] == [str(ann.object_id), str(twins[1].object_id)]
    assert operation.problems[0]["message"]["text"].startswith("%(name)s: another user has this")
    assert set(User.objects.exclude(deleted_at=None)) == {ann, twins[1]}


@pytest.mark.usefixtures("small_chunks")
def test_people_are_added_to_several_groups_and_deleted_ones_are_not() -> None:
    people = make_users(12)
    first, second = make_group("First", people[:4]), make_group("Second", people[:2])
    make_user(deleted_at=timezone.now())

    operation = begin(User.objects.all(), bulk_operations.ADD, groups=[first, second])
    bulk_operations.run(operation.pk)

    assert ended(operation) == (BulkStatus.COMPLETED, {"done": 10, "same": 2, "refused": 1})
    assert Membership.objects.filter(removed=False).count() == 24
    start = AuditEntry.objects.get(activity="Start bulk operation")
    assert (start.target, start.new["Number"], start.new["Groups"]) == ("Add users", 13, 2)


def test_groups_are_deleted_and_deleted_for_good() -> None:
    for _ in range(3):
        make_group()

    bulk_operations.run(begin(Group.objects.all(), "delete").pk)
    assert not Group.objects.present().exists()
    bulk_operations.run(begin(Group.objects.all(), "purge").pk)

    assert Group.objects.filter(purged_at=None).count() == 0


def test_it_fails_with_the_reason_when_its_group_is_deleted_meanwhile() -> None:
    make_users(3)
    group = make_group("Old")
    operation = begin(User.objects.all(), bulk_operations.ADD, groups=[group])
    change.delete(group)

    bulk_operations.run(operation.pk)

    assert ended(operation) == (BulkStatus.FAILED, {})
    assert operation.message == {"text": "%(name)s is deleted. Restore it first.", "values": {"name": "Old"}}


@pytest.mark.usefixtures("small_chunks")
def test_a_task_goes_on_where_the_one_before_ended() -> None:
    make_users(25)
    operation = begin(User.objects.all(), "delete")

    for position in (10, 20, 25):
        assert list(bulk_operations.due(timezone.now())) == [operation]
        bulk_operations.run(operation.pk, seconds=0)
        operation.refresh_from_db()
        assert operation.position == position
    bulk_operations.run(operation.pk)

    assert ended(operation) == (BulkStatus.COMPLETED, {"done": 25})


@pytest.mark.usefixtures("small_chunks")
def test_a_worker_that_dies_costs_its_chunk_and_another_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    make_users(25)
    operation = begin(User.objects.all(), "delete")
    write = bulk_operations._write

    def die_in_the_second(found: BulkOperation, **changes: Any) -> None:
        write(found, **changes)
        if found.position == 10:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(bulk_operations, "_write", die_in_the_second)
        with pytest.raises(KeyboardInterrupt):
            bulk_operations.run(operation.pk)
    bulk_operations.run(operation.pk)  # its lease is still live
    assert User.objects.present().count() == 15

    BulkOperation.objects.update(expires_at=timezone.now() - timedelta(seconds=61))
    assert list(bulk_operations.unattended(timezone.now())) == [operation]
    assert health.stalled("this host", "cycles")
    bulk_operations.run(operation.pk)

    assert ended(operation) == (BulkStatus.COMPLETED, {"done": 25})
    assert AuditEntry.objects.filter(activity="Delete user").count() == 25


@pytest.mark.usefixtures("small_chunks")
def test_when_it_is_stopped_the_chunk_in_hand_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    make_users(25)
    operation = begin(User.objects.all(), "delete")
    bulk_operations.run(operation.pk, seconds=0)
    write = bulk_operations.write

    def stop_meanwhile(*arguments: Any) -> None:
        write(*arguments)
        assert bulk_operations.stop(operation, "bo", timezone.now())

    monkeypatch.setattr(bulk_operations, "write", stop_meanwhile)
    bulk_operations.run(operation.pk)

    assert User.objects.present().count() == 15


def test_what_has_ended_is_not_stopped() -> None:
    make_user()
    operation = begin(User.objects.all(), "delete")
    bulk_operations.run(operation.pk)

    assert not bulk_operations.stop(operation, "bo", timezone.now())
    assert not AuditEntry.objects.filter(activity="Stop bulk operation").exists()


def test_one_is_under_way_at_most() -> None:
    make_user()
    begin(User.objects.all(), "delete")

    with pytest.raises(NotPossible, match="Another bulk operation is under way"):
        begin(User.objects.all(), "disable")


def test_it_fails_when_people_come_from_elsewhere_by_now() -> None:
    make_user()
    operation = begin(User.objects.all(), "delete")
    make_directory(source="graph", label="Azure AD")

    bulk_operations.run(operation.pk)

    assert ended(operation) == (BulkStatus.FAILED, {})
    assert User.objects.present().exists()
    with pytest.raises(ValidationError, match="come from Azure AD"):
        begin(User.objects.all(), "disable")


def test_what_nobody_has_in_hand_is_queued_and_what_ended_is_forgotten_in_a_month() -> None:
    make_user()
    operation = begin(User.objects.all(), "delete")

    assert (tasks.queue_due(), tasks.queue_due()) == (1, 0)
    tasks.do_bulk_operation(operation.pk)

    assert ended(operation)[0] == BulkStatus.COMPLETED
    sweep.runs(timezone.now() + timedelta(days=29))
    assert BulkOperation.objects.exists()
    sweep.runs(timezone.now() + timedelta(days=31))
    assert not BulkOperation.objects.exists()
