"""One task's share of a job, with a target that answers what the test wants."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from provisioning.choices import CycleStatus, Mode, ObjectType, QuarantineReason
from provisioning.connectors.base import Connector
from provisioning.connectors.memory import Memory, Service
from provisioning.errors import CredentialsRejected, Unreachable
from provisioning.jobs import change, quarantine, rules, run
from provisioning.models import Cycle, ProvisioningJob
from provisioning.texts import say
from tests.factories import make_cycle, make_job, make_slice, make_users

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Service:
    """The target of every job is this one in memory."""
    service = Service()

    def connect(
        application: object, credentials: object, timeout: float = 0, before_send: Callable[[], None] | None = None
    ) -> Connector:
        service.before = lambda operation, about: before_send() if before_send else None
        return Memory(service=service)

    monkeypatch.setattr(run, "connector", connect)
    return service


@pytest.fixture
def job(service: Service) -> ProvisioningJob:
    """Due, with three people assigned whom the target in memory understands."""
    job = make_job(credentials={}, is_on=True, next_start_at=timezone.now())
    rows = job.mappings.get(object_type=ObjectType.USER).rows
    rows.exclude(target__in=["email", "lastName"]).delete()
    rows.filter(target="email").update(target="userName")
    rows.filter(target="lastName").update(target="familyName")
    change.assign(job.application, make_users(3), job.application.roles.first())
    return job


def reloaded(job: ProvisioningJob) -> ProvisioningJob:
    return ProvisioningJob.objects.get(pk=job.pk)


def test_a_task_takes_a_due_cycle_to_its_end(job: ProvisioningJob, service: Service) -> None:
    run.run(job.pk)

    cycle = Cycle.objects.get()
    assert (cycle.status, cycle.looked_at, cycle.created, len(service.users)) == (CycleStatus.COMPLETED, 3, 3, 3)
    assert reloaded(job).watermark == cycle.head


def test_a_task_notes_that_its_message_has_arrived_and_gives_a_sign_of_life(job: ProvisioningJob) -> None:
    ProvisioningJob.objects.update(queued_at=timezone.now())

    run.run(job.pk)

    assert reloaded(job).queued_at is None


def test_a_second_message_finds_nothing_to_do(job: ProvisioningJob, service: Service) -> None:
    run.run(job.pk)
    service.requests.clear()

    run.run(job.pk)

    assert (Cycle.objects.count(), service.requests) == (1, {})


@pytest.mark.parametrize("values", [{"is_on": False}, {"mode": Mode.MANUAL}])
def test_a_late_message_changes_nothing_of_a_job_that_is_off(job: ProvisioningJob, values: dict[str, object]) -> None:
    ProvisioningJob.objects.update(**values)
    job.credentials.delete()

    run.run(job.pk)

    assert (Cycle.objects.count(), reloaded(job).quarantine) == (0, QuarantineReason.NONE)


def test_a_message_for_a_job_that_is_gone_changes_nothing() -> None:
    run.run(10**6)

    assert not Cycle.objects.exists()


def test_without_time_left_the_cycle_stays_open_for_the_next_task(job: ProvisioningJob, service: Service) -> None:
    run.run(job.pk, seconds=0)
    assert (Cycle.objects.get().status, len(service.users)) == (CycleStatus.RUNNING, 0)

    run.run(job.pk)

    assert (Cycle.objects.get().status, len(service.users)) == (CycleStatus.COMPLETED, 3)


def test_a_slice_in_other_hands_is_left_to_them(job: ProvisioningJob, service: Service) -> None:
    make_slice(make_cycle(job), expires_at=timezone.now() + timedelta(minutes=1))

    run.run(job.pk)

    assert (Cycle.objects.get().status, service.users) == (CycleStatus.RUNNING, {})


# --- the job as a whole


def test_credentials_that_can_not_be_read_end_in_quarantine(job: ProvisioningJob) -> None:
    job.credentials.locked = "damaged"
    job.credentials.save()

    run.run(job.pk)

    assert reloaded(job).quarantine_code == "InvalidConfiguration"
    assert not Cycle.objects.exists()


def test_credentials_that_the_target_refuses_also_when_it_is_asked_itself_interrupt_the_cycle(
    job: ProvisioningJob, service: Service
) -> None:
    service.fail("find", *(CredentialsRejected(say("Wrong.")) for _ in range(3)))
    service.fail("test_connection", CredentialsRejected(say("Wrong.")))

    run.run(job.pk)

    assert (reloaded(job).quarantine_code, Cycle.objects.get().status) == (
        "InvalidCredentials",
        CycleStatus.INTERRUPTED,
    )


def in_quarantine(job: ProvisioningJob) -> None:
    """It failed, and the time of the next try has come."""
    with transaction.atomic():
        quarantine.enter(job.pk, CredentialsRejected(say("Wrong.")), timezone.now())
    ProvisioningJob.objects.update(next_start_at=timezone.now())


def test_a_try_in_quarantine_that_passes_goes_on_with_the_interrupted_cycle(
    job: ProvisioningJob, service: Service
) -> None:
    run.run(job.pk, seconds=0)
    in_quarantine(job)

    run.run(job.pk)

    assert service.requests["test_connection"] == 1
    assert (reloaded(job).quarantine, Cycle.objects.get().status) == ("", CycleStatus.COMPLETED)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (CredentialsRejected(say("Wrong.")), "InvalidCredentials"),
        (Unreachable(say("No route.")), "TargetUnavailable"),
    ],
)
def test_a_try_in_quarantine_that_fails_stays_there(
    job: ProvisioningJob, service: Service, error: Exception, code: str
) -> None:
    in_quarantine(job)
    service.fail("test_connection", error)

    run.run(job.pk)

    found = reloaded(job)
    assert (found.quarantine_code, found.quarantine_tries, service.requests["find"]) == (code, 2, 0)


def test_a_doubled_message_is_no_extra_try(job: ProvisioningJob, service: Service) -> None:
    in_quarantine(job)
    ProvisioningJob.objects.update(next_start_at=timezone.now() + timedelta(minutes=20))

    run.run(job.pk)

    assert service.requests == {}


# --- rules of a job


def test_http_inside_a_transaction_is_refused(job: ProvisioningJob) -> None:
    credentials = {"username": "a", "password": "b", "client_id": "c", "api_url": "http://127.0.0.1:9", "token_url": ""}
    target = rules.connector(job.application, {**credentials, "token_url": "http://127.0.0.1:9/token"})

    with transaction.atomic(), pytest.raises(RuntimeError, match="HTTP inside a database transaction"):
        target.test_connection()
