"""The commands of the Overview: start, stop, restart, sync now."""

import pytest
from django.test import Client
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django import DjangoCaptureOnCommitCallbacks

from portal.accounts.models import Account, AuditEntry
from provisioning.choices import CycleStatus
from provisioning.models import Cycle, ProvisioningJob
from tests.factories import make_job, make_state, make_user
from tests.views.overviews import make_job_that_is_on, make_running_cycle, page_of, quarantine
from tests.views.reading import toasts, words

HTMX = {"HX-Request": "true"}


@pytest.fixture
def job(db: None) -> ProvisioningJob:
    return make_job_that_is_on()


@pytest.fixture
def running(job: ProvisioningJob) -> Cycle:
    return make_running_cycle(job)


def test_start_switches_on_queues_a_worker_and_is_audited(
    signed_in: Client,
    administrator: Account,
    job: ProvisioningJob,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    ProvisioningJob.objects.update(is_on=False)

    with django_capture_on_commit_callbacks(execute=True):
        answer = signed_in.post(f"{page_of(job)}start/")

    assert (answer.status_code, answer.url) == (303, page_of(job))
    assert toasts(answer) == ["Start provisioning\nProvisioning is scheduled to start."]
    job.refresh_from_db()
    assert job.is_on
    assert OrmQ.objects.count() == 1
    entry = AuditEntry.objects.get()
    assert (entry.who, entry.activity) == (administrator, "Enable/start provisioning configuration")
    assert entry.target == "Citrix GoToMeeting"
    assert (entry.old["Provisioning Status"], entry.new["Provisioning Status"]) == ("Off", "On")


def test_start_refuses_before_the_setup_and_changes_nothing(signed_in: Client) -> None:
    job = make_job()

    answer = signed_in.post(f"{page_of(job)}start/")

    assert answer.status_code == 303
    assert toasts(answer) == [
        "Start provisioning\nSet Provisioning Mode to Automatic and save admin credentials first."
    ]
    job.refresh_from_db()
    assert (job.is_on, AuditEntry.objects.count()) == (False, 0)


def test_a_second_click_on_start_is_told_and_does_nothing(signed_in: Client, job: ProvisioningJob) -> None:
    before = job.next_start_at

    answer = signed_in.post(f"{page_of(job)}start/")

    assert toasts(answer) == ["Start provisioning\nProvisioning is on already."]
    job.refresh_from_db()
    assert (job.next_start_at, AuditEntry.objects.count()) == (before, 0)


def test_stop_stops_the_running_cycle_and_queues_nobody(signed_in: Client, running: Cycle) -> None:
    answer = signed_in.post(f"{page_of(running.job)}stop/")

    assert toasts(answer) == ["Stop provisioning\nProvisioning stops at the next object and keeps its place."]
    running.refresh_from_db()
    assert running.status == CycleStatus.STOPPED
    assert ProvisioningJob.objects.get().queued_at is None
    assert AuditEntry.objects.get().activity == "Disable/pause provisioning configuration"


def test_a_second_click_on_stop_is_told(signed_in: Client) -> None:
    job = make_job()

    assert toasts(signed_in.post(f"{page_of(job)}stop/")) == ["Stop provisioning\nProvisioning is off already."]
    assert AuditEntry.objects.count() == 0


def test_restart_clears_the_watermark_and_the_quarantine(signed_in: Client, job: ProvisioningJob) -> None:
    ProvisioningJob.objects.filter(pk=quarantine(job).pk).update(watermark=12)

    answer = signed_in.post(f"{page_of(job)}restart/")

    assert toasts(answer) == ["Restart provisioning\nThe initial cycle is scheduled to start."]
    job.refresh_from_db()
    assert (job.watermark, job.quarantine) == (None, "")
    assert AuditEntry.objects.get().old["Quarantine"] == "InvalidCredentials"


def test_restart_keeps_links_to_accounts_unless_the_box_is_ticked(signed_in: Client, job: ProvisioningJob) -> None:
    state = make_state(job, make_user(), target_id="a-1", sent={"email": "a"})

    signed_in.post(f"{page_of(job)}restart/")
    state.refresh_from_db()
    assert (state.target_id, state.uncertain) == ("a-1", False)

    answer = signed_in.post(f"{page_of(job)}restart/", {"full": "1"})

    state.refresh_from_db()
    assert (state.target_id, state.uncertain) == ("", True)
    assert toasts(answer)[-1].startswith("Restart provisioning\nLinks to accounts are forgotten")
    assert AuditEntry.objects.order_by("pk")[1].activity == "Clear current state and restart synchronization"


def test_without_script_a_page_asks_before_a_restart(signed_in: Client, job: ProvisioningJob) -> None:
    answer = signed_in.get(f"{page_of(job)}restart/")

    assert "Clear current state and restart synchronization Also forgets which account belongs to whom" in words(answer)
    assert AuditEntry.objects.count() == 0


def test_sync_now_makes_the_next_cycle_due(signed_in: Client, job: ProvisioningJob) -> None:
    answer = signed_in.post(f"{page_of(job)}sync/")

    assert toasts(answer) == ["Sync now\nThe next cycle is scheduled to start."]
    job.refresh_from_db()
    assert job.next_start_at is not None
    assert job.next_start_at <= timezone.now()


def test_sync_now_refuses_while_a_cycle_runs(signed_in: Client, running: Cycle) -> None:
    answer = signed_in.post(f"{page_of(running.job)}sync/")

    assert toasts(answer)[0].startswith("Sync now\nA cycle is running already.")
    assert AuditEntry.objects.count() == 0


@pytest.mark.parametrize("deed", ["start", "stop", "sync"])
def test_a_command_is_a_post(signed_in: Client, job: ProvisioningJob, deed: str) -> None:
    assert signed_in.get(f"{page_of(job)}{deed}/").status_code == 405


@pytest.mark.parametrize("part", ["", "status/"])
def test_an_unknown_application_is_not_found(signed_in: Client, part: str) -> None:
    address = f"/applications/00000000-0000-4000-8000-000000000000/{part}"

    assert signed_in.get(address, headers=HTMX).status_code == 404


def test_strangers_are_sent_to_sign_in(client: Client, job: ProvisioningJob) -> None:
    assert client.get(page_of(job)).url.startswith("/sign-in/")
    assert client.post(f"{page_of(job)}stop/").url.startswith("/sign-in/")
    job.refresh_from_db()
    assert job.is_on
