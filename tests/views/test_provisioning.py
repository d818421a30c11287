"""The page Provisioning: one form, Test Connection, and how synchronization goes."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from provisioning.choices import CycleStatus, Mode, Scope
from provisioning.models import ProvisioningJob
from tests.factories import make_administrator, make_cycle, make_job, make_state, make_user
from tests.html_forms import fields_of

pytestmark = pytest.mark.django_db
SAVED = {"username": "admin@contoso.example", "password": "Kept-secret-1"}
HTMX = {"HX-Request": "true"}


@pytest.fixture
def job() -> ProvisioningJob:
    """Set up, and Off."""
    return make_job(credentials=SAVED)


def address(job: ProvisioningJob, page: str = "") -> str:
    return f"/applications/{job.application.application_id}/provisioning/{page}"


@pytest.fixture
def page(signed_in: Client) -> Callable[..., str]:
    def get(job: ProvisioningJob) -> str:
        return signed_in.get(address(job)).content.decode()

    return get


@pytest.fixture
def save(signed_in: Client, page: Callable[..., str]) -> Callable[..., HttpResponse]:
    """Open the page, edit it and save."""

    def post(job: ProvisioningJob, headers: dict[str, str] | None = None, **edits: Any) -> HttpResponse:
        return signed_in.post(address(job), fields_of(page(job), "edit", **edits), headers=headers or {})

    return post


# --- the page
def test_the_labels_of_the_blade_are_there_in_their_order(page: Callable[..., str], job: ProvisioningJob) -> None:
    html = page(job)

    labels = [
        "Provisioning Mode",
        "Admin Credentials",
        "Citrix GoToMeeting Admin User Name",
        "Citrix GoToMeeting Admin Password",
        "Advanced connection settings",
        "Test Connection",
        "Notification Email",
        "Send an email notification when a failure occurs",
        "Synchronize Azure Active Directory Users to Citrix GoToMeeting",
        "Restore default mappings…",
        "Sync only assigned users and groups",
        "Time between cycles",
        "Provisioning Status",
        "Synchronization Details",
        "Provisioning activity report",
        "Provisioning error report",
    ]
    form = html[html.index('id="edit"') :]
    places = [form.index(label) for label in labels]
    assert places == sorted(places)


def test_secrets_are_not_in_the_page(page: Callable[..., str], job: ProvisioningJob) -> None:
    assert "Kept-secret-1" not in page(job)


def test_the_error_report_is_the_filtered_log(page: Callable[..., str], job: ProvisioningJob) -> None:
    assert "/logs/?status=failure" in page(job)


def test_the_demo_service_is_marked_and_its_accounts_are_told(page: Callable[..., str], settings: Settings) -> None:
    settings.PORTAL_SANDBOX = True

    html = page(make_job())

    assert "Demo service" in html
    for word in ("Demo-admin-1", "demo-pat-admin", "demo-pat-helpdesk", "click Authorize"):
        assert word in html
    assert f"http://localhost:{settings.PORTAL_SANDBOX_PORT}" in html


def test_outside_the_demo_nothing_is_said_of_it(page: Callable[..., str], job: ProvisioningJob) -> None:
    assert "Demo service" not in page(job)


def test_the_number_of_queries_does_not_grow(
    signed_in: Client, job: ProvisioningJob, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for more in range(2):
        for _ in range(more * 2 + 1):
            make_state(job, make_user())
            make_cycle(job, status=CycleStatus.COMPLETED)
        with django_assert_num_queries(13):
            signed_in.get(address(job))


def test_an_unknown_application_is_not_found(signed_in: Client) -> None:
    url = "/applications/00000000-0000-4000-8000-000000000000/provisioning/"

    assert [signed_in.get(url).status_code, signed_in.post(url).status_code] == [404, 404]
    assert signed_in.post(f"{url}test/").status_code == 404


# --- saving
def test_saving_leads_back_to_the_page_and_says_when_it_takes_effect(
    save: Callable[..., HttpResponse], signed_in: Client, job: ProvisioningJob
) -> None:
    answer = save(job, notification_email="ops@contoso.example", notify="on", interval_minutes="5")

    job.refresh_from_db()
    assert (answer.status_code, answer["Location"]) == (303, address(job))
    assert (job.notification_email, job.notify, job.interval_minutes) == ("ops@contoso.example", True, 5)
    html = signed_in.get(address(job)).content.decode()
    assert "Provisioning settings saved" in html
    assert "They are used once provisioning is on." in html


def test_with_htmx_the_browser_is_sent_to_the_page(save: Callable[..., HttpResponse], job: ProvisioningJob) -> None:
    answer = save(job, headers=HTMX, scope=Scope.ALL)

    assert (answer.status_code, answer["HX-Redirect"]) == (200, address(job))


def test_a_second_click_on_save_is_told_and_saves_nothing(
    signed_in: Client, page: Callable[..., str], job: ProvisioningJob
) -> None:
    data = fields_of(page(job), "edit", interval_minutes="5")

    first, second = signed_in.post(address(job), data), signed_in.post(address(job), data)

    job.refresh_from_db()
    assert (first.status_code, second.status_code, job.saves) == (303, 303, 1)
    assert "Nothing to save" in page(job)


def test_wrong_values_are_told_at_their_fields_and_nothing_is_saved(
    save: Callable[..., HttpResponse], job: ProvisioningJob
) -> None:
    answer = save(job, notification_email="nobody", credentials_username="", interval_minutes="5")

    html = answer.content.decode()
    job.refresh_from_db()
    assert (answer.status_code, job.interval_minutes, job.saves) == (422, 20, 0)
    assert "Nothing was saved yet: 2 things need a correction" in html
    assert 'href="#id_credentials_username"' in html
    assert "nobody is not an address" in html


@pytest.mark.parametrize(
    "field", ["credentials_username", "credentials_password", "notification_email", "scope", "mode"]
)
@pytest.mark.parametrize("text", ["\x00", "x" * 100_000, "\u202e{{ 1 }}<script>"])
def test_garbage_is_refused_and_escaped(
    save: Callable[..., HttpResponse], job: ProvisioningJob, field: str, text: str
) -> None:
    answer = save(job, **{field: text})

    assert answer.status_code in (303, 422)
    assert "<script>" not in answer.content.decode().replace("<script src=", "")


def test_a_form_without_any_field_is_refused(signed_in: Client, job: ProvisioningJob) -> None:
    assert signed_in.post(address(job), {}).status_code == 422


def test_a_typed_secret_survives_a_refused_save_with_htmx(
    save: Callable[..., HttpResponse], job: ProvisioningJob
) -> None:
    answer = save(job, headers=HTMX, credentials_password="Typed-secret-2", notification_email="nobody")

    html = answer.content.decode()
    assert "hx-preserve" in html
    assert "Typed-secret-2" not in html
    assert "<html" not in html


def test_without_script_a_typed_secret_is_asked_for_again(
    save: Callable[..., HttpResponse], job: ProvisioningJob
) -> None:
    html = save(job, credentials_password="Typed-secret-2", notification_email="nobody").content.decode()

    assert "Enter it again: what you typed was not saved" in html
    assert "Typed-secret-2" not in html


def test_going_back_to_manual_stops_the_job_and_says_so(
    save: Callable[..., HttpResponse], page: Callable[..., str]
) -> None:
    job = make_job(credentials=SAVED, is_on=True)

    save(job, mode=Mode.MANUAL)

    job.refresh_from_db()
    assert (job.mode, job.is_on) == (Mode.MANUAL, False)
    assert "Provisioning was stopped" in page(job)


def test_switching_off_is_saved(save: Callable[..., HttpResponse]) -> None:
    job = make_job(credentials=SAVED, is_on=True)

    save(job, is_on="off")

    job.refresh_from_db()
    assert not job.is_on


# --- two people
def test_the_second_person_is_told_what_the_first_changed(
    signed_in: Client, page: Callable[..., str], job: ProvisioningJob
) -> None:
    data = fields_of(page(job), "edit", interval_minutes="5", notification_email="mine@contoso.example")
    mia_saves(job, interval_minutes="40", scope=Scope.ALL)

    answer = signed_in.post(address(job), data)

    html = answer.content.decode()
    job.refresh_from_db()
    assert (answer.status_code, job.interval_minutes) == (409, 40)
    for words in ("Mia Chen saved this page at", "40 minutes", "5 minutes", "Not edited by you", "Keep mine"):
        assert words in html


def test_keep_mine_saves_mine_on_top_of_theirs(
    signed_in: Client, page: Callable[..., str], job: ProvisioningJob
) -> None:
    data = fields_of(page(job), "edit", interval_minutes="5")
    mia_saves(job, interval_minutes="40", scope=Scope.ALL)
    conflict = signed_in.post(address(job), data).content.decode()

    answer = signed_in.post(address(job), fields_of(conflict, "edit"))

    job.refresh_from_db()
    assert answer.status_code == 303
    assert (job.interval_minutes, job.scope) == (5, Scope.ALL)


def test_a_mapping_that_was_saved_meanwhile_does_not_stand_in_the_way(
    signed_in: Client, page: Callable[..., str], job: ProvisioningJob
) -> None:
    data = fields_of(page(job), "edit", interval_minutes="5")
    ProvisioningJob.objects.filter(pk=job.pk).update(saves=7)

    assert signed_in.post(address(job), data).status_code == 303


def mia_saves(job: ProvisioningJob, **edits: Any) -> None:
    mia = Client()
    mia.force_login(make_administrator(display_name="Mia Chen"))
    answer = mia.post(address(job), fields_of(mia.get(address(job)).content.decode(), "edit", **edits))
    assert answer.status_code == 303
