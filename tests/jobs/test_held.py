"""Held removals: a person approves or rejects them, one by one or all."""

import pytest

from provisioning.choices import ResetScope, Staging
from provisioning.jobs import change, control, held, on_demand
from provisioning.models import OnDemandRun, ProvisioningJob, StagedRemoval, User
from tests.jobs.workers import refreshed
from tests.jobs.world import RowWorld

pytestmark = pytest.mark.both_databases


@pytest.fixture
def leavers(rows: RowWorld) -> list[User]:
    """Twelve removals are held."""
    rows.save(guard_number=1)
    leavers = rows.people(12)
    rows.cycle()
    rows.unassign(*leavers)
    rows.cycle()
    ProvisioningJob.objects.update(next_start_at=rows.now().replace(year=2100))
    return leavers


def keys(*users: User) -> list[int]:
    rows = StagedRemoval.objects.filter(source_key__in=[each.pk for each in users])
    return list(rows.values_list("pk", flat=True))


def is_due(world: RowWorld) -> bool:
    next_start = refreshed(world).next_start_at
    return next_start is not None and next_start <= world.now()


def test_a_few_are_carried_out_at_once_by_runs_of_their_own(rows: RowWorld, leavers: list[User]) -> None:
    number, runs = held.approve(rows.job.pk, keys(*leavers[:10]), "admin", rows.now())

    assert (number, len(runs)) == (10, 10)
    assert {(each.is_removal, each.asked_by) for each in runs} == {(True, "admin")}
    row = StagedRemoval.objects.filter(source_key=leavers[0].pk).get()
    assert (row.status, row.decided_by, row.decided_at is not None) == (Staging.APPROVED, "admin", True)
    assert not is_due(rows)


def test_more_make_the_job_due(rows: RowWorld, leavers: list[User]) -> None:
    assert held.approve(rows.job.pk, keys(*leavers[:11]), "admin", rows.now()) == (11, [])

    assert is_due(rows)


def test_more_make_no_job_due_that_is_off(rows: RowWorld, leavers: list[User]) -> None:
    control.stop(rows.job.pk, rows.now())

    held.approve(rows.job.pk, keys(*leavers), "admin", rows.now())

    assert not is_due(rows)


def test_members_wait_for_a_cycle_however_few_they_are(rows: RowWorld) -> None:
    rows.save(guard_number=1)
    people = rows.people(3)
    group = rows.group("Sales", people)
    rows.cycle()
    change.remove_members(group, people)
    rows.cycle()

    key = StagedRemoval.objects.get().pk
    assert held.approve(rows.job.pk, [key], "admin", rows.now()) == (1, [])


def test_a_second_click_finds_nothing_to_decide(rows: RowWorld, leavers: list[User]) -> None:
    held.approve(rows.job.pk, keys(leavers[0]), "admin", rows.now())

    assert held.approve(rows.job.pk, keys(leavers[0]), "another", rows.now()) == (0, [])
    assert held.reject(rows.job.pk, keys(leavers[0]), "another", rows.now()) == 0


def test_removals_of_another_job_are_not_decided_on(rows: RowWorld, leavers: list[User]) -> None:
    assert held.reject(rows.job.pk, [10**6], "admin", rows.now()) == 0


def test_the_job_is_held_until_the_last_is_decided_on(rows: RowWorld, leavers: list[User]) -> None:
    held.reject(rows.job.pk, keys(*leavers[:11]), "admin", rows.now())
    assert refreshed(rows).held_at is not None

    held.reject(rows.job.pk, keys(leavers[11]), "admin", rows.now())
    assert refreshed(rows).held_at is None


def test_a_rejected_one_is_held_again_by_a_full_pass(rows: RowWorld, leavers: list[User]) -> None:
    held.reject(rows.job.pk, keys(*leavers), "admin", rows.now())

    control.restart(rows.job.pk, rows.now(), [ResetScope.WATERMARK])
    rows.work()

    assert set(rows.staged().values()) == {"held"}


def test_force_deletes_approves_all_and_leaves_rejected_ones(rows: RowWorld, leavers: list[User]) -> None:
    held.reject(rows.job.pk, keys(leavers[0]), "admin", rows.now())

    control.restart(rows.job.pk, rows.now(), [ResetScope.FORCE_DELETES])

    assert sorted(rows.staged().values()) == ["approved"] * 11 + ["rejected"]


def test_an_approved_one_that_is_no_longer_true_harms_nobody(rows: RowWorld, leavers: list[User]) -> None:
    _, runs = held.approve(rows.job.pk, keys(leavers[0]), "admin", rows.now())
    rows.assign(leavers[0])

    on_demand.run(runs[0].pk)

    account = rows.account(leavers[0])
    assert account is not None
    assert (account.active, leavers[0].display_name in rows.staged()) == (True, False)


def test_an_approved_one_whose_reason_changed_is_held_anew(rows: RowWorld, leavers: list[User]) -> None:
    _, runs = held.approve(rows.job.pk, keys(leavers[0]), "admin", rows.now())
    change.delete(leavers[0])

    on_demand.run(runs[0].pk)

    account = rows.account(leavers[0])
    assert account is not None
    assert (account.active, rows.staged()[leavers[0].display_name]) == (True, "held")
    assert OnDemandRun.objects.get(pk=runs[0].pk).status == "done"


def test_a_run_that_comes_when_its_removal_is_held_again_waits_for_the_person(
    rows: RowWorld, leavers: list[User]
) -> None:
    _, runs = held.approve(rows.job.pk, keys(leavers[0]), "admin", rows.now())
    StagedRemoval.objects.filter(source_key=leavers[0].pk).update(status=Staging.HELD)

    on_demand.run(runs[0].pk)

    account = rows.account(leavers[0])
    assert account is not None
    assert (account.active, rows.staged()[leavers[0].display_name]) == (True, "held")


def test_an_account_in_doubt_is_found_first_and_then_removed_as_approved(rows: RowWorld, leavers: list[User]) -> None:
    _, runs = held.approve(rows.job.pk, keys(leavers[0]), "admin", rows.now())
    rows.job.object_states.filter(source_key=leavers[0].pk).update(target_id="", uncertain=True)

    on_demand.run(runs[0].pk)

    account = rows.account(leavers[0])
    assert account is not None
    assert account.active is False


def test_provision_on_demand_of_a_leaver_is_a_persons_word_for_it(rows: RowWorld, leavers: list[User]) -> None:
    run = rows.on_demand(leavers[0])

    account = rows.account(leavers[0])
    assert account is not None
    assert (run.entry["action"], account.active, leavers[0].display_name in rows.staged()) == ("disable", False, False)
