"""How a job stands, as its pages tell it."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from provisioning.choices import CycleKind, CycleStatus, JobState, Status
from provisioning.jobs.standing import MANY, RECENT, recent_failures, standing
from provisioning.models import ProvisioningJob
from tests.factories import make_activity, make_cycle, make_job, make_state, make_user

NOW = timezone.now()


@pytest.fixture
def job(db: None) -> ProvisioningJob:
    return make_job(credentials={"username": "a"}, is_on=True)


def test_totals_are_sums_over_all_cycles(job: ProvisioningJob) -> None:
    make_cycle(job, status=CycleStatus.COMPLETED, created=90, updated=2, started_at=NOW - timedelta(days=1))
    make_cycle(job, created=4, updated=6, disabled=4, deleted=1)

    assert standing(job, NOW).totals == {"created": 94, "updated": 8, "disabled": 4, "deleted": 1}


def test_a_job_without_cycles_has_totals_of_nothing(job: ProvisioningJob) -> None:
    found = standing(job, NOW)

    assert set(found.totals.values()) == {0}
    assert (found.newest, found.last, found.initial) == (None, None, None)


def test_managed_are_people_in_scope_and_failing_those_that_failed_last(job: ProvisioningJob) -> None:
    make_state(job, make_user())
    make_state(job, make_user(), managed=False)
    make_state(job, make_user(), status=Status.FAILURE, target_id="")
    make_state(make_job(), make_user(), status=Status.FAILURE)

    found = standing(job, NOW)

    assert (found.managed, found.failing, found.state) == (2, 1, JobState.WARNINGS)


def test_the_last_cycle_is_the_newest_that_ended(job: ProvisioningJob) -> None:
    ended = make_cycle(job, status=CycleStatus.COMPLETED, started_at=NOW - timedelta(hours=1))
    running = make_cycle(job, kind=CycleKind.INCREMENTAL)

    found = standing(job, NOW)

    assert (found.newest, found.last, found.initial) == (running, ended, ended)
    assert found.is_running
    assert found.state == JobState.RUNNING


def test_only_recent_cycles_are_read(job: ProvisioningJob) -> None:
    for age in range(RECENT + 2):
        make_cycle(job, status=CycleStatus.COMPLETED, started_at=NOW - timedelta(minutes=age))

    assert len(standing(job, NOW).cycles) == RECENT


def test_it_is_due_once_its_next_start_has_come(job: ProvisioningJob) -> None:
    job.next_start_at = NOW
    assert standing(job, NOW).is_due
    assert not standing(job, NOW - timedelta(seconds=1)).is_due

    job.is_on = False
    assert not standing(job, NOW).is_due


def test_time_left_follows_the_pace_so_far(job: ProvisioningJob) -> None:
    make_cycle(job, started_at=NOW - timedelta(minutes=2), total=50, looked_at=25)
    job.next_start_at = NOW + timedelta(minutes=18)

    assert standing(job, NOW).left == timedelta(minutes=2)


def test_no_time_left_is_told_in_the_first_tenth(job: ProvisioningJob) -> None:
    make_cycle(job, started_at=NOW - timedelta(minutes=2), total=50, looked_at=4)
    job.next_start_at = NOW + timedelta(minutes=18)

    assert standing(job, NOW).left is None


def test_no_time_left_is_told_of_a_cycle_that_stood_still_for_a_while(job: ProvisioningJob) -> None:
    make_cycle(job, started_at=NOW - timedelta(hours=5), total=50, looked_at=25)
    job.next_start_at = NOW + timedelta(minutes=18)

    assert standing(job, NOW).left is None


def test_it_is_new_until_it_is_switched_on(db: None) -> None:
    job = make_job()
    assert standing(job, NOW).is_new

    job = make_job(credentials={"username": "a"}, is_on=True)
    assert not standing(job, NOW).is_new


def test_it_is_not_new_any_more_once_a_cycle_ran(job: ProvisioningJob) -> None:
    make_cycle(job, status=CycleStatus.COMPLETED)
    job.is_on = False

    assert not standing(job, NOW).is_new


@pytest.mark.parametrize("number", [1, 3])
def test_it_takes_four_queries(
    job: ProvisioningJob, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for age in range(number):
        make_cycle(job, status=CycleStatus.COMPLETED, started_at=NOW - timedelta(minutes=age))
        make_state(job, make_user())

    with django_assert_num_queries(4):
        standing(job, NOW)


def test_recent_failures_are_those_of_one_day(job: ProvisioningJob) -> None:
    cycle = make_cycle(job)
    make_activity(cycle, status=Status.FAILURE)
    make_activity(cycle)
    make_activity(cycle, status=Status.FAILURE, occurred_at=NOW - timedelta(hours=25))
    make_activity(make_cycle(make_job()), status=Status.FAILURE)

    assert recent_failures(job, timezone.now()) == 1
    assert MANY == 10_000
