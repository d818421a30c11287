"""Beginning a cycle, or going on with one that stood still."""

from datetime import timedelta

import pytest
from django.utils import timezone

from provisioning.choices import CycleKind, CycleStatus, Mode
from provisioning.jobs import change
from provisioning.jobs.begin import begin
from provisioning.models import Cycle, ProvisioningJob
from tests.factories import make_cycle, make_job, make_slice, make_users

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
NOW = timezone.now()


@pytest.fixture
def job() -> ProvisioningJob:
    """Three people are assigned, and a cycle is due."""
    job = make_job(credentials={}, is_on=True, next_start_at=NOW)
    change.assign(job.application, make_users(3), job.application.roles.first())
    return job


def begun(job: ProvisioningJob) -> Cycle:
    cycle = begin(job.pk, NOW)
    assert cycle is not None
    cycle.refresh_from_db()
    return cycle


def set_job(job: ProvisioningJob, **values: object) -> None:
    ProvisioningJob.objects.filter(pk=job.pk).update(**values)


# --- a new cycle


def test_the_first_cycle_is_initial_and_looks_at_everybody(job: ProvisioningJob) -> None:
    cycle = begun(job)

    assert (cycle.kind, cycle.status, cycle.watermark) == (CycleKind.INITIAL, CycleStatus.RUNNING, None)
    assert (cycle.total, cycle.slices.count(), cycle.started_at) == (3, 1, NOW)


def test_the_head_of_the_directory_becomes_the_cycles(job: ProvisioningJob) -> None:
    directory = job.application.directory
    directory.refresh_from_db()

    assert begun(job).head == directory.head


def test_a_job_with_a_watermark_gets_an_incremental_cycle_from_there(job: ProvisioningJob) -> None:
    set_job(job, watermark=10**6)

    cycle = begun(job)

    assert (cycle.kind, cycle.watermark, cycle.total) == (CycleKind.INCREMENTAL, 10**6, 0)


def test_the_next_start_is_one_interval_later(job: ProvisioningJob) -> None:
    set_job(job, interval_minutes=30)

    begun(job)

    job.refresh_from_db()
    assert (job.next_start_at, job.first_started_at) == (NOW + timedelta(minutes=30), NOW)


def test_the_first_start_is_kept(job: ProvisioningJob) -> None:
    first = NOW - timedelta(days=9)
    set_job(job, first_started_at=first)

    begun(job)

    job.refresh_from_db()
    assert job.first_started_at == first


@pytest.mark.parametrize(
    "values",
    [
        {"is_on": False},
        {"mode": Mode.MANUAL},
        {"next_start_at": None},
        {"next_start_at": NOW + timedelta(seconds=1)},
    ],
)
def test_nothing_begins_when_the_job_is_off_or_not_due(job: ProvisioningJob, values: dict[str, object]) -> None:
    set_job(job, **values)

    assert (begin(job.pk, NOW), Cycle.objects.count()) == (None, 0)


def test_nothing_begins_without_credentials(job: ProvisioningJob) -> None:
    job.credentials.delete()

    assert begin(job.pk, NOW) is None


def test_nothing_begins_while_a_worker_may_still_have_objects_of_the_last_cycle_in_hand(job: ProvisioningJob) -> None:
    ended = make_cycle(job, status=CycleStatus.SUPERSEDED)
    held = make_slice(ended, expires_at=timezone.now() + timedelta(seconds=60))

    assert begin(job.pk, NOW) is None

    held.expires_at = timezone.now() - timedelta(seconds=1)
    held.save()
    assert begin(job.pk, NOW) is not None


# --- the running one


def test_a_second_start_gives_the_running_cycle(job: ProvisioningJob) -> None:
    first = begun(job)
    set_job(job, next_start_at=NOW)

    assert begun(job) == first
    assert Cycle.objects.count() == 1


# --- going on


@pytest.mark.parametrize("status", [CycleStatus.STOPPED, CycleStatus.INTERRUPTED])
def test_a_cycle_that_stood_still_goes_on_where_it_was(job: ProvisioningJob, status: CycleStatus) -> None:
    stood = make_cycle(job, status=status, kind=CycleKind.INCREMENTAL, stop_code="Timeout", stop_message={"text": "x"})
    make_slice(stood, low=42)

    cycle = begun(job)

    assert (cycle, cycle.kind, cycle.status) == (stood, CycleKind.INCREMENTAL, CycleStatus.RUNNING)
    assert (cycle.stopped_at, cycle.stop_code, cycle.stop_message) == (None, "", {})
    assert cycle.slices.get().low == 42


def test_going_on_sets_the_next_start(job: ProvisioningJob) -> None:
    make_cycle(job, status=CycleStatus.STOPPED)

    begun(job)

    job.refresh_from_db()
    assert job.next_start_at == NOW + timedelta(minutes=20)


def test_a_cycle_of_an_older_configuration_does_not_go_on(job: ProvisioningJob) -> None:
    old = make_cycle(job, status=CycleStatus.STOPPED, config_version=job.config_version - 1)

    cycle = begun(job)

    old.refresh_from_db()
    assert (cycle != old, old.status, old.ended_at) == (True, CycleStatus.SUPERSEDED, NOW)
    assert cycle.total == 3


@pytest.mark.parametrize(("hours", "goes_on"), [(24, True), (25, False)])
def test_a_cycle_that_stood_for_more_than_a_day_does_not_go_on(job: ProvisioningJob, hours: int, goes_on: bool) -> None:
    stood = make_cycle(job, status=CycleStatus.INTERRUPTED, stopped_at=NOW - timedelta(hours=hours))

    assert (begun(job) == stood) is goes_on
