"""Preview: starting one, reading it, and comparing it with what then happened."""

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal.accounts.models import AuditEntry
from provisioning.choices import Action, CycleKind, CycleStatus, Phase, Status
from provisioning.models import Cycle, ProvisioningJob
from provisioning.texts import Message
from provisioning.views import previews as view
from tests.factories import make_activity, make_cycle, make_job, make_state, make_user
from tests.jobs.world import RowWorld
from tests.views.overviews import make_job_that_is_on, make_running_cycle, page_of
from tests.views.reading import rows, toasts, words
from tests.views.waiting import foretell, make_preview

HTMX = {"HX-Request": "true"}
NEVER_BY_CHANCE = 76_543_210


@pytest.fixture
def job(db: None) -> ProvisioningJob:
    return make_job_that_is_on()


@pytest.fixture
def preview(job: ProvisioningJob) -> Cycle:
    return make_preview(job)


def address(preview: Cycle, rest: str = "") -> str:
    return f"{page_of(preview.job)}previews/{preview.cycle_id}/{rest}"


# --- starting
def test_a_preview_is_begun_and_queued(signed_in: Client, job: ProvisioningJob) -> None:
    answer = signed_in.post(f"{page_of(job)}previews/start/")

    cycle = Cycle.objects.get()
    assert answer["Location"] == address(cycle)
    assert cycle.kind == CycleKind.PREVIEW
    job.refresh_from_db()
    assert job.queued_at is not None
    assert AuditEntry.objects.get().activity == "Start a preview"


def test_while_a_cycle_runs_it_is_refused(signed_in: Client, job: ProvisioningJob) -> None:
    make_running_cycle(job)

    answer = signed_in.post(f"{page_of(job)}previews/start/")

    assert toasts(answer)[0].startswith("Preview\nA cycle is running.")
    assert AuditEntry.objects.count() == 0


@pytest.mark.parametrize("page", ["", "provisioning/", "mappings/", "mappings/users/", "previews/"])
def test_other_pages_lead_to_one(signed_in: Client, page: str) -> None:
    job = make_job(credentials={"username": "a"})

    assert f"{page_of(job)}previews/start/" in signed_in.get(page_of(job) + page).content.decode()


def test_the_list_shows_those_that_are_kept(signed_in: Client, job: ProvisioningJob, preview: Cycle) -> None:
    Cycle.objects.filter(pk=preview.pk).update(created=3, looked_at=4, failed=1)
    make_cycle(job, status=CycleStatus.COMPLETED)

    (row,) = rows(signed_in.get(f"{page_of(job)}previews/"))

    assert row.endswith("Completed with failures 4 3 0 0 0 0 1")


def test_without_one_it_says_what_it_is_for(signed_in: Client, job: ProvisioningJob) -> None:
    assert "No preview yet Look before the first cycle" in words(signed_in.get(f"{page_of(job)}previews/"))


# --- no part of what happened
@pytest.mark.parametrize("page", ["", "cycles/"])
def test_previews_are_in_no_list_of_cycles(signed_in: Client, preview: Cycle, page: str) -> None:
    Cycle.objects.filter(pk=preview.pk).update(created=NEVER_BY_CHANCE)

    html = signed_in.get(page_of(preview.job) + page).content.decode()

    assert str(preview.cycle_id) not in html
    assert not [text for text in (str(NEVER_BY_CHANCE), f"{NEVER_BY_CHANCE:,}") if text in html]
    assert signed_in.get(f"{page_of(preview.job)}cycles/{preview.cycle_id}/").status_code == 404


def test_the_list_of_applications_goes_by_the_last_real_cycle(signed_in: Client, job: ProvisioningJob) -> None:
    make_preview(job, status=CycleStatus.RUNNING)

    assert "Healthy" in rows(signed_in.get("/applications/"))[0]


# --- one preview
def test_totals_are_told_and_filter(signed_in: Client, preview: Cycle) -> None:
    foretell(preview, make_user(display_name="Ada"))
    foretell(preview, make_user(display_name="Bo"), action=Action.DISABLE)
    foretell(preview, make_user(display_name="Cy"), action=Action.OTHER, status=Status.SKIPPED)
    foretell(preview, make_user(display_name="Di"), status=Status.FAILURE)

    text = words(signed_in.get(address(preview)))
    assert "4 Entries 1 Create 0 Update 1 Disable 0 Delete 0 Link 1 Skip 1 Fail" in text

    (row,) = rows(signed_in.get(address(preview, "?status=success&action=disable")))
    assert row.startswith("B Bo ")


def test_entries_are_searched(signed_in: Client, preview: Cycle) -> None:
    foretell(preview, make_user(display_name="Ada"))
    foretell(preview, make_user(display_name="Bo"))

    assert len(rows(signed_in.get(address(preview, "?q=ad")))) == 1
    assert "No entry matches" in words(signed_in.get(address(preview, "?q=nobody"), headers=HTMX))


def test_what_the_guard_would_hold_is_told(signed_in: Client, preview: Cycle) -> None:
    ProvisioningJob.objects.update(guard_number=1)
    foretell(preview, make_user(), action=Action.DISABLE)
    assert "The guard would hold" not in words(signed_in.get(address(preview)))

    foretell(preview, make_user(), action=Action.DELETE)

    text = words(signed_in.get(address(preview)))
    assert "The guard would hold 2 removals Disabling and deleting so many accounts at once" in text


def test_an_entry_tells_its_steps(signed_in: Client, preview: Cycle) -> None:
    row = foretell(preview, make_user(display_name="Bo"), target_id="preview-1")

    text = words(signed_in.get(address(preview, f"{row.pk}/")))

    assert "Nothing was sent: this is what a cycle would do" in text
    assert "4. Create user in Citrix GoToMeeting" in text
    assert "firstName – Bo" in text
    assert "Target ID" not in text


def test_entries_of_other_previews_are_not_found(signed_in: Client, job: ProvisioningJob, preview: Cycle) -> None:
    row = foretell(make_preview(make_job()), make_user())

    assert signed_in.get(address(preview, f"{row.pk}/")).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_the_number_of_queries_does_not_grow(
    signed_in: Client, preview: Cycle, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(number):
        user = make_user()
        make_state(preview.job, user)
        foretell(preview, user)

    with django_assert_num_queries(10):
        signed_in.get(address(preview))


def test_many_entries_come_in_pages(signed_in: Client, preview: Cycle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "PAGE_SIZE", 2)
    for _ in range(3):
        foretell(preview, make_user())

    assert len(rows(signed_in.get(address(preview)))) == 2
    assert len(rows(signed_in.get(address(preview, "?page=2")))) == 1


# --- while it runs, and when it went wrong
def test_progress_is_asked_for_until_it_has_ended(signed_in: Client, job: ProvisioningJob) -> None:
    running = make_preview(job, status=CycleStatus.RUNNING, phase=Phase.USERS, total=4, looked_at=1)
    page = signed_in.get(address(running))
    assert "25% complete 1 of 4 objects" in words(page)
    seen = page.content.decode().partition("?seen=")[2].partition('"')[0]

    asked = address(running, f"progress/?seen={seen}")
    assert signed_in.get(asked, headers=HTMX).status_code == 204
    Cycle.objects.update(looked_at=2)
    assert "50% complete" in words(signed_in.get(asked, headers=HTMX))
    Cycle.objects.update(status=CycleStatus.COMPLETED, ended_at=timezone.now())
    assert signed_in.get(asked, headers=HTMX)["HX-Refresh"] == "true"
    assert signed_in.get(asked)["Location"] == address(running)


def test_a_preview_that_was_broken_off_says_why(signed_in: Client, job: ProvisioningJob) -> None:
    stop = {"stop_code": "InvalidCredentials", "stop_message": Message("The password is wrong.").as_json()}
    broken = make_preview(job, status=CycleStatus.INTERRUPTED, ended_at=timezone.now(), **stop)

    assert "This preview was broken off The password is wrong. ( InvalidCredentials )" in words(
        signed_in.get(address(broken))
    )


def test_an_old_preview_says_so(signed_in: Client, preview: Cycle) -> None:
    ProvisioningJob.objects.update(config_version=9)

    assert "The configuration has changed since" in words(signed_in.get(address(preview)))


# --- compared
def test_differences_stand_side_by_side(signed_in: Client, job: ProvisioningJob, preview: Cycle) -> None:
    ada, bo = make_user(display_name="Ada"), make_user(display_name="Bo")
    foretell(preview, ada)
    foretell(preview, bo, modified=[])
    cycle = make_cycle(job, status=CycleStatus.COMPLETED)
    make_activity(cycle, ada, status=Status.FAILURE)
    make_activity(cycle, bo)

    answer = signed_in.get(address(preview, "compare/"))

    (row,) = rows(answer)
    assert row.startswith("Ada Create: Success It is active and assigned directly. firstName: Bo Create: Failure")
    assert "1 difference" in words(answer)


def test_before_a_cycle_ran_there_is_nothing_to_compare(signed_in: Client, preview: Cycle) -> None:
    assert "No cycle was completed since" in words(signed_in.get(address(preview, "compare/")))


@pytest.mark.django_db(transaction=True)
def test_r24_the_cycle_does_what_its_preview_said(signed_in: Client, world: RowWorld) -> None:
    lead = world.person(display_name="Lead")
    world.person(display_name="Bo Berg", manager=lead)
    signed_in.post(f"{page_of(world.job)}previews/start/")
    ProvisioningJob.objects.update(next_start_at=None)
    world.work()
    preview = Cycle.objects.get()
    world.cycle()

    assert "2 Create" in words(signed_in.get(address(preview)))
    assert "It did what the preview said" in words(signed_in.get(address(preview, "compare/")))
