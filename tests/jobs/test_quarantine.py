"""A job that fails as a whole: its state, its next try, one mail per reason."""

from datetime import timedelta

import pytest
from django.utils import timezone

from provisioning.choices import CycleStatus, QuarantineReason
from provisioning.errors import CredentialsRejected, PermissionMissing, StopJob
from provisioning.jobs import control, quarantine
from provisioning.models import Mail, ProvisioningJob
from provisioning.texts import say
from tests.factories import make_cycle, make_job

pytestmark = pytest.mark.django_db
NOW = timezone.now()
WRONG = CredentialsRejected(say("The password of %(name)s is wrong.", name="bo"))


@pytest.fixture
def job() -> ProvisioningJob:
    return make_job(
        credentials={},
        is_on=True,
        watermark=7,
        notify=True,
        notification_email="ops@contoso.example, it@contoso.example",
    )


def enter(job: ProvisioningJob, error: StopJob = WRONG, times: int = 1) -> ProvisioningJob:
    for _ in range(times):
        quarantine.enter(job.pk, error, NOW)
    job.refresh_from_db()
    return job


def test_entering_keeps_the_reason_with_its_values_and_what_to_do(job: ProvisioningJob) -> None:
    enter(job)

    assert (job.quarantine, job.quarantine_code) == (QuarantineReason.EXCEPTION, "InvalidCredentials")
    assert job.quarantine_message == {"text": "The password of %(name)s is wrong.", "values": {"name": "bo"}}
    assert job.quarantine_remedy == CredentialsRejected.remedy
    assert (job.quarantined_at, job.watermark, job.is_on) == (NOW, 7, True)


def test_the_running_cycle_is_interrupted_and_keeps_its_place(job: ProvisioningJob) -> None:
    cycle = make_cycle(job)

    enter(job)

    cycle.refresh_from_db()
    assert (cycle.status, cycle.stopped_at, cycle.ended_at) == (CycleStatus.INTERRUPTED, NOW, None)
    assert (cycle.stop_code, cycle.stop_message["text"]) == ("InvalidCredentials", WRONG.message.text)


@pytest.mark.parametrize("status", [CycleStatus.STOPPED, CycleStatus.COMPLETED])
def test_a_cycle_that_does_not_run_is_left_as_it_is(job: ProvisioningJob, status: CycleStatus) -> None:
    cycle = make_cycle(job, status=status)

    enter(job)

    cycle.refresh_from_db()
    assert cycle.status == status


@pytest.mark.parametrize(("tries", "minutes"), [(1, 20), (3, 20), (4, 240), (6, 240), (7, 24 * 60), (30, 24 * 60)])
def test_tries_come_at_the_interval_then_every_four_hours_then_daily(
    job: ProvisioningJob, tries: int, minutes: int
) -> None:
    enter(job, times=tries)

    assert (job.quarantine_tries, job.next_start_at) == (tries, NOW + timedelta(minutes=minutes))


def test_a_long_interval_is_not_shortened(job: ProvisioningJob) -> None:
    ProvisioningJob.objects.update(interval_minutes=600)

    enter(job, times=5)

    assert job.next_start_at == NOW + timedelta(minutes=600)


def test_the_time_it_began_is_kept_while_tries_fail(job: ProvisioningJob) -> None:
    began = NOW - timedelta(days=3)
    enter(job)
    ProvisioningJob.objects.update(quarantined_at=began)

    enter(job)

    assert job.quarantined_at == began


def test_r26_all_recipients_get_one_mail_however_often_the_try_fails(job: ProvisioningJob) -> None:
    enter(job, times=4)

    mail = Mail.objects.get()
    assert mail.recipients == "ops@contoso.example, it@contoso.example"
    assert "InvalidCredentials" in mail.subject
    assert "The password of bo is wrong." in mail.text


def test_another_reason_is_told_again(job: ProvisioningJob) -> None:
    enter(job)

    enter(job, PermissionMissing(say("No right.")))

    assert Mail.objects.count() == 2
    assert job.quarantine_code == "Unauthorized"


def test_nobody_is_told_when_the_box_is_not_ticked(job: ProvisioningJob) -> None:
    ProvisioningJob.objects.update(notify=False)

    enter(job)

    assert not Mail.objects.exists()


def test_leaving_clears_everything_and_the_next_failure_is_news(job: ProvisioningJob) -> None:
    enter(job, times=5)

    quarantine.leave(job, NOW)
    job.save()

    job.refresh_from_db()
    assert (job.quarantine, job.quarantine_code, job.quarantine_message, job.quarantine_remedy) == ("", "", {}, "")
    assert (job.quarantined_at, job.quarantine_tries) == (None, 0)
    enter(job)
    subjects = list(Mail.objects.order_by("pk").values_list("subject", flat=True))
    assert (len(subjects), job.quarantine_tries) == (3, 1)
    assert "works again" in subjects[1]


def test_leaving_without_quarantine_tells_nobody(job: ProvisioningJob) -> None:
    quarantine.leave(job, NOW)

    assert not Mail.objects.exists()


# --- given up


def failing_for(job: ProvisioningJob, days: float) -> ProvisioningJob:
    enter(job)
    ProvisioningJob.objects.update(quarantined_at=NOW - timedelta(days=days))
    Mail.objects.all().delete()
    return enter(job)


def test_after_28_days_the_job_is_switched_off_and_says_that_the_portal_did_it(job: ProvisioningJob) -> None:
    failing_for(job, 28)

    assert (job.is_on, job.next_start_at, job.given_up_at) == (False, None, NOW)
    assert (job.quarantine, job.watermark) == (QuarantineReason.EXCEPTION, 7)


def test_before_that_it_is_tried_again(job: ProvisioningJob) -> None:
    failing_for(job, 27.9)

    assert (job.is_on, job.given_up_at, Mail.objects.count()) == (True, None, 0)


def test_giving_up_is_told_once(job: ProvisioningJob) -> None:
    failing_for(job, 28)
    enter(job)  # a task that was under way

    assert [each.subject for each in Mail.objects.all()] == [f"Provisioning of {job.application} was switched off"]


def test_another_reason_on_that_day_is_told_by_the_same_mail(job: ProvisioningJob) -> None:
    enter(job)
    ProvisioningJob.objects.update(quarantined_at=NOW - timedelta(days=29))
    Mail.objects.all().delete()

    enter(job, PermissionMissing(say("No right.")))

    mail = Mail.objects.get()
    assert ("switched off" in mail.subject, "No right." in mail.text) == (True, True)


def test_a_job_that_is_started_again_has_another_28_days(job: ProvisioningJob) -> None:
    failing_for(job, 28)

    control.start(job.pk, NOW)
    enter(job)

    assert (job.is_on, job.given_up_at, job.quarantined_at, job.quarantine_tries) == (True, None, NOW, 1)


def test_leaving_forgets_that_it_was_given_up(job: ProvisioningJob) -> None:
    failing_for(job, 28)

    quarantine.leave(job, NOW)
    job.save()

    job.refresh_from_db()
    assert job.given_up_at is None
