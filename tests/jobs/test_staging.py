"""Removals that wait: how they merge with what was staged before, what the guard counts, and when they are done."""

import pytest

from provisioning.choices import Action, Kind, ObjectType, Staging
from provisioning.errors import LicenseLimitExceeded, Rejected
from provisioning.jobs import change, staging
from provisioning.models import Activity, Group, StagedRemoval, User
from provisioning.records import GuardRules, Staged
from provisioning.texts import say
from tests.factories import make_cycle, make_state, make_user, make_users
from tests.jobs.workers import refreshed
from tests.jobs.world import RowWorld, counts

pytestmark = pytest.mark.both_databases
STAGED, PASSED, HELD, APPROVED, REJECTED = Staging


def removal(status: Staging = STAGED, number: int = 1, action: Action = Action.DISABLE, code: str = "Left") -> Staged:
    return Staged(kind=Kind.ACCOUNT, action=action, code=code, reason=say("x"), number=number, status=status)


# --- the guard


def stage(world: RowWorld, users: list[User], status: Staging, kind: Kind = Kind.ACCOUNT, number: int = 1) -> None:
    """Removals of these people's accounts."""
    for user in users:
        state = world.job.object_states.filter(source_key=user.pk).first() or make_state(world.job, user)
        StagedRemoval.objects.create(
            job=world.job,
            state=state,
            object_type=ObjectType.USER,
            source_key=user.pk,
            kind=kind,
            action=Action.DISABLE,
            code="Left",
            number=number,
            status=status,
            entry={"action": "stagedDelete", "status": "skipped", "object_type": "User", "source_id": "x"},
            staged_at=world.now(),
        )


def decide(world: RowWorld, number: int) -> bool:
    cycle = make_cycle(world.job)
    return staging.decide(cycle, refreshed(world), GuardRules(number=number), world.now())


def statuses(kind: Kind = Kind.ACCOUNT) -> list[str]:
    return sorted(StagedRemoval.objects.filter(kind=kind).values_list("status", flat=True))


def test_up_to_the_limit_all_pass(rows: RowWorld) -> None:
    stage(rows, make_users(3), STAGED)

    assert (decide(rows, 3), statuses(), refreshed(rows).held_at) == (False, ["passed"] * 3, None)


def test_above_it_all_are_held_and_told(rows: RowWorld) -> None:
    stage(rows, make_users(4), STAGED)

    assert (decide(rows, 3), statuses()) == (True, ["held"] * 4)
    assert refreshed(rows).held_at is not None
    assert Activity.objects.count() == 4
    assert counts(rows.newest()) == {"held": 4}


@pytest.mark.parametrize(("status", "counted"), [(HELD, True), (APPROVED, False), (REJECTED, False), (PASSED, False)])
def test_what_is_still_held_counts_and_what_was_decided_on_does_not(
    rows: RowWorld, status: Staging, counted: bool
) -> None:
    stage(rows, make_users(3), STAGED)
    stage(rows, make_users(1), status)

    decide(rows, 3)

    assert ("held" in statuses() and "passed" not in statuses()) is counted


def test_accounts_and_members_are_counted_apart(rows: RowWorld) -> None:
    stage(rows, make_users(3), STAGED)
    stage(rows, make_users(1), STAGED, Kind.MEMBERS, number=4)

    decide(rows, 3)

    assert (statuses(), statuses(Kind.MEMBERS)) == (["passed"] * 3, ["held"])


def test_held_is_told_once_and_over_when_nothing_waits(rows: RowWorld) -> None:
    stage(rows, make_users(2), STAGED)

    assert [decide(rows, 1) for _ in range(1)] == [True]
    rows.job.cycles.update(ended_at=rows.now())
    stage(rows, make_users(1), STAGED)
    assert decide(rows, 1) is False

    StagedRemoval.objects.all().delete()
    rows.job.cycles.update(ended_at=rows.now())
    decide(rows, 1)
    assert refreshed(rows).held_at is None


def test_a_cycle_that_ends_early_drops_what_nobody_decided_on(rows: RowWorld) -> None:
    for status in Staging:
        stage(rows, make_users(1), status)

    staging.drop_undecided(refreshed(rows))

    assert statuses() == ["approved", "held", "rejected"]


# --- carried out


def test_a_removal_that_failed_is_tried_again_by_the_next_cycle(rows: RowWorld) -> None:
    bo = rows.person()
    rows.cycle()
    rows.unassign(bo)
    rows.service.fail("disable", LicenseLimitExceeded(say("no")))
    first = rows.cycle()
    between = rows.account(bo)

    second = rows.cycle()

    after = rows.account(bo)
    assert between is not None
    assert after is not None
    assert (counts(first), between.active) == ({"failed": 1}, True)
    assert (counts(second), after.active, rows.staged()) == ({"disabled": 1}, False, {})


def test_a_removal_that_fails_again_and_again_waits_for_its_times(rows: RowWorld) -> None:
    bo = rows.person()
    rows.cycle()
    rows.unassign(bo)
    rows.service.fail("disable", *[LicenseLimitExceeded(say("no"))] * 9)
    for _ in range(5):
        rows.cycle()

    assert rows.service.requests["disable"] == 2
    rows.wait(hours=7)
    rows.cycle()
    assert rows.service.requests["disable"] == 3


def test_members_that_failed_to_leave_are_taken_out_by_the_next_cycle(rows: RowWorld) -> None:
    people = rows.people(3)
    group = rows.group("Sales", people)
    rows.cycle()
    change.remove_members(group, people[:1])
    rows.service.fail("remove_members", Rejected(say("no")))
    rows.cycle()
    assert len(rows.members(group)) == 3

    rows.cycle()

    assert (len(rows.members(group)), rows.staged()) == (2, {})


def test_a_held_group_keeps_waiting_when_its_members_fail(rows: RowWorld) -> None:
    late = make_user(account_enabled=False)
    group = rows.group("Sales", [*rows.people(1), late])
    rows.cycle()
    hold(rows, group)
    rows.change(late, account_enabled=True)
    rows.service.fail("add_members", Rejected(say("no")))

    rows.cycle()

    assert rows.staged() == {"Sales": "held"}


def hold(world: RowWorld, group: Group) -> None:
    """Its deletion waits for a person, since an earlier cycle."""
    StagedRemoval.objects.create(
        job=world.job,
        state=world.state(group),
        object_type=ObjectType.GROUP,
        source_key=group.pk,
        kind=Kind.ACCOUNT,
        action=Action.DELETE,
        code="Left",
        status=HELD,
        staged_at=world.now(),
    )
