"""Cutting a cycle into slices, and ending cycles."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from provisioning.choices import CycleStatus, Phase
from provisioning.jobs import change, opening, phases
from provisioning.models import Cycle, ProvisioningJob
from tests.factories import make_cycle, make_group, make_job, make_state, make_user, make_users

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
NOW = timezone.now()


@pytest.fixture
def job() -> ProvisioningJob:
    return make_job(credentials={}, is_on=True, next_start_at=NOW + timedelta(minutes=20))


def opened(job: ProvisioningJob, people: int) -> tuple[Cycle, list[int]]:
    """A cycle over so many assigned people, cut into slices of three; and their keys."""
    users = make_users(people) if people else []
    change.assign(job.application, users, job.application.roles.first())
    cycle = make_cycle(job)
    phases.begin(cycle, job, NOW)
    cycle.refresh_from_db()
    return cycle, [user.pk for user in users]


@pytest.mark.parametrize(
    ("people", "bounds"),
    [
        (0, []),
        (1, [(None, None)]),
        (3, [(None, None)]),
        (4, [(None, 3), (3, None)]),
        (6, [(None, 3), (3, None)]),
        (7, [(None, 3), (3, 6), (6, None)]),
    ],
)
def test_slices_meet_without_a_gap_and_are_open_at_both_ends(
    job: ProvisioningJob, people: int, bounds: list[tuple[int | None, int | None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "SLICE", 3)

    cycle, keys = opened(job, people)

    assert [(each.low, each.high) for each in cycle.slices.order_by("low")] == [
        (0 if low is None else keys[low - 1], None if high is None else keys[high - 1]) for low, high in bounds
    ]
    assert (cycle.total, cycle.phase) == (people, Phase.USERS if people else Phase.FINISH)


@pytest.mark.parametrize(("people", "slices"), [(3, 2), (5, 3), (6, 2), (8, 3)])
def test_a_slice_is_a_share_of_the_people_within_bounds(
    job: ProvisioningJob, people: int, slices: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "SLICE", 2)
    monkeypatch.setattr(opening, "LARGEST_SLICE", 3)
    monkeypatch.setattr(opening, "SHARES", 2)

    cycle, _ = opened(job, people)

    assert cycle.slices.count() == slices


def test_nobody_is_looked_at_while_the_mapping_is_switched_off(job: ProvisioningJob) -> None:
    job.mappings.update(enabled=False)

    cycle, _ = opened(job, 2)

    assert (cycle.total, cycle.slices.count()) == (0, 0)


@pytest.mark.parametrize("people", [1, 30])
def test_beginning_takes_the_same_number_of_queries_for_many_people(
    job: ProvisioningJob, people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    users = make_users(people, manager=make_user())
    group = make_group("Sales", users)
    change.assign(job.application, [*users, group], job.application.roles.first())
    for each in users:
        make_state(job, each)  # with accounts there is nothing to be listed first
    cycle = make_cycle(job)

    with django_assert_num_queries(9):
        phases.begin(cycle, job, NOW)

    assert cycle.total == people
    assert [(each.done, each.total) for each in cycle.parts] == [(0, people)]


def test_finishing_moves_the_watermark_to_the_head_that_was_read_at_the_beginning(job: ProvisioningJob) -> None:
    cycle = make_cycle(job, head=7)
    make_users(3)

    phases.finish(cycle, job, NOW)

    job.refresh_from_db()
    cycle.refresh_from_db()
    assert (job.watermark, cycle.status, cycle.ended_at) == (7, CycleStatus.COMPLETED, NOW)


def test_a_superseded_cycle_is_followed_at_once_and_leaves_the_watermark(job: ProvisioningJob) -> None:
    cycle = make_cycle(job, head=7)

    phases.supersede(cycle, job, NOW)

    job.refresh_from_db()
    cycle.refresh_from_db()
    assert (job.watermark, job.next_start_at, cycle.status) == (None, NOW, CycleStatus.SUPERSEDED)


@pytest.mark.parametrize(
    ("late", "expected"),
    [(timedelta(minutes=-5), NOW), (timedelta(minutes=5), NOW + timedelta(minutes=5))],
)
def test_the_next_start_is_never_in_the_past(job: ProvisioningJob, late: timedelta, expected: object) -> None:
    job.next_start_at = NOW + late
    job.save()

    phases.end(make_cycle(job), job, CycleStatus.COMPLETED, NOW)

    job.refresh_from_db()
    assert job.next_start_at == expected
