"""Overview of one application."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from provisioning.choices import CycleKind, CycleStatus, Phase, QuarantineReason, Status
from provisioning.models import Cycle, Mail, ProvisioningJob
from tests.factories import (
    make_activity,
    make_assignment,
    make_cycle,
    make_job,
    make_state,
    make_user,
)
from tests.views.overviews import make_job_that_is_on, make_running_cycle, page_of, quarantine
from tests.views.reading import rows, words


@pytest.fixture
def job(db: None) -> ProvisioningJob:
    return make_job_that_is_on()


@pytest.fixture
def running(job: ProvisioningJob) -> Cycle:
    return make_running_cycle(job)


# --- not set up --------------------------------------------------------------------------------
def test_a_new_application_shows_the_four_steps_and_what_is_to_do(signed_in: Client) -> None:
    job = make_job()

    text = words(signed_in.get(page_of(job)))

    assert "Not set up" in text
    assert "To do: 1. Connect" in text
    assert "To do: 2. Assign people" in text
    assert "Done: 3. Check mappings" in text
    assert "4. Start Set Provisioning Mode to Automatic and save admin credentials first." in text


def test_steps_that_are_done_are_ticked(signed_in: Client) -> None:
    job = make_job(credentials={"username": "a"})
    make_assignment(job.application, make_user(), "GoToMeeting")

    text = words(signed_in.get(page_of(job)))

    assert "Done: 1. Connect Admin credentials were saved on" in text
    assert "Done: 2. Assign people 1 user or group is assigned." in text
    assert "The initial cycle looks at everybody who is assigned." in text


def test_a_mapping_that_matches_nobody_is_not_ticked(signed_in: Client) -> None:
    job = make_job()
    job.mappings.update(enabled=False)

    assert "To do: 3. Check mappings No mapping is enabled" in words(signed_in.get(page_of(job)))


# --- how it fares ------------------------------------------------------------------------------
def test_a_running_cycle_tells_kind_progress_and_counts(signed_in: Client, running: Cycle) -> None:
    page = signed_in.get(page_of(running.job))

    text = words(page)
    assert "Initial cycle, started" in text
    assert "62% complete 31 of 50 objects, about 1 min left" in text
    assert "Success 24 Skipped 5 Failure 2" in text
    html = page.content.decode()
    assert '<progress class="progress" max="100" value="62" aria-label="Current cycle">' in html
    assert f"logs/?cycle={running.cycle_id}&amp;status=failure" in html


def test_progress_is_told_by_object_type(signed_in: Client, running: Cycle) -> None:
    Cycle.objects.update(unlinked={"User": [9, 29], "Group": [1, 21]}, phase=Phase.GROUPS)

    text = words(signed_in.get(page_of(running.job)))

    assert "Users 29 of 29 Groups 2 of 21" in text
    assert "Users 29 of 29 Groups 2 of 21" in words(signed_in.get(f"{page_of(running.job)}cycles/{running.cycle_id}/"))


def test_counts_lead_to_just_the_entries_they_count(signed_in: Client, running: Cycle) -> None:
    for action in ("create", "update", "other"):
        make_activity(running, action=action)
    make_activity(running, status=Status.FAILURE)
    page = signed_in.get(page_of(running.job))

    link = re.search(r'id="donut-ok" href="([^"]+)"', page.content.decode())

    assert link
    assert len(rows(signed_in.get(link[1].replace("&amp;", "&")))) == 2  # linked without a change is no change


def test_before_the_first_cycle_it_says_that_it_did_not_run(signed_in: Client, job: ProvisioningJob) -> None:
    assert "Initial cycle not run. 0% complete" in words(signed_in.get(page_of(job)))


def test_statistics_are_sums_over_all_cycles(signed_in: Client, running: Cycle) -> None:
    make_cycle(running.job, status=CycleStatus.COMPLETED, created=1200, started_at=timezone.now() - timedelta(days=2))
    make_state(running.job, make_user())
    make_state(running.job, make_user(), status=Status.FAILURE)

    text = words(signed_in.get(page_of(running.job)))

    assert "Users managed 2 Created 1,209 Updated 14 Disabled 1 Deleted 0 Failed now 1" in text


def test_details_and_ids_are_told(signed_in: Client, job: ProvisioningJob) -> None:
    start = timezone.now() - timedelta(hours=3)
    cycle = make_cycle(
        job, status=CycleStatus.COMPLETED, started_at=start, ended_at=start + timedelta(minutes=3, seconds=12)
    )

    text = words(signed_in.get(page_of(job)))

    assert "Initial cycle Completed" in text
    assert "– 3 min 12 s Next cycle" in text
    assert "Time between cycles 20 minutes" in text
    assert f"Activity ID {cycle.cycle_id} Job ID {job.job_id}" in text


def test_latest_cycles_lead_to_their_pages(signed_in: Client, job: ProvisioningJob) -> None:
    cycle = make_cycle(job, status=CycleStatus.COMPLETED, created=3, updated=11, disabled=2, skipped=4, failed=1)

    html = signed_in.get(page_of(job)).content.decode()

    details = html[html.index("Synchronization Details") :]
    assert "Initial Completed with failures under 1 s 3 11 2 0 4 0 1" in words(details)
    assert f'href="{page_of(job)}cycles/{cycle.cycle_id}/"' in details
    assert f'href="{page_of(job)}logs/">Provisioning activity report' in details
    assert f'href="{page_of(job)}logs/?status=failure">Provisioning error report' in details


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (CycleStatus.STOPPED, "Initial cycle, stopped today"),
        (CycleStatus.INTERRUPTED, "Initial cycle, interrupted today"),
        (CycleStatus.SUPERSEDED, "Initial cycle, superseded today"),
        (CycleStatus.COMPLETED, "Initial cycle, completed today"),
    ],
)
def test_every_state_of_a_cycle_is_told(
    signed_in: Client, job: ProvisioningJob, status: CycleStatus, said: str
) -> None:
    make_cycle(job, status=status)

    assert said in words(signed_in.get(page_of(job)))


def test_r47_quarantine_tells_since_when_why_and_what_happens_next(signed_in: Client, job: ProvisioningJob) -> None:
    mail = Mail.objects.create(job=quarantine(job), recipients="team@contoso.example", subject="It failed", text="x")

    page = signed_in.get(page_of(job))

    text = words(page.content.decode().replace("&lt;no&gt;", "NO"))
    assert "Provisioning has been in quarantine since" in text
    assert "GoTo said NO. ( InvalidCredentials ) Enter the credentials again" in text
    assert "No account is changed. Next try:" in text
    assert "Update credentials Test Connection Sync now Restart provisioning View provisioning logs" in text
    assert "Failed tries since 3" in text
    assert f'formaction="{page_of(job)}diagnose/"' in page.content.decode()
    assert f'<a href="/outbox/{mail.pk}/">team@contoso.example</a>' in page.content.decode()


def test_quarantine_for_too_many_failures_leads_to_them_and_not_to_the_credentials(
    signed_in: Client, job: ProvisioningJob
) -> None:
    quarantine(job)
    ProvisioningJob.objects.update(quarantine=QuarantineReason.TOTAL_FAILURES)

    page = signed_in.get(page_of(job))

    text = words(page)
    assert "Diagnose problems Sync now Restart provisioning View provisioning logs" in text
    assert "Whoever failed is tried again." in text
    assert "Test the connection" not in text
    assert "Admin Credentials" not in text
    assert f'href="{page_of(job)}diagnose/"' in page.content.decode()


def test_quarantine_of_a_job_that_is_off_offers_no_sync(signed_in: Client, job: ProvisioningJob) -> None:
    quarantine(job)
    ProvisioningJob.objects.update(is_on=False)

    text = words(signed_in.get(page_of(job)))

    assert "Provisioning is off: nothing is tried until you start it." in text
    assert "Update credentials Test Connection Restart provisioning View provisioning logs" in text


def test_a_job_that_was_given_up_says_that_the_portal_switched_it_off(signed_in: Client, job: ProvisioningJob) -> None:
    quarantine(job)
    ProvisioningJob.objects.update(is_on=False, next_start_at=None, given_up_at=timezone.now())

    text = words(signed_in.get(page_of(job)))

    assert "It failed for 28 days, so the portal switched provisioning off on " in text
    assert "Nothing is tried until you start it" in text
    assert "Choose Start provisioning" in text


def test_a_command_that_can_not_run_says_why(signed_in: Client, running: Cycle) -> None:
    text = words(signed_in.get(page_of(running.job)))

    assert "Provisioning is on already." in text
    assert "A cycle is running already." in text
    assert "Provisioning is off already." not in text


@pytest.mark.parametrize("number", [1, 3])
def test_the_number_of_queries_does_not_grow(
    signed_in: Client, job: ProvisioningJob, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for age in range(number):
        cycle = make_cycle(job, status=CycleStatus.COMPLETED, started_at=timezone.now() - timedelta(minutes=age))
        make_activity(cycle, status=Status.FAILURE)
        make_state(job, make_user())

    with django_assert_num_queries(9):
        signed_in.get(page_of(job))


def test_an_incremental_cycle_is_called_so(signed_in: Client, job: ProvisioningJob) -> None:
    make_cycle(job, kind=CycleKind.INCREMENTAL, unchanged=3, total=3, looked_at=3)

    text = words(signed_in.get(page_of(job)))

    assert "Incremental cycle, started" in text
    assert "3 objects needed no change." in text
