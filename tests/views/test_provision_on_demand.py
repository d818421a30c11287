"""Provision on demand: pick somebody, provision, and read what became of it."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal.accounts.models import AuditEntry
from provisioning.choices import RunStatus, Status
from provisioning.errors import Conflict
from provisioning.jobs import change
from provisioning.models import Activity, Cycle, OnDemandRun, ProvisioningJob, User
from provisioning.texts import Message
from tests.factories import make_activity, make_assignment, make_cycle, make_group, make_job, make_user
from tests.jobs.world import RowWorld
from tests.views.overviews import make_job_that_is_on, page_of
from tests.views.reading import toasts, words
from tests.views.waiting import entry, make_run, step

HTMX = {"HX-Request": "true"}


@pytest.fixture
def job(db: None) -> ProvisioningJob:
    return make_job_that_is_on()


@pytest.fixture
def bo(db: None) -> User:
    return make_user(display_name="Bo Berg")


def on_demand_activity(cycle: Cycle, user: User, **values: Any) -> Activity:
    """An entry of a run: it belongs to no cycle."""
    own = make_activity(cycle, user, **values)
    own.cycle = None
    own.save()
    return own


def on_demand(job: ProvisioningJob, rest: str = "") -> str:
    return f"{page_of(job)}on-demand/{rest}"


# --- picking
def test_people_and_groups_are_found_by_name(signed_in: Client, job: ProvisioningJob, bo: User) -> None:
    make_user(display_name="Ada")
    make_group("Boats", [bo])

    text = words(signed_in.get(on_demand(job, "?q=bo")))

    assert "Boats Group, 1 direct member" in text
    assert "Bo Berg" in text
    assert "Ada" not in text


def test_a_search_answers_the_list_alone(signed_in: Client, job: ProvisioningJob, bo: User) -> None:
    html = signed_in.get(on_demand(job, "?q=bo&kind=users"), headers=HTMX).content.decode()

    assert html.lstrip().startswith('<div id="list">')
    assert f'value="user:{bo.object_id}"' in html


def test_who_is_named_in_the_address_is_selected(signed_in: Client, job: ProvisioningJob, bo: User) -> None:
    html = signed_in.get(on_demand(job, f"?q=nobody&pick=user:{bo.object_id}")).content.decode()

    assert f'name="pick" value="user:{bo.object_id}" checked' in html


def test_a_persons_page_leads_there(signed_in: Client, job: ProvisioningJob, bo: User) -> None:
    make_assignment(job.application, bo)

    assert (
        f'href="{on_demand(job)}?pick=user:{bo.object_id}"' in signed_in.get(f"/users/{bo.object_id}/").content.decode()
    )


@pytest.mark.parametrize("number", [1, 3])
def test_the_number_of_queries_does_not_grow(
    signed_in: Client, job: ProvisioningJob, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for each in range(number):
        user = make_user()
        make_group(f"Group {each}", [user])
        make_run(job, user, entry(user))

    with django_assert_num_queries(10):
        signed_in.get(on_demand(job))


# --- asking
def test_a_run_is_made_and_queued(signed_in: Client, job: ProvisioningJob, bo: User) -> None:
    answer = signed_in.post(on_demand(job), {"pick": f"user:{bo.object_id}"})

    run = OnDemandRun.objects.get()
    assert answer["Location"] == on_demand(job, f"{run.run_id}/")
    assert (run.label, run.object_type, run.status) == ("Bo Berg", "User", RunStatus.QUEUED)
    assert run.queued_at is not None
    audited = AuditEntry.objects.get()
    assert (audited.activity, audited.new["Object"]) == ("Provision on demand", "Bo Berg")


def test_a_second_click_shows_the_run_that_waits(signed_in: Client, job: ProvisioningJob, bo: User) -> None:
    first = signed_in.post(on_demand(job), {"pick": f"user:{bo.object_id}"})
    second = signed_in.post(on_demand(job, f"?pick=user:{bo.object_id}"))

    assert first["Location"] == second["Location"]
    assert OnDemandRun.objects.count() == AuditEntry.objects.count() == 1


def test_somebody_in_the_recycle_bin_can_be_provisioned(signed_in: Client, job: ProvisioningJob, bo: User) -> None:
    change.delete(bo)

    signed_in.post(on_demand(job), {"pick": f"user:{bo.object_id}"})

    assert OnDemandRun.objects.get().source_key == bo.pk


@pytest.mark.parametrize("pick", ["", "user:", "user:nonsense", "planet:00000000-0000-4000-8000-000000000000"])
def test_without_a_choice_nothing_is_done(signed_in: Client, job: ProvisioningJob, pick: str) -> None:
    answer = signed_in.post(on_demand(job), {"pick": pick})

    assert toasts(answer) == ["Nothing is selected\nSelect a user or group that is in the directory."]
    assert OnDemandRun.objects.count() == 0


def test_an_application_that_is_not_set_up_says_what_is_missing(signed_in: Client, bo: User) -> None:
    job = make_job()

    answer = signed_in.post(on_demand(job), {"pick": f"user:{bo.object_id}"})

    assert toasts(answer)[0].startswith("Provision on demand\nSet Provisioning Mode to Automatic")
    assert OnDemandRun.objects.count() == 0


# --- the result
def test_a_run_that_waits_is_asked_for_again(signed_in: Client, job: ProvisioningJob, bo: User) -> None:
    run = make_run(job, bo)
    page = on_demand(job, f"{run.run_id}/")

    html = signed_in.get(page).content.decode()

    assert f'hx-get="{page}?seen=queued" hx-trigger="every 2s"' in html
    assert signed_in.get(f"{page}?seen=queued", headers=HTMX).status_code == 204


def test_when_it_is_done_the_asking_ends_and_it_is_said(signed_in: Client, job: ProvisioningJob, bo: User) -> None:
    run = make_run(job, bo, entry(bo))

    html = signed_in.get(on_demand(job, f"{run.run_id}/?seen=queued"), headers=HTMX).content.decode()

    assert "every 2s" not in html
    assert "User 'Bo' was created in GoTo" in words(html[: html.index('<div id="result"')])


def test_the_steps_and_the_data_flow_are_told(signed_in: Client, job: ProvisioningJob, bo: User) -> None:
    run = make_run(job, bo, entry(bo))

    text = words(signed_in.get(on_demand(job, f"{run.run_id}/")))

    assert "1. Import user" in text
    assert "2. Determine if user is in scope 3 ms , Success Judged View details Assigned to the application Yes" in text
    assert "3. Match user between source and target" in text
    assert "4. Create user in Citrix GoToMeeting" in text
    assert "Modified attributes Modified Properties Property Old value New value firstName – Bo" in text
    assert "firstName Bo [givenName] – Bo" in text
    assert "No entry: there was nothing new to tell" in text


def test_its_log_entry_is_linked(signed_in: Client, job: ProvisioningJob, bo: User) -> None:
    run = make_run(job, bo, entry(bo))
    cycle = make_cycle(job)
    make_activity(cycle, bo)
    own = on_demand_activity(cycle, bo, occurred_at=run.asked_at)

    assert f"entry={own.activity_id}" in signed_in.get(on_demand(job, f"{run.run_id}/")).content.decode()


def test_a_failure_tells_reason_code_and_remedy(signed_in: Client, job: ProvisioningJob, bo: User) -> None:
    failed = entry(
        bo,
        status=Status.FAILURE,
        code=Conflict.code,
        reason=Message("The name is taken.").as_json(),
        remedy="Free the name.",
        steps=[step("import", "Received"), step("export", "Failed to create it", "failure")],
    )
    run = make_run(job, bo, failed)

    text = words(signed_in.get(on_demand(job, f"{run.run_id}/")))

    assert f"Failed to create it The name is taken. ( {Conflict.code} )" in text
    assert "What you can do Free the name." in text
    assert "Attribute mapping Then choose Retry." in text


def test_a_run_that_could_not_begin_says_why(signed_in: Client, job: ProvisioningJob, bo: User) -> None:
    message = {**Message("The password is wrong.").as_json(), "code": "InvalidCredentials", "remedy": "Enter it again."}
    run = make_run(job, bo, message=message)

    text = words(signed_in.get(on_demand(job, f"{run.run_id}/")))

    assert "The password is wrong. Enter it again. ( InvalidCredentials ) Retry" in text
    assert "1. Test connection The password is wrong." in text


def test_runs_of_other_applications_are_not_found(signed_in: Client, job: ProvisioningJob, bo: User) -> None:
    run = make_run(make_job(), bo)

    assert signed_in.get(on_demand(job, f"{run.run_id}/")).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_what_the_engine_did_is_shown(signed_in: Client, world: RowWorld) -> None:
    run = world.on_demand(world.person(display_name="Bo Berg"))

    text = words(signed_in.get(on_demand(world.job, f"{run.run_id}/")))

    assert "User 'Bo Berg' was created in In memory" in text
    assert "Log entry with request and response" in text


# --- from the logs
def test_a_failing_entry_offers_to_retry_now(signed_in: Client, job: ProvisioningJob, bo: User) -> None:
    failed = make_activity(make_cycle(job), bo, status=Status.FAILURE, code="Conflict")
    page = f"{page_of(job)}logs/?entry={failed.activity_id}"
    assert f'formaction="{on_demand(job)}?pick=user:{bo.object_id}"' in signed_in.get(page).content.decode()

    make_activity(make_cycle(job, kind="reconcile", ended_at=timezone.now()), bo)

    assert "retry-now" not in signed_in.get(page).content.decode()


def test_an_entry_of_a_run_says_on_demand(signed_in: Client, job: ProvisioningJob, bo: User) -> None:
    own = on_demand_activity(make_cycle(job), bo)

    text = words(signed_in.get(f"{page_of(job)}logs/?entry={own.activity_id}"))

    assert "Create On demand" in text
    assert "Cycle On demand" in text
