"""Marked rows go when every job has seen them and nothing is remembered of their objects."""

from datetime import timedelta

import pytest
from django.utils import timezone

from provisioning.jobs import change, sweep
from provisioning.models import Assignment, Directory, Membership, OnDemandRun, User
from provisioning.models.directory import TOLD_FOR
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


def a_week_passes(world: RowWorld) -> None:
    """Readers of the API had their time: the heads that were noted are so old."""
    sweep.marked(timezone.now() - TOLD_FOR)


def test_what_a_cycle_still_has_to_see_stays(marked: RowWorld) -> None:
    a_week_passes(marked)

    sweep.marked(timezone.now())

    assert rows() == (1, 1, 1)


def test_what_every_job_has_seen_goes(marked: RowWorld) -> None:
    marked.cycle()
    a_week_passes(marked)

    assert sweep.marked(timezone.now()) == 3
    assert rows() == (0, 0, 0)


def test_what_readers_of_the_api_may_still_ask_for_stays(marked: RowWorld) -> None:
    a_week_passes(marked)
    change.purge(make_user())
    marked.cycle()
    nights = [timezone.now() + timedelta(days=day) for day in range(8)]

    left = [rows() for night in nights if sweep.marked(night) >= 0]

    assert left == [(0, 0, 1)] * 7 + [(0, 0, 0)]
    assert len(Directory.objects.get().heads) <= 8


def test_a_purged_person_with_an_account_stays(world: RowWorld) -> None:
    bo = world.person()
    world.cycle()
    change.purge(bo)
    world.save(guard=False)
    world.cycle()
    a_week_passes(world)

    sweep.marked(timezone.now())

    assert User.objects.filter(pk=bo.pk).exists()


def test_old_runs_on_demand_go(world: RowWorld) -> None:
    world.on_demand(world.person())

    sweep.runs(timezone.now())
    kept = OnDemandRun.objects.count()
    sweep.runs(timezone.now() + sweep.KEEP_RUNS * 2)

    assert (kept, OnDemandRun.objects.count()) == (1, 0)
