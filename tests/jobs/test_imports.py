"""Imports of a source in memory: read, judged and applied."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from provisioning.choices import ImportKind, ImportStatus
from provisioning.directory.base import NOT_TOLD, Gone
from provisioning.models import AppRole, Group, Import, Membership, StagedRecord, User
from tests.factories import make_application, make_assignment
from tests.jobs.imports_world import ImportWorld

pytestmark = pytest.mark.both_databases


def test_a_tenant_is_read_whole_and_becomes_the_directory(imports: ImportWorld) -> None:
    boss = imports.tenant.user("bo")
    staff = [imports.tenant.user(f"p{number}", manager=boss, jobTitle="Clerk") for number in range(12)]
    inner = imports.tenant.group("Inner", staff[:3])
    imports.tenant.group("Outer", [*staff[3:6], inner])

    found = imports.read()

    assert (found.status, found.kind, imports.differences()) == (ImportStatus.COMPLETED, ImportKind.SNAPSHOT, {})
    assert (found.users, found.groups, found.memberships, found.pages) == (13, 2, 7, 5)
    assert User.objects.get(object_id=staff[0]).job_title == "Clerk"
    assert not StagedRecord.objects.exists()


def test_a_person_whose_manager_is_there_already_is_written_once(imports: ImportWorld) -> None:
    boss = imports.tenant.user("bo")
    imports.read()
    staff = [imports.tenant.user(f"p{number}", manager=boss) for number in range(12)]

    found = imports.read()

    assert (found.changed, imports.differences()) == (len(staff), {})


def test_the_next_import_asks_for_changes_only(imports: ImportWorld) -> None:
    staff = imports.staff()
    group = imports.tenant.group("Team", staff[:4])
    imports.read()
    imports.tenant.user("renamed", id_=staff[0])
    imports.tenant.leave(group, staff[1])
    imports.tenant.join(group, staff[7])
    imports.tenant.delete(staff[2])
    before = imports.head

    found = imports.read()

    assert (found.kind, found.status, imports.differences()) == (ImportKind.CHANGES, ImportStatus.COMPLETED, {})
    assert (found.changed, found.removed) == (4, 2)
    assert set(User.objects.filter(change__gt=before).values_list("display_name", flat=True)) == {"Renamed", "P2"}


def test_what_is_told_again_is_not_written_and_takes_no_number(imports: ImportWorld) -> None:
    staff = imports.staff()
    imports.tenant.group("Team", staff)
    imports.read()
    imports.directory.refresh_from_db()
    before, imports.tenant.forgotten = imports.head, 1_000

    found = imports.read()

    assert (found.kind, found.changed, imports.head) == (ImportKind.SNAPSHOT, 0, before)


def test_an_empty_change_is_normal(imports: ImportWorld) -> None:
    imports.staff()
    imports.read()
    before = imports.head

    found = imports.read()

    assert (found.status, found.changed, imports.head) == (ImportStatus.COMPLETED, 0, before)


def test_a_token_that_is_too_old_leads_to_a_whole_read_that_deletes_nobody(imports: ImportWorld) -> None:
    staff = imports.staff()
    imports.read()
    imports.tenant.user("late", manager=staff[0])
    imports.tenant.forgotten = 1_000

    found = imports.read()

    assert (found.kind, found.status, found.removed) == (ImportKind.SNAPSHOT, ImportStatus.COMPLETED, 0)
    assert imports.differences() == {}


def test_who_is_missing_in_a_whole_read_goes_to_the_recycle_bin_and_keeps_memberships(imports: ImportWorld) -> None:
    staff = imports.staff()
    group = imports.tenant.group("Team", staff)
    imports.read()
    imports.tenant.delete(staff[0])
    imports.tenant.forgotten = 1_000

    imports.read()

    gone = User.objects.get(object_id=staff[0])
    assert gone.deleted_at is not None
    assert gone.purged_at is None
    assert Membership.objects.filter(user=gone, removed=False).exists()
    imports.tenant.user("p0", id_=staff[0])
    imports.tenant.join(group, staff[0])
    imports.read()
    assert imports.differences() == {}


def test_a_group_that_a_whole_read_does_not_tell_can_come_back_with_its_members(imports: ImportWorld) -> None:
    """Where deleted groups can't be read, nobody knows whether it was deleted for good."""
    staff = imports.staff()
    group = imports.tenant.group("Team", staff)
    imports.read()
    imports.tenant.delete(group, Gone.HARD)
    imports.tenant.forgotten = 1_000

    imports.read()

    gone = Group.objects.get(object_id=group)
    assert (gone.deleted_at is None, gone.purged_at) == (False, None)
    imports.tenant.group("Team", staff, id_=group)
    imports.read()
    assert imports.differences() == {}


def test_who_is_purged_there_is_purged_here(imports: ImportWorld) -> None:
    staff = imports.staff()
    imports.read()
    imports.tenant.delete(staff[0], Gone.HARD)

    imports.read()

    assert User.objects.get(object_id=staff[0]).purged_at is not None


def test_who_is_deleted_and_restored_within_one_read_stays(imports: ImportWorld) -> None:
    staff = imports.staff()
    imports.read()
    before = imports.head
    imports.tenant.delete(staff[0])
    imports.tenant.user("p0", id_=staff[0])

    found = imports.read()

    assert (found.changed, imports.head, imports.differences()) == (0, before, {})


def test_a_manager_that_is_not_told_stays_and_one_that_is_taken_away_goes(imports: ImportWorld) -> None:
    boss = imports.tenant.user("bo")
    keeps, loses = (imports.tenant.user(name, manager=boss) for name in ("keeps", "loses"))
    imports.read()
    imports.tenant.user("kept", manager=NOT_TOLD, id_=keeps)
    imports.tenant.user("loses", id_=loses)

    imports.read()

    assert User.objects.get(object_id=keeps).manager is not None
    assert User.objects.get(object_id=loses).manager is None


def test_roles_and_assignments_come_from_the_service_principal(imports: ImportWorld) -> None:
    staff = imports.staff()
    application = make_application()
    principal = imports.follow(application)
    group = imports.tenant.group("Team", staff[:2])
    role = imports.tenant.role(principal, "Organizer")
    imports.tenant.assign(principal, staff[0], role)
    imports.tenant.assign(principal, group)
    imports.read()
    assert imports.differences() == {}

    imports.tenant.assignments.pop()
    imports.tenant.assign(principal, staff[5], role)
    imports.read()

    assert imports.differences() == {}
    assert AppRole.objects.filter(application=application, enabled=True).count() == 1


def test_a_role_of_the_gallery_becomes_the_one_of_the_source_with_its_value(imports: ImportWorld) -> None:
    imports.staff()
    application = make_application()
    value = application.roles.all()[0].value
    role = imports.tenant.role(imports.follow(application), value)

    imports.read()

    assert str(AppRole.objects.get(application=application, value=value).role_id) == role


def test_assignments_made_here_are_left_alone(imports: ImportWorld) -> None:
    staff = imports.staff()
    imports.read()
    application = make_application()
    assignment = make_assignment(application, User.objects.get(object_id=staff[0]))

    imports.tenant.forgotten = 1_000
    imports.read()

    assignment.refresh_from_db()
    assert not assignment.removed


def test_more_attributes_that_a_mapping_needs_restart_the_delta(imports: ImportWorld) -> None:
    imports.staff()
    application = make_application()
    imports.read()
    rows = application.job.mappings.get(object_type="User").rows
    row = rows.filter(type="Attribute").first()
    assert row is not None
    row.source = "extensionAttribute7"
    row.save()

    found = imports.read()

    imports.directory.refresh_from_db()
    assert (found.kind, found.status) == (ImportKind.SNAPSHOT, ImportStatus.COMPLETED)
    assert "extensionAttribute7" in imports.directory.selection["users"]
    assert imports.read().kind == ImportKind.CHANGES


def test_extension_attributes_are_kept_and_emptied(imports: ImportWorld) -> None:
    id_ = imports.tenant.user("bo", extensionAttribute1="Red", extensionAttribute2="Blue")
    imports.read()
    imports.tenant.user("bo", id_=id_, extensionAttribute1="", extensionAttribute2="Green")

    imports.read()

    assert User.objects.get(object_id=id_).extensions == {"extensionAttribute2": "Green"}


def test_a_group_that_is_deleted_goes_to_the_recycle_bin(imports: ImportWorld) -> None:
    staff = imports.staff()
    group = imports.tenant.group("Team", staff)
    imports.read()
    imports.tenant.delete(group)

    imports.read()

    assert Group.objects.get(object_id=group).deleted_at is not None
    assert imports.differences() == {}


def test_a_second_request_gives_the_import_that_is_running(imports: ImportWorld) -> None:
    assert imports.ask() == imports.ask()
    assert Import.objects.count() == 1


def test_somebody_in_the_recycle_bin_for_a_month_is_purged_by_a_whole_read(imports: ImportWorld) -> None:
    staff = imports.staff()
    imports.read()
    imports.tenant.delete(staff[0])
    imports.read()
    User.objects.filter(object_id=staff[0]).update(deleted_at=timezone.now() - timedelta(days=31))
    imports.tenant.forgotten = 1_000

    imports.read()

    assert User.objects.get(object_id=staff[0]).purged_at is not None


def test_a_page_and_a_chunk_ask_the_database_as_often_for_many_people_as_for_few(
    imports: ImportWorld, no_beat: None
) -> None:
    imports.source.size = 1000

    def queries(number: int) -> int:
        with CaptureQueriesContext(connection) as asked:
            boss = imports.tenant.user(f"boss{number}")
            people = [imports.tenant.user(f"p{number}x{each}", manager=boss) for each in range(number)]
            imports.tenant.group(f"g{number}", people)
            assert imports.read().status == ImportStatus.COMPLETED
        return len(asked)

    imports.read()
    assert queries(10) == queries(150)
