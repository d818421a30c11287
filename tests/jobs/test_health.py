"""Whether a cluster hangs."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from provisioning.choices import CycleStatus, RunStatus
from provisioning.jobs import due, health
from provisioning.models import Beat, Mail, ProvisioningJob, Slice
from tests.factories import make_cycle, make_job, make_slice, make_user
from tests.views.waiting import make_run

pytestmark = pytest.mark.django_db


def ago(seconds: int) -> datetime:
    return timezone.now() - timedelta(seconds=seconds)


def make_beat(seconds: int, host: str = "here", cluster: str = "cycles") -> None:
    Beat.objects.create(host=host, cluster=cluster, beat_at=ago(seconds))


def make_due_job(seconds: int) -> None:
    make_job(credentials={}, is_on=True, next_start_at=ago(seconds))


def make_waiting_mail(seconds: int) -> None:
    mail = Mail.objects.create(recipients="ops@contoso.example", subject="Test", text="Test")
    Mail.objects.filter(pk=mail.pk).update(created_at=ago(seconds))


def test_nothing_due_is_no_sign_of_hanging() -> None:
    assert not health.stalled("here", "cycles")
    assert not health.stalled("here", "now")


def test_work_due_for_a_minute_without_a_sign_of_life_is_hanging() -> None:
    make_due_job(70)

    assert health.stalled("here", "cycles")


def test_work_that_just_became_due_is_not_waited_for_yet() -> None:
    make_due_job(50)

    assert not health.stalled("here", "cycles")


@pytest.mark.parametrize(("seconds", "hangs"), [(50, False), (70, True)])
def test_a_sign_of_life_counts_for_a_minute(seconds: int, hangs: bool) -> None:
    make_due_job(300)
    make_beat(seconds)

    assert health.stalled("here", "cycles") is hangs


@pytest.mark.parametrize(("host", "cluster"), [("there", "cycles"), ("here", "now")])
def test_the_life_of_another_host_or_cluster_does_not_count(host: str, cluster: str) -> None:
    make_due_job(300)
    make_beat(5, host, cluster)

    assert health.stalled("here", "cycles")


@pytest.mark.parametrize(("seconds", "hangs"), [(50, False), (70, True)])
def test_the_cluster_for_single_acts_hangs_when_a_run_on_demand_waits(seconds: int, hangs: bool) -> None:
    make_run(make_job(credentials={}), make_user(), asked_at=ago(seconds))

    assert health.stalled("here", "now") is hangs


def test_a_run_that_waits_for_its_object_is_in_hand() -> None:
    make_run(make_job(credentials={}), make_user(), asked_at=ago(70), status=RunStatus.WAITING)

    assert not health.stalled("here", "now")


@pytest.mark.parametrize(("seconds", "hangs"), [(50, False), (70, True)])
def test_the_cluster_for_single_acts_hangs_when_mails_wait(seconds: int, hangs: bool) -> None:
    make_waiting_mail(seconds)

    assert health.stalled("here", "now") is hangs


def test_due_jobs_are_not_the_concern_of_the_cluster_for_single_acts() -> None:
    make_due_job(300)
    assert not health.stalled("here", "now")


def test_waiting_mails_are_not_the_concern_of_the_cluster_for_cycles() -> None:
    make_waiting_mail(300)

    assert not health.stalled("here", "cycles")


def test_a_mail_that_waits_for_its_next_try_is_not_due() -> None:
    make_waiting_mail(3000)
    Mail.objects.update(tries=3, next_try_at=ago(30))
    assert not health.stalled("here", "now")

    Mail.objects.update(next_try_at=ago(70))
    assert health.stalled("here", "now")


# --- several hosts: what another one has in hand


def make_running_job(seconds: int, *slices: dict[str, Any]) -> None:
    cycle = make_cycle(make_job(credentials={}, is_on=True, next_start_at=ago(-600)), started_at=ago(seconds))
    for values in slices:
        make_slice(cycle, **values)


@pytest.mark.parametrize(
    ("slices", "hangs"),
    [
        ([{}], True),
        ([{}, {"expires_at": -80}], False),
        ([{}, {"expires_at": 30}], False),
        ([{}, {"done_at": 30}], False),
        ([{"done_at": 30}], False),
        ([{"expires_at": 70}, {}, {"done_at": 300}], True),
        ([{"done_at": 70}], True),
        ([], True),
    ],
)
def test_a_running_cycle_is_waited_for_since_somebody_last_had_it_in_hand(
    slices: list[dict[str, int]], hangs: bool
) -> None:
    make_running_job(3000, *({name: ago(seconds) for name, seconds in each.items()} for each in slices))

    assert health.stalled("here", "cycles") is hangs


@pytest.mark.parametrize(("seconds", "hangs"), [(50, False), (70, True)])
def test_a_cycle_that_nobody_has_touched_is_due_since_it_began(seconds: int, hangs: bool) -> None:
    make_running_job(seconds, {})

    assert health.stalled("here", "cycles") is hangs


def test_a_start_waits_for_what_is_still_in_hand_of_the_stopped_cycle() -> None:
    job = make_job(credentials={}, is_on=True, next_start_at=ago(70))
    slice_ = make_slice(make_cycle(job, status=CycleStatus.STOPPED), expires_at=ago(-20))
    assert not health.stalled("here", "cycles")

    Slice.objects.filter(pk=slice_.pk).update(expires_at=ago(70))
    assert health.stalled("here", "cycles")


# --- what a cluster that hangs has swallowed


def test_messages_to_a_hanging_cluster_are_queued_once_more() -> None:
    make_due_job(300)
    ProvisioningJob.objects.update(queued_at=ago(10))
    assert not ProvisioningJob.objects.unqueued(timezone.now()).exists()

    health.forget_messages("now")
    assert not ProvisioningJob.objects.unqueued(timezone.now()).exists()

    health.forget_messages("cycles")
    assert ProvisioningJob.objects.unqueued(timezone.now()).exists()


def test_so_are_mails_and_runs_on_demand() -> None:
    make_waiting_mail(300)
    make_run(make_job(credentials={}), make_user(), queued_at=ago(10))
    Mail.objects.update(queued_at=ago(10))
    health.forget_messages("cycles")
    assert not due.mails(timezone.now()).exists()
    assert not due.runs(timezone.now()).exists()

    health.forget_messages("now")

    assert due.mails(timezone.now()).exists()
    assert due.runs(timezone.now()).exists()
