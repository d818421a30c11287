"""Marked rows go when every job has seen them and nothing is remembered of their objects."""

import pytest
from django.utils import timezone

from provisioning.jobs import change, sweep
from provisioning.models import Assignment, Membership, OnDemandRun, User
from tests.factories import make_group, make_user
from tests.jobs.world import RowWorld

pytestmark = pytest.mark.both_databases


@pytest.fixture
def marked(world: RowWorld) -> RowWorld:
    """Somebody unassigned, somebody taken out of a group, and a stranger purged; the job has not seen it yet."""
    world.cycle()
    bo, stranger = world.person(), make_user()
    group = make_group("Sales", [bo])
    world.cycle()
    world.unassign(bo)
    change.remove_members(group, [bo])
    change.purge(stranger)
    return world


def rows() -> tuple[int, int, int]:
    purged = User.objects.exclude(purged_at=None)
    return (
        Assignment.objects.filter(removed=True).count(),
        Membership.objects.filter(removed=True).count(),
        purged.count(),
    )


def test_what_a_cycle_still_has_to_see_stays(marked: RowWorld) -> None:
    sweep.marked()

    assert rows() == (1, 1, 1)


def test_what_every_job_has_seen_goes(marked: RowWorld) -> None:
    marked.cycle()

    assert sweep.marked() == 3
    assert rows() == (0, 0, 0)


def test_a_purged_person_with_an_account_stays(world: RowWorld) -> None:
    bo = world.person()
    world.cycle()
    change.purge(bo)
    world.save(guard=False)
    world.cycle()

    sweep.marked()

    assert User.objects.filter(pk=bo.pk).exists()


def test_old_runs_on_demand_go(world: RowWorld) -> None:
    world.on_demand(world.person())

    sweep.runs(timezone.now())
    kept = OnDemandRun.objects.count()
    sweep.runs(timezone.now() + sweep.KEEP_RUNS * 2)

    assert (kept, OnDemandRun.objects.count()) == (1, 0)
