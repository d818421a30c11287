"""Authorize on the page Provisioning, against the stand-in over real HTTP: asked, answered, kept, and refused."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from portal.accounts.models import AuditEntry
from provisioning import vault
from provisioning.choices import Mode, QuarantineReason
from provisioning.models import ProvisioningJob
from tests.consent import consent
from tests.factories import make_application, make_job
from tests.goto_service import GotoService
from tests.html_forms import fields_of
from tests.views.reading import toasts

pytestmark = pytest.mark.django_db(transaction=True)
Press = Callable[..., HttpResponse]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def job(service: GotoService, settings: Settings) -> ProvisioningJob:
    settings.PORTAL_SANDBOX, settings.PORTAL_SANDBOX_PORT = True, int(service.url.rpartition(":")[2])
    return make_job(make_application("GoTo"))


@pytest.fixture
def press(signed_in: Client, job: ProvisioningJob) -> Press:
    """Open the page, choose consent, and press Authorize (or another button by `page`)."""

    def press(page: str = "authorize/", headers: dict[str, str] | None = None, **edits: Any) -> HttpResponse:
        url = f"/applications/{job.application.application_id}/provisioning/"
        chosen = {"mode": Mode.AUTOMATIC, "credentials_sign_in": "authorization_code", **edits}
        data = fields_of(signed_in.get(url).content.decode(), "edit", **chosen)
        return signed_in.post(url + page, data, headers=headers or {})

    return press


def asked(answer: HttpResponse) -> str:
    return str(answer["HX-Redirect"])


def kept(job: ProvisioningJob) -> dict[str, str]:
    job.refresh_from_db()
    return vault.unlock(job.credentials.tokens)


def test_the_browser_is_sent_to_the_application_with_state_and_challenge(press: Press, service: GotoService) -> None:
    address = asked(press(headers=HTMX))

    query = parse_qs(urlsplit(address).query)
    assert address.startswith(service.authorize_url)
    assert query["redirect_uri"] == ["http://localhost:8000/authorized/"]
    assert query["code_challenge_method"] == ["S256"]
    assert len(query["state"][0]) > 40


def test_without_script_a_page_leads_on(press: Press, service: GotoService) -> None:
    answer = press()

    assert answer["Refresh"].startswith(f"0; url={service.authorize_url}")
    assert "Go on" in answer.content.decode()


def test_a_consent_saves_credentials_and_tokens_that_passed_the_test(
    press: Press, job: ProvisioningJob, signed_in: Client, service: GotoService
) -> None:
    service.strict(pkce_required=True)

    answer = signed_in.get("/authorized/", consent(service, asked(press(headers=HTMX))))

    assert answer.url == f"/applications/{job.application.application_id}/provisioning/"
    assert kept(job)["refresh_token"]
    assert job.credentials.unlock()["sign_in"] == "authorization_code"
    assert job.credentials.tested_at is not None
    assert toasts(answer)[0].startswith("Authorized")


def test_the_mode_automatic_in_which_one_authorizes_is_saved_with_it(
    press: Press, job: ProvisioningJob, signed_in: Client, service: GotoService
) -> None:
    ProvisioningJob.objects.update(mode=Mode.MANUAL)

    signed_in.get("/authorized/", consent(service, asked(press(headers=HTMX))))

    job.refresh_from_db()
    assert (job.mode, job.is_on) == (Mode.AUTOMATIC, False)
    assert AuditEntry.objects.latest("pk").new["Provisioning Mode"] == "automatic"


def test_after_it_the_connection_test_and_saving_use_the_tokens(
    press: Press, signed_in: Client, job: ProvisioningJob, service: GotoService
) -> None:
    signed_in.get("/authorized/", consent(service, asked(press(headers=HTMX))))

    assert "Signed in as admin@contoso.example" in press("test/", HTMX).content.decode()
    assert press("", is_on="on").status_code == 303
    job.refresh_from_db()
    assert job.is_on


def test_before_it_the_connection_test_says_what_to_do(press: Press) -> None:
    html = press("test/", HTMX).content.decode()

    assert "Click Authorize on the page Provisioning" in html


def test_no_token_stands_in_session_page_or_audit(
    press: Press, signed_in: Client, job: ProvisioningJob, service: GotoService
) -> None:
    asked_at = asked(press(headers=HTMX))
    assert "demo-secret" not in repr(dict(signed_in.session))
    signed_in.get("/authorized/", consent(service, asked_at))

    page = signed_in.get(f"/applications/{job.application.application_id}/provisioning/").content.decode()
    everything = page + repr(list(AuditEntry.objects.values()))
    assert not [text for text in kept(job).values() if len(text) > 30 and text in everything]
    assert AuditEntry.objects.filter(activity="Authorize provisioning").exists()


def refused(answer: HttpResponse, words: str) -> None:
    toast = toasts(answer)[-1]
    assert toast.startswith("Not authorized")
    assert words in toast


def test_another_state_is_refused(press: Press, signed_in: Client, job: ProvisioningJob, service: GotoService) -> None:
    back = consent(service, asked(press(headers=HTMX)))

    refused(signed_in.get("/authorized/", {**back, "state": "guessed"}), "no question of this session")
    job.refresh_from_db()
    assert not hasattr(job, "credentials")


def test_an_answer_counts_once(press: Press, signed_in: Client, service: GotoService) -> None:
    back = consent(service, asked(press(headers=HTMX)))
    signed_in.get("/authorized/", back)

    refused(signed_in.get("/authorized/", back), "Click Authorize again")


def test_an_answer_to_another_session_is_refused(
    press: Press, signed_in: Client, service: GotoService, administrator: Any
) -> None:
    back = consent(service, asked(press(headers=HTMX)))
    other = Client()
    other.force_login(administrator)

    refused(other.get("/authorized/", back), "no question of this session")


def test_a_stranger_is_sent_to_sign_in(client: Client) -> None:
    assert client.get("/authorized/", {"code": "x", "state": "y"}).url.startswith("/sign-in/")


def test_a_refused_consent_is_told(press: Press, signed_in: Client, service: GotoService) -> None:
    back = consent(service, asked(press(headers=HTMX)), "deny")

    refused(signed_in.get("/authorized/", back), "The consent was refused")


def test_a_client_that_may_not_is_told_with_its_error(press: Press, signed_in: Client, service: GotoService) -> None:
    query = parse_qs(urlsplit(asked(press(headers=HTMX))).query)

    answer = signed_in.get("/authorized/", {"error": "unauthorized_client", "state": query["state"][0]})

    refused(answer, "unauthorized_client")


def test_a_bad_code_is_told(press: Press, signed_in: Client, service: GotoService) -> None:
    back = consent(service, asked(press(headers=HTMX)))

    refused(signed_in.get("/authorized/", {**back, "code": "wrong"}), "does not accept the consent")


def test_what_was_saved_meanwhile_is_not_overwritten(
    press: Press, signed_in: Client, job: ProvisioningJob, service: GotoService
) -> None:
    back = consent(service, asked(press(headers=HTMX)))
    ProvisioningJob.objects.filter(pk=job.pk).update(saves=7)

    refused(signed_in.get("/authorized/", back), "Somebody saved other settings meanwhile")


def test_a_missing_client_is_told_on_the_page(press: Press) -> None:
    answer = press(headers=HTMX, credentials_client_id="")

    assert answer.status_code == 422
    assert "The client ID is missing" in answer.content.decode()


def test_a_consent_ends_quarantine(press: Press, signed_in: Client, job: ProvisioningJob, service: GotoService) -> None:
    ProvisioningJob.objects.filter(pk=job.pk).update(quarantine=QuarantineReason.EXCEPTION)

    signed_in.get("/authorized/", consent(service, asked(press(headers=HTMX))))

    job.refresh_from_db()
    assert not job.quarantine


def test_another_method_drops_the_tokens(
    press: Press, signed_in: Client, job: ProvisioningJob, service: GotoService
) -> None:
    signed_in.get("/authorized/", consent(service, asked(press(headers=HTMX))))

    press("", credentials_sign_in="personal_access_token", credentials_pat=service.admin_pat)

    job.refresh_from_db()
    assert (job.credentials.tokens, job.credentials.unlock()["pat"]) == ("", service.admin_pat)


def test_a_consent_while_it_is_on_starts_a_cycle(
    press: Press, signed_in: Client, job: ProvisioningJob, service: GotoService
) -> None:
    ProvisioningJob.objects.filter(pk=job.pk).update(is_on=True, mode=Mode.AUTOMATIC)

    signed_in.get("/authorized/", consent(service, asked(press(headers=HTMX))))

    job.refresh_from_db()
    assert job.next_start_at is not None
    assert job.queued_at is not None
