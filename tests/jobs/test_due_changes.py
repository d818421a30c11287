"""What becomes due by a change of the directory, who has to wait, and when one more worker is wanted."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from provisioning.choices import CycleStatus, Mode, Phase, QuarantineReason
from provisioning.jobs import due
from provisioning.models import Beat, Directory, ProvisioningJob
from tests.factories import make_cycle, make_job, make_slice, make_user

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
NOW = timezone.now()
SOON, AGO = NOW + timedelta(hours=1), NOW - timedelta(minutes=5)


@pytest.fixture
def job() -> ProvisioningJob:
    """Starts on change, and something changed six seconds ago."""
    job = make_job(mode=Mode.AUTOMATIC, is_on=True, on_change=True, next_start_at=SOON, watermark=0)
    make_user()
    Directory.objects.update(changed_at=NOW - timedelta(seconds=6))
    return job


def noted(job: ProvisioningJob) -> bool:
    number = due.note_changes(NOW)
    job.refresh_from_db()
    assert (job.next_start_at == NOW) is bool(number)
    return bool(number)


def test_a_change_makes_the_job_due_after_five_seconds_of_quiet(job: ProvisioningJob) -> None:
    Directory.objects.update(changed_at=NOW - timedelta(seconds=4))
    assert noted(job) is False

    Directory.objects.update(changed_at=NOW - timedelta(seconds=5))
    assert noted(job) is True


@pytest.mark.parametrize(
    "values",
    [
        {"on_change": False},
        {"is_on": False},
        {"mode": Mode.MANUAL},
        {"quarantine": QuarantineReason.EXCEPTION},
        {"watermark": None},
        {"watermark": 10**6},
        {"next_start_at": AGO},
        {"next_start_at": None},
    ],
)
def test_a_change_makes_no_other_job_due(job: ProvisioningJob, values: dict[str, Any]) -> None:
    ProvisioningJob.objects.update(**values)

    assert due.note_changes(NOW) == 0


def test_a_message_under_way_is_forgotten_so_that_the_job_is_queued_at_once(job: ProvisioningJob) -> None:
    ProvisioningJob.objects.update(queued_at=NOW)

    assert noted(job) is True
    assert job.queued_at is None


@pytest.mark.parametrize(("until", "expected"), [(SOON, False), (AGO, True), (None, True)])
@pytest.mark.parametrize("running", [True, False])
def test_a_job_whose_target_asked_to_wait_is_not_due_before(until: Any, expected: bool, running: bool) -> None:
    job = make_job(mode=Mode.AUTOMATIC, is_on=True, next_start_at=SOON if running else AGO, not_before=until)
    if running:
        make_slice(make_cycle(job))

    assert due.jobs(NOW).exists() is expected


@pytest.mark.parametrize(("not_before", "expected"), [(SOON, False), (AGO, True)])
def test_a_slice_whose_time_has_not_come_needs_nobody(not_before: Any, expected: bool) -> None:
    make_slice(make_cycle(make_job(next_start_at=SOON)), not_before=not_before, again=True)

    assert due.jobs(NOW).exists() is expected


# --- help


@pytest.fixture
def large(settings: Settings) -> ProvisioningJob:
    """A cycle with four slices, on a portal with four workers, for a target that bears a lot."""
    settings.PORTAL_WORKERS = 4
    job = make_job(rate_limit=500)
    cycle = make_cycle(job)
    for low in range(4):
        make_slice(cycle, low=low)
    return job


def hold(job: ProvisioningJob, number: int) -> None:
    for each in job.cycles.get().slices.all()[:number]:
        each.expires_at = timezone.now() + timedelta(minutes=1)
        each.save()


@pytest.mark.parametrize(("held", "wants"), [(0, True), (2, True), (3, False), (4, False)])
def test_one_more_is_wanted_while_there_is_a_slice_for_one_more(large: ProvisioningJob, held: int, wants: bool) -> None:
    hold(large, held)

    assert due.wants_help(large, NOW) is wants


@pytest.mark.parametrize(("workers", "wants"), [(1, False), (2, True)])
def test_not_more_than_there_are_workers(large: ProvisioningJob, settings: Settings, workers: int, wants: bool) -> None:
    settings.PORTAL_WORKERS = workers

    assert due.wants_help(large, NOW) is wants


def test_each_host_has_workers_of_its_own(large: ProvisioningJob, settings: Settings) -> None:
    settings.PORTAL_WORKERS = 1
    for host in ("a", "b"):
        Beat.objects.create(host=host, cluster="cycles", beat_at=NOW)
    assert due.wants_help(large, NOW) is True

    Beat.objects.filter(host="b").update(beat_at=NOW - timedelta(hours=1))
    assert due.wants_help(large, NOW) is False


@pytest.mark.parametrize(("rate", "wants"), [(49.9, False), (50, True)])
def test_a_slow_target_is_served_by_one(large: ProvisioningJob, rate: float, wants: bool) -> None:
    large.rate_limit = rate

    assert due.wants_help(large, NOW) is wants


def test_slices_of_other_phases_and_of_a_stopped_cycle_need_nobody(large: ProvisioningJob) -> None:
    cycle = large.cycles.get()
    cycle.slices.update(phase=Phase.GROUPS)
    assert due.wants_help(large, NOW) is False

    cycle.slices.update(phase=cycle.phase)
    large.cycles.update(status=CycleStatus.STOPPED)
    assert due.wants_help(large, NOW) is False
