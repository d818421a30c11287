"""What is put into the queue, read from the queue's own table."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from django_q.conf import Conf
from django_q.models import OrmQ, Schedule
from pytest_django import Settings

from portal.supervisor.child import USUAL
from provisioning import tasks
from provisioning.choices import FileStatus
from provisioning.jobs.csv_imports import Choice, choose
from provisioning.jobs.health import PATIENCE
from provisioning.models import CsvImport, Mail, ProvisioningJob
from provisioning.models.job import LAPSE
from tests import csv_imports
from tests.factories import make_job

pytestmark = pytest.mark.django_db
Commit = Callable[..., AbstractContextManager[object]]


@pytest.fixture
def commit(django_capture_on_commit_callbacks: Commit) -> Iterator[Callable[[], int]]:
    """One round of the tick, committed."""

    def round_() -> int:
        with django_capture_on_commit_callbacks(execute=True):
            return tasks.queue_due()

    return round_


def make_mail() -> Mail:
    return Mail.objects.create(recipients="ops@contoso.example", subject="Test", text="Test")


def make_due_job() -> ProvisioningJob:
    return make_job(credentials={}, is_on=True, next_start_at=timezone.now())


def queued() -> list[tuple[str, int]]:
    """Function and row of each message."""
    found = [each.task for each in OrmQ.objects.order_by("pk")]
    return [(each["func"].__name__, each["args"][0]) for each in found]


def forget(seconds: int) -> None:
    """The queue loses everything, and so many seconds pass."""
    OrmQ.objects.all().delete()
    past = timezone.now() - timedelta(seconds=seconds)
    ProvisioningJob.objects.exclude(queued_at=None).update(queued_at=past)
    Mail.objects.exclude(queued_at=None).update(queued_at=past)


def test_each_due_thing_is_queued_once(commit: Callable[[], int]) -> None:
    job, mail = make_due_job(), make_mail()
    make_job(credentials={}, is_on=True, next_start_at=timezone.now() + timedelta(hours=1))

    assert [commit(), commit()] == [2, 0]
    assert sorted(queued()) == sorted([("run_job", job.pk), ("send_mail", mail.pk)])


@pytest.mark.parametrize("here", ["cycles", "now"])
def test_cycles_and_single_acts_go_to_clusters_of_their_own(
    commit: Callable[[], int], here: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever cluster it is that queues them."""
    monkeypatch.setattr(Conf, "CLUSTER_NAME", here)
    make_due_job()
    make_mail()

    commit()

    assert {each.task["func"].__name__: each.key for each in OrmQ.objects.all()} == {
        "run_job": "cycles",
        "send_mail": "now",
    }


@pytest.mark.parametrize(("seconds", "number"), [(75, 0), (81, 2)])
def test_lost_messages_are_queued_again_when_a_hung_cluster_is_gone(
    commit: Callable[[], int], seconds: int, number: int
) -> None:
    make_due_job()
    make_mail()
    commit()

    forget(seconds)

    assert (commit(), len(queued())) == (number, number)


def test_nothing_is_queued_again_into_a_cluster_that_is_about_to_be_killed() -> None:
    assert LAPSE.total_seconds() > PATIENCE.total_seconds() + USUAL.grace + 5  # the tick comes every 5 s


def test_a_job_is_queued_when_what_made_it_due_is_committed(django_capture_on_commit_callbacks: Commit) -> None:
    job = make_due_job()
    with django_capture_on_commit_callbacks(execute=True):
        tasks.queue_job(job.pk)
        assert queued() == []

    assert queued() == [("run_job", job.pk)]


def test_the_schedules_are_made_once() -> None:
    tasks.keep_net()
    Schedule.objects.filter(func="provisioning.tasks.sweep").update(next_run=timezone.now() + timedelta(hours=5))

    tasks.keep_net()

    found = {each.func: (each.schedule_type, each.cluster) for each in Schedule.objects.all()}
    assert Schedule.objects.count() == 2
    assert found == {
        "provisioning.tasks.queue_due": (Schedule.MINUTES, "now"),
        "provisioning.tasks.sweep": (Schedule.DAILY, "now"),
    }


def test_a_csv_file_is_queued_until_it_is_read(commit: Callable[[], int], settings: Settings, tmp_path: Path) -> None:
    csv_imports.use_folder(settings, tmp_path)
    taken = csv_imports.upload("upn,name\nann@contoso.example,Ann\n")
    assert commit() == 0

    choose(taken, Choice(mapping=taken.mapping), timezone.now())
    CsvImport.objects.update(queued_at=None)
    assert [commit(), commit()] == [1, 0]
    assert queued() == [("read_file", taken.pk)]

    tasks.read_file(taken.pk)
    taken.refresh_from_db()
    assert taken.status == FileStatus.READ
