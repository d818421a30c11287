"""What is due: read from the rows."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from provisioning.choices import CycleStatus, Mode, Phase
from provisioning.jobs import due
from provisioning.models import Mail, ProvisioningJob
from provisioning.models.outgoing import MAX_TRIES
from tests.factories import make_cycle, make_job, make_slice

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
NOW = timezone.now()
SOON, AGO = NOW + timedelta(hours=1), NOW - timedelta(minutes=5)


@pytest.fixture
def job() -> ProvisioningJob:
    """On, and its next start lies ahead."""
    return make_job(mode=Mode.AUTOMATIC, is_on=True, next_start_at=SOON)


def is_due(job: ProvisioningJob) -> bool:
    return due.jobs(NOW).filter(pk=job.pk).exists()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"next_start_at": AGO}, True),
        ({"next_start_at": NOW}, True),
        ({"next_start_at": SOON}, False),
        ({"next_start_at": None}, False),
        ({"next_start_at": AGO, "is_on": False}, False),
        ({"next_start_at": AGO, "mode": Mode.MANUAL}, False),
    ],
)
def test_a_job_that_is_on_is_due_when_its_start_has_come(
    job: ProvisioningJob, values: dict[str, Any], expected: bool
) -> None:
    ProvisioningJob.objects.filter(pk=job.pk).update(**values)

    assert is_due(job) is expected


@pytest.mark.parametrize(
    ("slices", "expected"),
    [
        ([{}], True),
        ([{"expires_at": AGO}], True),
        ([{"expires_at": SOON}], False),
        ([{"expires_at": SOON}, {}], True),
        ([{"done_at": AGO}], True),
        ([{"done_at": AGO}, {"expires_at": SOON}], False),
        ([], True),
        ([{"phase": Phase.FINISH}, {"expires_at": SOON}], False),
    ],
)
def test_a_running_cycle_needs_a_worker_unless_all_that_is_left_is_in_hand(
    job: ProvisioningJob, slices: list[dict[str, Any]], expected: bool
) -> None:
    cycle = make_cycle(job)
    for values in slices:
        make_slice(cycle, **values)

    assert is_due(job) is expected


def test_a_start_that_has_come_waits_for_the_running_cycle(job: ProvisioningJob) -> None:
    ProvisioningJob.objects.update(next_start_at=AGO)
    make_slice(make_cycle(job), expires_at=SOON)

    assert is_due(job) is False


@pytest.mark.parametrize("status", [CycleStatus.STOPPED, CycleStatus.INTERRUPTED, CycleStatus.COMPLETED])
def test_a_cycle_that_does_not_run_needs_nobody_before_the_next_start(
    job: ProvisioningJob, status: CycleStatus
) -> None:
    make_slice(make_cycle(job, status=status))

    assert is_due(job) is False

    ProvisioningJob.objects.update(next_start_at=AGO)
    assert is_due(job) is True


def test_a_job_that_is_due_for_two_reasons_is_listed_once(job: ProvisioningJob) -> None:
    cycle = make_cycle(job)
    make_slice(cycle)
    make_slice(cycle)

    assert list(due.jobs(NOW)) == [job]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, True),
        ({"queued_at": NOW - timedelta(seconds=30)}, False),
        ({"queued_at": NOW - timedelta(seconds=81)}, True),
        ({"sent_at": AGO}, False),
        ({"tries": MAX_TRIES}, False),
        ({"tries": MAX_TRIES - 1, "queued_at": AGO}, True),
        ({"tries": 1, "next_try_at": NOW}, True),
        ({"tries": 1, "next_try_at": SOON, "queued_at": AGO}, False),
    ],
)
def test_a_mail_is_due_until_it_is_sent_or_given_up(values: dict[str, Any], expected: bool) -> None:
    Mail.objects.create(recipients="ops@contoso.example", subject="Test", text="Test", **values)

    assert due.mails(NOW).exists() is expected


@pytest.mark.parametrize(("expires_at", "expected"), [(SOON, False), (AGO, True), (None, True)])
@pytest.mark.parametrize("status", [CycleStatus.STOPPED, CycleStatus.SUPERSEDED])
def test_a_start_waits_for_a_worker_that_still_has_a_slice_of_the_last_cycle(
    job: ProvisioningJob, status: CycleStatus, expires_at: Any, expected: bool
) -> None:
    ended = NOW if status == CycleStatus.SUPERSEDED else None
    make_slice(make_cycle(job, status=status, ended_at=ended), expires_at=expires_at)
    ProvisioningJob.objects.filter(pk=job.pk).update(next_start_at=AGO)

    assert is_due(job) is expected
