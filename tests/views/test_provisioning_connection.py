"""Test Connection on the page, and saving what must pass a test first, against the stand-in over real HTTP."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from provisioning.choices import Mode
from provisioning.jobs.connection import TESTS
from provisioning.models import ProvisioningJob
from tests.factories import make_application, make_job
from tests.goto_service import GotoService
from tests.html_forms import fields_of

pytestmark = pytest.mark.django_db(transaction=True)
HTMX = {"HX-Request": "true"}
Post = Callable[..., HttpResponse]


@pytest.fixture
def new(service: GotoService, settings: Settings) -> ProvisioningJob:
    """A new job of the demo: nothing was saved, the demo service is prefilled."""
    settings.PORTAL_SANDBOX, settings.PORTAL_SANDBOX_PORT = True, int(service.url.rpartition(":")[2])
    return make_job(make_application("GoTo"))


@pytest.fixture
def on(service: GotoService) -> ProvisioningJob:
    """On, with good credentials."""
    credentials = {
        "username": service.admin,
        "password": service.admin_password,
        "client_id": service.client_id,
        "client_secret": service.client_secret,
        "token_url": service.token_url,
        "api_url": service.url,
    }
    return make_job(credentials=credentials, is_on=True, quarantine="EncounteredQuarantineException")


@pytest.fixture
def post(signed_in: Client) -> Post:
    """Open the page, edit it, and press Save, or Test Connection with `page="test/"`."""

    def send(job: ProvisioningJob, page: str = "", headers: dict[str, str] | None = None, **edits: Any) -> HttpResponse:
        url = f"/applications/{job.application.application_id}/provisioning/"
        data = fields_of(signed_in.get(url).content.decode(), "edit", **{"mode": Mode.AUTOMATIC, **edits})
        return signed_in.post(url + page, data, headers=headers or {})

    return send


def of_admin(service: GotoService) -> dict[str, str]:
    return {"credentials_username": service.admin, "credentials_password": service.admin_password}


def test_good_credentials_are_authorized(post: Post, new: ProvisioningJob, service: GotoService) -> None:
    html = post(new, "test/", HTMX, **of_admin(service)).content.decode()

    assert "The supplied credentials are authorized to enable provisioning" in html
    assert "Signed in as admin@contoso.example" in html
    assert "View request and response" in html
    assert "<form" not in html


def test_saved_secrets_are_filled_in_on_the_server(post: Post, on: ProvisioningJob) -> None:
    assert "authorized to enable provisioning" in post(on, "test/", HTMX).content.decode()


def test_a_wrong_password_gets_the_words_of_azure(post: Post, new: ProvisioningJob, service: GotoService) -> None:
    wrong = {**of_admin(service), "credentials_password": "Not-the-password-1"}

    html = post(new, "test/", HTMX, **wrong).content.decode()

    assert "You appear to have entered invalid credentials. Please confirm you are using" in html
    for words in (
        "Failed at",
        "signing in",
        "Error code",
        "InvalidCredentials",
        "Details",
        "invalid_grant",
        "Request-id",
    ):
        assert words in html
    assert "Not-the-password-1" not in html


def test_an_account_without_team_admin_gets_the_hint_of_the_tutorial(
    post: Post, new: ProvisioningJob, service: GotoService
) -> None:
    helpdesk = {"credentials_username": service.helpdesk, "credentials_password": service.helpdesk_password}

    html = post(new, "test/", HTMX, **helpdesk).content.decode()

    assert "The account may not manage users in Citrix GoToMeeting" in html
    assert "Make sure that the account has Team Admin permissions" in html


def test_a_web_page_instead_of_the_api_is_told(post: Post, on: ProvisioningJob, service: GotoService) -> None:
    service.fault("me", "status", status=200, body="html", times=0)

    html = post(on, "test/", HTMX).content.decode()

    assert "Something else than the API answered" in html
    assert "<h1>The service is busy" not in html


def test_what_is_missing_is_told_before_anything_is_sent(post: Post, new: ProvisioningJob) -> None:
    answer = post(new, "test/", HTMX)

    assert answer.status_code == 422
    assert "Nothing was tested: correct this first" in answer.content.decode()


def test_a_save_with_mistakes_tells_them_once(post: Post, on: ProvisioningJob) -> None:
    html = post(on, "", HTMX, credentials_username="").content.decode()

    assert "This is empty. Enter a value." in html
    assert "Nothing was tested" not in html


def test_a_wrong_mail_address_does_not_stand_in_the_way_of_a_test(post: Post, on: ProvisioningJob) -> None:
    answer = post(on, "test/", HTMX, notification_email="nobody")

    assert "authorized to enable provisioning" in answer.content.decode()


def test_a_test_saves_nothing(post: Post, new: ProvisioningJob, service: GotoService) -> None:
    post(new, "test/", HTMX, **of_admin(service))

    new.refresh_from_db()
    assert (new.mode, new.saves, hasattr(new, "credentials")) == (Mode.MANUAL, 0, False)


def test_without_script_the_page_comes_back_with_the_result(
    post: Post, new: ProvisioningJob, service: GotoService
) -> None:
    html = post(new, "test/", **of_admin(service), notification_email="ops@contoso.example").content.decode()

    assert "authorized to enable provisioning" in html
    assert "ops@contoso.example" in html
    assert "Enter it again: what you typed was not saved" in html
    assert 'value="Demo-admin-1"' not in html


def test_a_test_is_asked_for_by_post_only(signed_in: Client, new: ProvisioningJob) -> None:
    url = f"/applications/{new.application.application_id}/provisioning/test/"

    assert signed_in.get(url).status_code == 405


# --- saving what must pass first
def test_switching_on_tests_saves_and_starts(post: Post, new: ProvisioningJob, service: GotoService) -> None:
    answer = post(new, is_on="on", **of_admin(service))

    new.refresh_from_db()
    assert answer.status_code == 303
    assert (new.is_on, new.mode, new.queued_at is not None) == (True, Mode.AUTOMATIC, True)
    assert new.credentials.tested_at is not None
    assert new.credentials.unlock()["client_secret"] == "demo-secret"


def test_switching_on_with_a_wrong_password_saves_nothing(
    post: Post, new: ProvisioningJob, service: GotoService
) -> None:
    wrong = {**of_admin(service), "credentials_password": "Not-the-password-1"}

    answer = post(new, is_on="on", notification_email="ops@contoso.example", **wrong)

    html = answer.content.decode()
    new.refresh_from_db()
    assert (answer.status_code, new.is_on, new.mode, new.notification_email) == (422, False, Mode.MANUAL, "")
    assert not hasattr(new, "credentials")
    assert "The connection test failed" in html
    assert "You appear to have entered invalid credentials" in html


def test_new_credentials_while_on_must_pass(post: Post, on: ProvisioningJob) -> None:
    answer = post(on, credentials_password="Not-the-password-1")

    on.refresh_from_db()
    assert (answer.status_code, on.credentials.unlock()["password"]) == (422, "Demo-admin-1")


def test_new_credentials_that_pass_end_the_quarantine(post: Post, on: ProvisioningJob) -> None:
    answer = post(on, credentials_account_key="3573452345871200001")

    on.refresh_from_db()
    assert (answer.status_code, on.quarantine, on.queued_at is not None) == (303, "", True)


def test_other_settings_are_saved_without_a_test(post: Post, on: ProvisioningJob, service: GotoService) -> None:
    service.fault("*", "status", status=503, times=0)

    assert post(on, notification_email="ops@contoso.example").status_code == 303


def test_a_job_that_was_stopped_while_its_page_was_tested_is_not_started_again(
    post: Post, on: ProvisioningJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody stops it and saves in the ten seconds that a test may take."""
    real = TESTS.run

    def slow(*args: Any) -> Any:
        ProvisioningJob.objects.filter(pk=on.pk).update(is_on=False, saves=9, saved_by="Mia Chen")
        return real(*args)

    monkeypatch.setattr(TESTS, "run", slow)

    answer = post(on, credentials_account_key="3573452345871200001")

    on.refresh_from_db()
    assert (answer.status_code, on.is_on, on.saves) == (409, False, 9)
