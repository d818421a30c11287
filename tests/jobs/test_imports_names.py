"""Names that pass from one person to another within an import, and records that have to wait for the next one."""

import pytest

from provisioning.choices import ImportStatus, ObjectType
from provisioning.directory.base import Member, Person
from provisioning.models import StagedRecord, User
from tests.directory.memory_source import new_id
from tests.jobs.imports_world import ImportWorld, small_chunks

pytestmark = pytest.mark.both_databases


def test_two_people_swap_their_names_in_one_import(imports: ImportWorld) -> None:
    one, two = imports.staff(2)
    imports.read()
    imports.tenant.user("p1", id_=one)
    imports.tenant.user("p0", id_=two)

    found = imports.read()

    assert (found.status, found.changed, imports.differences()) == (ImportStatus.COMPLETED, 2, {})


def test_names_move_along_a_ring_of_people_in_different_chunks(
    imports: ImportWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff = imports.staff(30)
    imports.read()
    small_chunks(monkeypatch)
    for place, id_ in enumerate(staff):
        imports.tenant.user(f"p{(place + 1) % 30}", id_=id_)

    found = imports.read()

    assert (found.status, found.changed, imports.differences()) == (ImportStatus.COMPLETED, 30, {})


def test_a_name_passes_from_somebody_who_is_gone_to_somebody_new(
    imports: ImportWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff = imports.staff()
    imports.read()
    small_chunks(monkeypatch)
    imports.tenant.delete(staff[3])
    imports.tenant.user("p3")

    found = imports.read()

    assert (found.status, found.removed, imports.differences()) == (ImportStatus.COMPLETED, 1, {})


def test_a_name_that_somebody_keeps_is_refused_and_tried_with_the_next_import(imports: ImportWorld) -> None:
    staff = imports.staff()
    imports.read()
    imports.tenant.user("p1", id_=staff[0], jobTitle="Chief")

    found = imports.read()

    assert (found.status, found.changed) == (ImportStatus.COMPLETED, 0)
    assert StagedRecord.objects.get().reason["text"] == "Another user has this user principal name."
    imports.tenant.user("free", id_=staff[1])
    imports.read()
    assert (imports.differences(), StagedRecord.objects.count()) == ({}, 0)
    assert User.objects.get(object_id=staff[0]).job_title == "Chief"


def test_a_member_and_a_manager_whom_nobody_knows_yet_wait_for_the_next_import(imports: ImportWorld) -> None:
    staff, late = imports.staff(), new_id()
    group = imports.tenant.group("Team", [staff[0]])
    imports.tenant.user("p0", manager=late, id_=staff[0])
    imports.source.more = [Member(group=group, id=late, type=ObjectType.USER)]
    imports.read()
    assert StagedRecord.objects.filter(waits=True).count() == 2

    imports.source.more = []
    imports.tenant.user("late", id_=late)
    imports.read()

    imports.tenant.members[(group, late)] = ObjectType.USER
    assert (imports.differences(), StagedRecord.objects.count()) == ({}, 0)


def test_records_without_id_or_name_are_told_and_stop_nobody(imports: ImportWorld) -> None:
    imports.staff()
    nameless = Person(id=new_id(), attributes={"displayName": "Nobody"})
    imports.source.more = [Person(id="", attributes={"displayName": "No id"}), nameless]

    found = imports.read()

    assert (found.status, found.skipped) == (ImportStatus.COMPLETED, 1)
    assert found.told[0]["label"] == "No id"
    assert StagedRecord.objects.get(waits=True).reason["text"] == "It has no user principal name."
    assert imports.differences() == {}
