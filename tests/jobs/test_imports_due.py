"""Which imports are due, which jobs wait for one, and what a cycle says of a source that could not be read."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

from provisioning import tasks
from provisioning.choices import ImportKind, ImportPhase, ImportStatus
from provisioning.errors import CredentialsRejected
from provisioning.jobs import due, health
from provisioning.jobs.begin import begin
from provisioning.jobs.imports import due as due_imports
from provisioning.jobs.imports import hand, run
from provisioning.models import Cycle, Directory, Import, ProvisioningJob
from provisioning.texts import Message, say
from tests.factories import make_cycle, make_job
from tests.jobs.imports_world import ImportWorld

pytestmark = pytest.mark.both_databases


def make_due_job(seconds: int = 0) -> ProvisioningJob:
    return make_job(credentials={}, is_on=True, next_start_at=timezone.now() - timedelta(seconds=seconds))


def due_jobs() -> list[int]:
    return list(due.jobs(timezone.now()).values_list("pk", flat=True))


def waited_for() -> list[int]:
    return due_imports.waited_for(timezone.now())


def test_a_due_job_waits_for_one_import_that_serves_all_of_them(imports: ImportWorld) -> None:
    jobs = [make_due_job(), make_due_job()]
    assert (due_jobs(), waited_for()) == ([], [imports.directory.pk])

    found = imports.ask()
    assert (due_jobs(), waited_for()) == ([], [])
    imports.work(found)

    assert due_jobs() == [job.pk for job in jobs]
    assert waited_for() == []


@pytest.mark.parametrize(("seconds", "serves"), [(-50, True), (-70, False), (10, True)])
def test_an_import_that_began_less_than_a_minute_before_still_serves(
    imports: ImportWorld, seconds: int, serves: bool
) -> None:
    job = make_due_job(100)
    found = imports.read()
    assert job.next_start_at is not None

    Import.objects.filter(pk=found.pk).update(started_at=job.next_start_at + timedelta(seconds=seconds))

    assert bool(due_jobs()) is serves
    assert bool(waited_for()) is not serves


def test_jobs_of_a_directory_that_is_edited_here_wait_for_nothing(imports: ImportWorld) -> None:
    Directory.objects.update(source="own")
    job = make_due_job()

    assert (due_jobs(), waited_for()) == ([job.pk], [])


def test_a_running_cycle_goes_on_while_an_import_is_applied_but_none_begins(imports: ImportWorld) -> None:
    running, starting = make_due_job(), make_due_job()
    cycle = make_cycle(running)
    found = imports.read()
    assert set(due_jobs()) == {running.pk, starting.pk}

    Import.objects.filter(pk=found.pk).update(status=ImportStatus.RUNNING, phase=ImportPhase.APPLY)

    assert due_jobs() == [running.pk]
    assert begin(starting.pk, timezone.now()) is None
    assert begin(running.pk, timezone.now()) == cycle


def test_after_a_read_that_failed_the_cycle_begins_and_says_why(imports: ImportWorld) -> None:
    job = make_due_job()

    def refuses(page: int) -> None:
        raise CredentialsRejected(say("Who are you?"))

    imports.source.before = refuses
    imports.read()

    assert due_jobs() == [job.pk]
    begin(job.pk, timezone.now())
    assert str(Message.from_json(Cycle.objects.get().source_message)) == "Who are you?"


def test_after_a_good_read_the_cycle_says_nothing_of_it(imports: ImportWorld) -> None:
    job = make_due_job()
    imports.read()

    begin(job.pk, timezone.now())

    assert Cycle.objects.get().source_message == {}


def test_due_imports_are_queued_once_and_again_when_the_message_is_lost(
    imports: ImportWorld, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    queued: list[Any] = []
    monkeypatch.setattr(tasks, "async_task", lambda *given, **options: queued.append(given))
    make_due_job()

    with django_capture_on_commit_callbacks(execute=True):
        tasks.queue_due()
        tasks.queue_due()

    found = Import.objects.get()
    assert queued == [(tasks.run_import, found.pk)]
    Import.objects.update(queued_at=F("queued_at") - timedelta(seconds=90))
    with django_capture_on_commit_callbacks(execute=True):
        tasks.queue_due()
    assert len(queued) == 2


def test_a_task_works_on_the_import_and_queues_the_jobs_that_waited(
    imports: ImportWorld, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    queued: list[Any] = []
    monkeypatch.setattr(tasks, "async_task", lambda *given, **options: queued.append(given))
    job = make_due_job()
    found = imports.ask()

    with django_capture_on_commit_callbacks(execute=True):
        tasks.run_import(found.pk)

    assert queued == [(tasks.run_job, job.pk)]


def test_an_import_that_nobody_works_on_for_a_minute_is_a_sign_of_hanging(imports: ImportWorld) -> None:
    found = imports.ask()
    assert not health.stalled("here", "cycles")

    Import.objects.update(asked_at=timezone.now() - timedelta(seconds=70))
    assert health.stalled("here", "cycles")

    assert hand.claim(found.pk, 45) is not None
    assert not health.stalled("here", "cycles")


def test_messages_to_a_hanging_cluster_are_taken_for_lost(imports: ImportWorld) -> None:
    found = imports.ask()
    Import.objects.update(queued_at=timezone.now())

    health.forget_messages("cycles")

    found.refresh_from_db()
    assert found.queued_at is None


def test_a_file_that_is_still_being_staged_is_no_worker_s_business(imports: ImportWorld) -> None:
    found = Import.objects.create(directory=imports.directory, kind=ImportKind.FILE, asked_at=timezone.now())

    run.run(found.pk)

    found.refresh_from_db()
    assert (found.status, found.started_at) == (ImportStatus.RUNNING, None)
    assert not due_imports.imports(timezone.now()).exists()
