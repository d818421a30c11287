"""The guard over whole cycles: staged, held, approved, rejected; everything else goes on."""

import pytest
from django.utils import timezone

from provisioning.choices import CycleStatus, ResetScope
from provisioning.jobs import change, control, held, on_demand
from provisioning.models import Activity, Mail, ProvisioningJob, StagedRemoval, User
from tests.jobs.world import RowWorld, counts

pytestmark = pytest.mark.both_databases


@pytest.fixture
def staff(world: RowWorld) -> list[User]:
    """Sixty people have accounts; then ten of them are unassigned at once, and one is renamed."""
    world.save(notify=True, notification_email="ops@contoso.example")
    staff = world.people(60)
    world.cycle()
    world.unassign(*staff[:10])
    world.change(staff[-1], surname="Renamed")
    return staff


def keys(world: RowWorld, *users: User) -> list[int]:
    found = StagedRemoval.objects.filter(source_key__in=[each.pk for each in users])
    return list(found.values_list("pk", flat=True))


def job(world: RowWorld) -> ProvisioningJob:
    return ProvisioningJob.objects.get(pk=world.job.pk)


def active(world: RowWorld) -> int:
    return sum(bool(each.active) for each in world.service.users.values())


def test_too_many_removals_at_once_are_held_and_the_rest_goes_on(world: RowWorld, staff: list[User]) -> None:
    cycle = world.cycle()

    assert (cycle.status, counts(cycle)) == (CycleStatus.COMPLETED, {"held": 10, "updated": 1})
    assert (active(world), set(world.staged().values())) == (60, {"held"})
    assert world.entries(staff[0])[-1] == ("stagedDelete", "skipped", "NotEffectivelyEntitled")
    assert job(world).held_at is not None


def test_one_mail_tells_of_what_is_held(world: RowWorld, staff: list[User]) -> None:
    world.cycle()
    world.unassign(staff[20])
    world.cycle()

    (mail,) = Mail.objects.all()
    assert "Removals in In memory wait for you: 10" in mail.text
    assert active(world) == 60


def test_few_removals_pass(world: RowWorld) -> None:
    staff = world.people(60)
    world.cycle()
    world.unassign(*staff[:6])

    assert counts(world.cycle()) == {"disabled": 6}


def test_approved_removals_are_carried_out_at_once(world: RowWorld, staff: list[User]) -> None:
    world.cycle()

    number, runs = held.approve(world.job.pk, keys(world, *staff[:2]), "admin", timezone.now())
    for each in runs:
        on_demand.run(each.pk)

    assert (number, active(world)) == (2, 58)
    assert world.account(staff[0]).active is False
    assert len(world.staged()) == 8


def test_many_approved_removals_make_the_next_cycle_due(world: RowWorld) -> None:
    staff = world.people(60)
    world.cycle()
    world.unassign(*staff[:20])
    world.cycle()

    number, runs = held.approve(world.job.pk, keys(world, *staff[:20]), "admin", timezone.now())
    cycle = world.cycle()

    assert (number, runs, counts(cycle), active(world)) == (20, [], {"disabled": 20}, 40)
    assert (world.staged(), job(world).held_at) == ({}, None)


def test_a_rejected_removal_leaves_the_account_until_its_person_changes(world: RowWorld, staff: list[User]) -> None:
    world.cycle()
    held.reject(world.job.pk, keys(world, *staff[:10]), "admin", timezone.now())
    world.cycle()
    before = set(world.staged().values())

    world.change(staff[0], surname="Changed")
    world.cycle()

    assert (before, active(world)) == ({"rejected"}, 60)
    assert world.staged()[staff[0].display_name] == "held"


def test_a_held_removal_that_is_no_longer_true_goes_away(world: RowWorld, staff: list[User]) -> None:
    world.cycle()

    world.assign(*staff[:10])
    cycle = world.cycle()

    assert (world.staged(), job(world).held_at, active(world)) == ({}, None, 60)
    assert counts(cycle) == {"unchanged": 10}


def test_an_approved_removal_whose_reason_changed_is_held_anew(world: RowWorld, staff: list[User]) -> None:
    world.cycle()
    (key,) = keys(world, staff[0])
    StagedRemoval.objects.filter(pk=key).update(status="approved", code="AnotherReason")

    world.cycle()

    assert (world.staged()[staff[0].display_name], active(world)) == ("held", 60)


def test_restart_with_force_deletes_approves_all(world: RowWorld, staff: list[User]) -> None:
    world.cycle()

    control.restart(world.job.pk, timezone.now(), [ResetScope.FORCE_DELETES])
    world.work()

    assert active(world) == 50


def test_without_the_guard_everything_passes(world: RowWorld, staff: list[User]) -> None:
    world.save(guard=False)

    assert counts(world.cycle()) == {"disabled": 10, "updated": 1}


def test_too_many_members_are_held_apart_from_accounts(world: RowWorld) -> None:
    staff = world.people(60)
    group = world.group("Sales", staff)
    world.cycle()

    change.remove_members(group, staff[:20])
    world.unassign(staff[-1])
    world.cycle()

    assert (len(world.members(group)), active(world)) == (60, 60)  # the last one is entitled through the group
    assert world.staged() == {"Sales": "held"}


def test_approved_members_are_taken_out_by_the_next_cycle(world: RowWorld) -> None:
    staff = world.people(60)
    group = world.group("Sales", staff)
    world.cycle()
    change.remove_members(group, staff[:20])
    world.cycle()

    held.approve(world.job.pk, StagedRemoval.objects.values_list("pk", flat=True), "admin", timezone.now())
    world.cycle()

    assert (len(world.members(group)), world.staged()) == (40, {})


def test_a_shrunken_directory_deletes_nothing(world: RowWorld) -> None:
    staff = world.people(60)
    world.cycle()

    change.delete(*staff[:30])
    change.purge(*staff[:30])
    world.cycle()

    assert (len(world.service.users), active(world)) == (60, 60)
    assert Activity.objects.filter(action="stagedDelete").count() == 30
