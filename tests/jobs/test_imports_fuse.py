"""The fuse: a read that takes too many away, or says nothing at all, changes nothing until a person says so."""

import pytest
from django.utils import timezone

from provisioning.choices import ImportStatus
from provisioning.jobs.control import NotPossible
from provisioning.jobs.imports import asking
from provisioning.models import Import, StagedRecord, User
from provisioning.texts import Message
from tests.factories import make_application
from tests.jobs.imports_world import ImportWorld

pytestmark = pytest.mark.both_databases


def said(found: Import) -> str:
    return str(Message.from_json(found.error_message))


def forget_tokens(imports: ImportWorld) -> None:
    """The next read is a whole one."""
    imports.tenant.forgotten = 1_000_000


@pytest.mark.parametrize(
    ("there", "gone", "is_held"), [(100, 10, False), (100, 11, True), (50, 9, False), (50, 10, True)]
)
def test_more_than_ten_percent_and_at_least_ten_people_hold_an_import(
    imports: ImportWorld, there: int, gone: int, is_held: bool
) -> None:
    staff = imports.staff(there)
    imports.read()
    for id_ in staff[:gone]:
        imports.tenant.delete(id_)
    before = imports.head

    found = imports.read()

    assert found.status == (ImportStatus.HELD if is_held else ImportStatus.COMPLETED)
    if is_held:
        assert said(found) == f"{gone} of {there} users are gone."
        assert (imports.head, User.objects.present().count()) == (before, there)


def test_a_whole_read_without_anybody_is_held_and_says_so(imports: ImportWorld) -> None:
    imports.staff(3)
    imports.read()
    forget_tokens(imports)
    imports.tenant.users.clear()

    found = imports.read()

    assert (found.status, said(found)) == (ImportStatus.HELD, "The directory answered with 0 of 3 users.")
    assert User.objects.present().count() == 3


def test_an_empty_source_of_an_empty_directory_is_fine(imports: ImportWorld) -> None:
    assert imports.read().status == ImportStatus.COMPLETED


def test_groups_memberships_and_assignments_are_counted_apart(imports: ImportWorld) -> None:
    staff = imports.staff(60)
    principal = imports.follow(make_application())
    groups = [imports.tenant.group(f"g{number}", staff[:5]) for number in range(20)]
    for id_ in staff[:20]:
        imports.tenant.assign(principal, id_)
    imports.read()
    for group in groups[:15]:
        for id_ in staff[:5]:
            imports.tenant.leave(group, id_)
    del imports.tenant.assignments[:12]

    found = imports.read()

    assert found.status == ImportStatus.HELD
    assert found.judged == {"member": {"gone": 75, "there": 100}, "assignment": {"gone": 12, "there": 20}}
    for group in groups:
        imports.tenant.delete(group)
    assert imports.read().judged["group"] == {"gone": 20, "there": 20}


def test_a_held_import_is_applied_as_it_was_judged_when_a_person_says_so(imports: ImportWorld) -> None:
    staff = imports.staff(30)
    imports.read()
    for id_ in staff[:20]:
        imports.tenant.delete(id_)
    held = imports.read()
    asked = len(imports.source.asked)

    asking.approve(held.pk, timezone.now(), "root")
    found = imports.work(held)

    assert (found.status, found.approved_by, imports.differences()) == (ImportStatus.COMPLETED, "root", {})
    assert len(imports.source.asked) == asked
    assert not StagedRecord.objects.exists()


def test_the_next_good_read_takes_the_place_of_a_held_one(imports: ImportWorld) -> None:
    staff = imports.staff(30)
    imports.read()
    gone = {id_: imports.tenant.users.pop(id_) for id_ in staff[:20]}
    forget_tokens(imports)
    held = imports.read()
    imports.tenant.users.update(gone)

    assert imports.read().status == ImportStatus.COMPLETED

    held.refresh_from_db()
    assert (held.status, imports.differences()) == (ImportStatus.DISCARDED, {})
    with pytest.raises(NotPossible):
        asking.approve(held.pk, timezone.now(), "root")


def test_an_approval_gives_up_the_newer_import_that_is_only_being_read(imports: ImportWorld) -> None:
    staff = imports.staff(30)
    imports.read()
    for id_ in staff[:20]:
        imports.tenant.delete(id_)
    held, newer = imports.read(), imports.ask()

    asking.approve(held.pk, timezone.now(), "root")

    newer.refresh_from_db()
    assert newer.status == ImportStatus.DISCARDED
    assert imports.work(held).status == ImportStatus.COMPLETED


def test_a_held_import_can_be_given_up(imports: ImportWorld) -> None:
    staff = imports.staff(30)
    imports.read()
    for id_ in staff[:20]:
        imports.tenant.delete(id_)
    held = imports.read()

    asking.discard(held.pk, timezone.now())

    held.refresh_from_db()
    assert held.status == ImportStatus.DISCARDED
    with pytest.raises(NotPossible):
        asking.discard(held.pk, timezone.now())
