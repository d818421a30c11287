"""What administrators do to a job: start, stop, restart, sync now."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from provisioning.choices import CycleStatus, Mode, QuarantineReason
from provisioning.jobs import control
from provisioning.models import ProvisioningJob
from tests.factories import make_cycle, make_job, make_state, make_user

pytestmark = pytest.mark.django_db
NOW = timezone.now()
LATER = NOW + timedelta(minutes=20)
Deed = Callable[[int, datetime], ProvisioningJob]


@pytest.fixture
def job() -> ProvisioningJob:
    """On, between two cycles."""
    return make_job(credentials={}, is_on=True, next_start_at=LATER, watermark=7)


@pytest.mark.parametrize("deed", [control.start, control.restart, control.sync_now])
def test_what_starts_a_cycle_makes_it_due_and_forgets_the_message_under_way(job: ProvisioningJob, deed: Deed) -> None:
    ProvisioningJob.objects.update(queued_at=NOW)

    deed(job.pk, NOW)

    job.refresh_from_db()
    assert (job.is_on, job.next_start_at, job.queued_at) == (True, NOW, None)


@pytest.mark.parametrize("deed", [control.start, control.restart])
@pytest.mark.parametrize("lacking", ["credentials", "automatic mode"])
def test_a_job_that_is_not_set_up_can_not_be_started(job: ProvisioningJob, deed: Deed, lacking: str) -> None:
    if lacking == "credentials":
        job.credentials.delete()
    else:
        ProvisioningJob.objects.update(mode=Mode.MANUAL)

    with pytest.raises(control.NotPossible, match="save admin credentials first"):
        deed(job.pk, NOW)


def test_starting_keeps_watermark_and_configuration(job: ProvisioningJob) -> None:
    control.start(job.pk, NOW)

    job.refresh_from_db()
    assert (job.watermark, job.config_version) == (7, 1)


# --- stop


def test_stopping_stops_the_running_cycle_where_it_is(job: ProvisioningJob) -> None:
    cycle = make_cycle(job)

    control.stop(job.pk, NOW)

    job.refresh_from_db()
    cycle.refresh_from_db()
    assert (job.is_on, cycle.status, cycle.stopped_at, cycle.ended_at) == (False, CycleStatus.STOPPED, NOW, None)


def test_stopping_leaves_an_interrupted_cycle_and_ended_ones_as_they_are(job: ProvisioningJob) -> None:
    stood = make_cycle(job, status=CycleStatus.INTERRUPTED)
    ended = make_cycle(job, status=CycleStatus.COMPLETED)

    control.stop(job.pk, NOW)

    for cycle, status in ((stood, CycleStatus.INTERRUPTED), (ended, CycleStatus.COMPLETED)):
        cycle.refresh_from_db()
        assert cycle.status == status


def test_stopping_twice_is_harmless(job: ProvisioningJob) -> None:
    cycle = make_cycle(job)
    control.stop(job.pk, NOW)

    control.stop(job.pk, LATER)

    cycle.refresh_from_db()
    assert cycle.stopped_at == NOW


# --- restart


def test_a_restart_looks_at_everybody_again_under_a_new_version(job: ProvisioningJob) -> None:
    control.restart(job.pk, NOW)

    job.refresh_from_db()
    assert (job.watermark, job.config_version) == (None, 2)


def test_a_restart_leaves_quarantine(job: ProvisioningJob) -> None:
    ProvisioningJob.objects.update(
        quarantine=QuarantineReason.EXCEPTION, quarantine_code="Timeout", quarantine_tries=5, quarantined_at=NOW
    )

    control.restart(job.pk, NOW)

    job.refresh_from_db()
    assert (job.quarantine, job.quarantine_code, job.quarantine_tries, job.quarantined_at) == ("", "", 0, None)


def test_a_restart_makes_failed_objects_due_and_keeps_links(job: ProvisioningJob) -> None:
    failed = make_state(job, make_user(), failures=4, first_failed_at=NOW, next_try_at=None, target_id="77")
    fine = make_state(job, make_user())

    control.restart(job.pk, NOW)

    failed.refresh_from_db()
    fine.refresh_from_db()
    assert (failed.failures, failed.first_failed_at, failed.next_try_at, failed.target_id) == (0, None, NOW, "77")
    assert fine.next_try_at is None


# --- sync now


def test_sync_now_is_refused_while_provisioning_is_off(job: ProvisioningJob) -> None:
    control.stop(job.pk, NOW)

    with pytest.raises(control.NotPossible, match=r"Provisioning is off\."):
        control.sync_now(job.pk, NOW)


def test_sync_now_is_refused_while_a_cycle_runs_and_says_so(job: ProvisioningJob) -> None:
    make_cycle(job)

    with pytest.raises(control.NotPossible, match="A cycle is running already"):
        control.sync_now(job.pk, NOW)

    job.refresh_from_db()
    assert job.next_start_at == LATER


def test_sync_now_in_quarantine_makes_the_next_try_due(job: ProvisioningJob) -> None:
    make_cycle(job, status=CycleStatus.INTERRUPTED)
    ProvisioningJob.objects.update(quarantine=QuarantineReason.EXCEPTION)

    control.sync_now(job.pk, NOW)

    job.refresh_from_db()
    assert (job.next_start_at, job.quarantine) == (NOW, QuarantineReason.EXCEPTION)
