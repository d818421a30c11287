"""What waits for a worker, since when; what fails most; how mails fare."""

from datetime import timedelta

import pytest
from django.utils import timezone

from provisioning.choices import RunStatus, Status
from provisioning.jobs import diagnosis
from provisioning.jobs.activity_counts import count
from provisioning.models import Mail, OnDemandRun, ProvisioningJob
from provisioning.models.outgoing import MAX_TRIES
from tests.factories import make_cycle, make_job, make_slice, make_state, make_user

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
NOW = timezone.now()


@pytest.fixture
def job() -> ProvisioningJob:
    return make_job(credentials={"username": "a"}, is_on=True, next_start_at=NOW + timedelta(minutes=5))


def due(kind: str) -> tuple[int, timedelta | None]:
    [found] = [each for each in diagnosis.waiting(NOW) if each.kind == kind]
    return found.number, NOW - found.since if found.since else None


def test_nothing_waits(job: ProvisioningJob) -> None:
    found = diagnosis.waiting(NOW)

    assert {each.number for each in found} == {0}
    assert diagnosis.oldest(found, NOW) == timedelta()


def test_a_job_waits_since_its_start_came(job: ProvisioningJob) -> None:
    ProvisioningJob.objects.update(next_start_at=NOW - timedelta(minutes=7))

    assert due("Cycles") == (1, timedelta(minutes=7))


def test_a_job_that_was_told_to_wait_waits_since_then(job: ProvisioningJob) -> None:
    ProvisioningJob.objects.update(next_start_at=NOW - timedelta(minutes=7), not_before=NOW - timedelta(minutes=2))

    assert due("Cycles") == (1, timedelta(minutes=2))


def test_a_running_cycle_waits_since_nobody_has_it_in_hand(job: ProvisioningJob) -> None:
    cycle = make_cycle(job, started_at=NOW - timedelta(hours=2))
    free = make_slice(cycle)
    assert due("Cycles") == (1, timedelta(hours=2))

    make_slice(cycle, done_at=NOW - timedelta(minutes=3))
    assert due("Cycles") == (1, timedelta(minutes=3))

    free.expires_at = timezone.now() + timedelta(minutes=1)
    free.save()
    assert due("Cycles") == (0, None)


def test_runs_and_mails_wait_since_they_were_asked_for(job: ProvisioningJob) -> None:
    bo = make_user()
    values = {"object_type": "User", "source_key": bo.pk, "source_id": str(bo.object_id), "label": "Bo"}
    OnDemandRun.objects.create(job=job, asked_at=NOW - timedelta(minutes=4), **values)
    OnDemandRun.objects.create(job=job, asked_at=NOW - timedelta(hours=4), status=RunStatus.DONE, **values)
    Mail.objects.create(job=job, recipients="a@contoso.example", subject="x", text="x")
    Mail.objects.update(created_at=NOW - timedelta(minutes=9))

    assert due("Runs on demand") == (1, timedelta(minutes=4))
    assert due("Mails") == (1, timedelta(minutes=9))
    assert diagnosis.oldest(diagnosis.waiting(NOW), NOW) == timedelta(minutes=9)


def test_the_most_frequent_errors_come_with_what_to_do(job: ProvisioningJob) -> None:
    kinds = [("create", "failure", "LicenseLimitExceeded")] * 3 + [("create", "failure", "Odd")]
    count(job.pk, [*kinds, ("create", "success", "")], NOW)
    count(job.pk, [("create", "failure", "Old")], NOW - timedelta(days=3))

    found = diagnosis.frequent(job, NOW)

    assert [(each.code, each.day, each.week) for each in found] == [
        ("LicenseLimitExceeded", 3, 3),
        ("Odd", 1, 1),
        ("Old", 0, 1),
    ]
    assert found[0].remedy
    assert found[1].remedy == ""


def test_objects_that_fail_are_counted_with_their_next_try(job: ProvisioningJob) -> None:
    assert diagnosis.failing(job).number == 0
    make_state(job, make_user(), status=Status.FAILURE, next_try_at=NOW)
    make_state(job, make_user(), status=Status.FAILURE)
    make_state(job, make_user())

    found = diagnosis.failing(job)

    assert (found.number, found.given_up, found.next_at) == (2, 1, job.next_start_at)


def test_whoever_is_due_waits_for_the_next_cycle(job: ProvisioningJob) -> None:
    make_state(job, make_user(), status=Status.FAILURE, next_try_at=NOW)

    job.next_start_at = NOW + timedelta(minutes=20)
    assert diagnosis.failing(job).next_at == job.next_start_at

    job.next_start_at = NOW - timedelta(minutes=20)
    assert diagnosis.failing(job).next_at == NOW


def test_mails_are_told_by_how_far_they_are(job: ProvisioningJob) -> None:
    for tries, sent, error in ((0, None, ""), (1, None, "Refused"), (MAX_TRIES, None, "Refused"), (1, NOW, "")):
        Mail.objects.create(job=job, recipients="a", subject="x", text="x", tries=tries, sent_at=sent, error=error)

    found = diagnosis.delivery(job)

    assert (found.waiting, found.retried, found.given_up, found.error) == (1, 1, 1, "Refused")
    assert diagnosis.delivery(make_job()).error == ""
    assert diagnosis.delivery().retried == 1
