"""What charts are drawn from."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db.models import QuerySet
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from provisioning.choices import Action, CycleStatus, Status
from provisioning.jobs import insights
from provisioning.jobs.activity_counts import count
from provisioning.models import ProvisioningJob
from tests.factories import make_cycle, make_job

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
CREATED, FAILED = (Action.CREATE, Status.SUCCESS, ""), (Action.CREATE, Status.FAILURE, "EntryConflict")


@pytest.fixture
def job() -> ProvisioningJob:
    return make_job()


@pytest.fixture
def jobs(job: ProvisioningJob) -> QuerySet[ProvisioningJob]:
    return ProvisioningJob.objects.filter(pk=job.pk)


def test_a_day_is_cut_into_hours(job: ProvisioningJob, jobs: QuerySet[ProvisioningJob]) -> None:
    count(job.pk, [CREATED, CREATED, FAILED], NOON - timedelta(hours=1))
    count(job.pk, [CREATED], NOON - timedelta(minutes=30) - timedelta(days=1))  # in the hour that is cut

    found = insights.insights(jobs, NOON - timedelta(hours=23, minutes=50), NOON)

    assert (found.unit, len(found.buckets)) == (insights.HOUR, 24)
    assert found.buckets[-1].actions == {"create": 2}
    assert found.buckets[-1].rate == pytest.approx(66.67, abs=0.01)
    assert found.statuses == {"success": 2, "failure": 1}
    assert [(each.code, each.number) for each in found.errors] == [("EntryConflict", 1)]


def test_days_begin_at_the_persons_midnight(job: ProvisioningJob, jobs: QuerySet[ProvisioningJob]) -> None:
    count(job.pk, [CREATED], datetime(2026, 3, 28, 23, tzinfo=UTC))  # already the 29th there, when clocks change
    with timezone.override(ZoneInfo("Europe/Stockholm")):
        since = datetime(2026, 3, 25, tzinfo=UTC)
        found = insights.insights(jobs, since, since + timedelta(days=7))

    assert [f"{each.start:%d %H:%M}" for each in found.buckets[:6]] == [
        "25 00:00", "26 00:00", "27 00:00", "28 00:00", "29 00:00", "30 00:00",
    ]  # fmt: skip
    assert [each.start.day for each in found.buckets if each.actions] == [29]


def test_a_year_is_cut_into_weeks(jobs: QuerySet[ProvisioningJob]) -> None:
    found = insights.insights(jobs, NOON - timedelta(days=365), NOON)

    assert (found.unit, len(found.buckets)) == (insights.WEEK, 53)
    assert found.rate is None


def test_lengths_of_cycles_are_told_by_their_start(job: ProvisioningJob, jobs: QuerySet[ProvisioningJob]) -> None:
    for seconds in (10, 30):
        start = NOON - timedelta(hours=2)
        ended = start + timedelta(seconds=seconds)
        make_cycle(job, status=CycleStatus.COMPLETED, started_at=start, ended_at=ended, created=5)
    make_cycle(job, started_at=NOON)

    found = insights.insights(jobs, NOON - timedelta(days=1), NOON)

    [bucket] = [each for each in found.buckets if each.seconds]
    assert (bucket.average, bucket.longest, found.cycles) == (20, 30, 2)
    assert found.created == 10


def test_accounts_to_date_grow_to_what_there_are(job: ProvisioningJob, jobs: QuerySet[ProvisioningJob]) -> None:
    count(job.pk, [CREATED] * 3, NOON - timedelta(days=5))
    count(job.pk, [CREATED] * 2, NOON - timedelta(hours=3))
    count(job.pk, [CREATED], NOON + timedelta(hours=3))

    found = insights.insights(jobs, NOON - timedelta(hours=6), NOON)

    assert [each.created_to_date for each in found.buckets] == [3, 3, 3, 5, 5, 5]
    assert found.created == 6


def test_others_are_told_apart(job: ProvisioningJob, jobs: QuerySet[ProvisioningJob]) -> None:
    other = make_job()
    count(job.pk, [CREATED], NOON - timedelta(hours=1))
    count(other.pk, [FAILED, FAILED], NOON - timedelta(hours=1))

    span = (NOON - timedelta(days=1), NOON)

    assert insights.insights(jobs, *span).statuses == {"success": 1}
    assert insights.insights(ProvisioningJob.objects.all(), *span).statuses == {"success": 1, "failure": 2}
    assert [(each.job, each.rate) for each in insights.shares(*span)] == [(other, 0), (job, 100)]


@pytest.mark.parametrize("number", [1, 20])
def test_reading_takes_the_same_number_of_queries_for_many(
    job: ProvisioningJob,
    jobs: QuerySet[ProvisioningJob],
    number: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for hours in range(number):
        count(job.pk, [CREATED, FAILED], NOON - timedelta(hours=hours))
        make_cycle(job, status=CycleStatus.COMPLETED, started_at=NOON - timedelta(hours=hours + 1))

    with django_assert_num_queries(7):
        insights.insights(jobs, NOON - timedelta(days=30), NOON)
