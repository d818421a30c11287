"""Notification settings: saved as a whole, tried by test mails, with a webhook whose secret is shown once."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from portal.accounts.models import AuditEntry
from provisioning.choices import NoticeKind
from provisioning.jobs.notices.wording import EVENTS
from provisioning.models import Mail, NotificationSettings, WebhookDelivery
from tests.factories import make_application, make_job, make_reader
from tests.views.reading import toasts, words

URL = "/settings/notifications/"
TEAM = "team@contoso.example"


def posted(version: int = 0, **values: Any) -> dict[str, Any]:
    """The form as it is drawn from the defaults, with these values."""
    boxes = {f"send_{kind}".replace("-", "_"): "on" for kind in EVENTS}
    drawn = {"recipients": "", "sender": "", "digest": "", "digest_hour": "7", "webhook_url": "", **boxes}
    first = {f"initial-{name}": "True" if value == "on" else value for name, value in drawn.items()}
    sent = {name: value for name, value in {**drawn, **values}.items() if value}
    return {**first, **sent, "version": version}


def test_settings_are_saved_with_their_audit_entry(signed_in: Client) -> None:
    answer = signed_in.post(
        URL, posted(recipients=f"{TEAM} ,boss@contoso.example", digest="on", digest_hour="6", send_held="")
    )

    assert answer.status_code == 303
    saved = NotificationSettings.current()
    assert (saved.recipients, saved.digest, saved.digest_hour) == (f"{TEAM}, boss@contoso.example", True, 6)
    assert saved.muted == [NoticeKind.HELD]
    entry = AuditEntry.objects.get(activity="Save notification settings")
    assert entry.new["Recipients"] == f"{TEAM}, boss@contoso.example"
    assert toasts(answer) == ["Notification settings saved"]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"recipients": f"{TEAM}, nobody"}, "nobody is not an address."),
        ({"sender": "Portal"}, "Enter an address such as portal@contoso.example"),
        ({"webhook_url": "ftp://hooks.contoso.example"}, "Enter an address such as https://"),
        ({"digest": "on"}, "Enter who gets the daily summary"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_saved(
    signed_in: Client, values: dict[str, str], said: str
) -> None:
    answer = signed_in.post(URL, posted(**values))

    assert answer.status_code == 422
    assert said in words(answer)
    assert not NotificationSettings.objects.exists()


def test_two_people_who_save_at_once_are_told_of_each_other(signed_in: Client) -> None:
    NotificationSettings.objects.create(recipients=TEAM, saves=1, saved_by="Mia", saved_at=timezone.now())

    answer = signed_in.post(URL, posted(recipients="other@contoso.example"))

    assert answer.status_code == 409
    assert "Mia saved this page at" in words(answer)
    assert NotificationSettings.current().recipients == TEAM


def test_a_new_webhook_shows_its_secret_once(signed_in: Client) -> None:
    answer = signed_in.post(URL, posted(webhook_url="https://hooks.contoso.example/portal"))

    found = re.search(r"whsec_[A-Za-z0-9+/=]+", answer.content.decode())
    assert found
    assert NotificationSettings.current().secrets(timezone.now()) == [found[0]]
    assert "whsec_" not in signed_in.get(URL).content.decode()

    again = signed_in.post(f"{URL}secret/")
    other = re.search(r"whsec_[A-Za-z0-9+/=]+", again.content.decode())
    assert other
    assert other[0] != found[0]


def test_a_test_call_is_written_and_leads_to_its_page(signed_in: Client) -> None:
    NotificationSettings.objects.create(webhook_url="https://hooks.contoso.example/portal")

    answer = signed_in.post(f"{URL}test-call/")

    call = WebhookDelivery.objects.get()
    assert answer["Location"] == f"/outbox/webhook/{call.delivery_id}/"
    assert call.queued_at is not None


def test_a_test_mail_goes_to_the_addresses_in_the_form(signed_in: Client, settings: Settings) -> None:
    settings.PORTAL_EMAIL_URL = "smtp://mail.contoso.example"

    answer = signed_in.post(f"{URL}test-mail/", posted(recipients=TEAM), headers={"HX-Request": "true"})

    [mail] = Mail.objects.all()
    assert (mail.recipients, mail.subject) == (TEAM, "Test mail of the Provisioning Portal")
    assert mail.queued_at is not None
    assert "A test mail is on its way To team@contoso.example." in words(answer)
    assert not NotificationSettings.objects.exists()


def test_without_script_a_test_mail_comes_with_the_whole_page(signed_in: Client) -> None:
    answer = signed_in.post(f"{URL}test-mail/", posted(recipients=TEAM))

    assert "A test mail was written, but stays here" in words(answer)
    assert f'value="{TEAM}"' in answer.content.decode()


@pytest.mark.parametrize(("typed", "said"), [("", "Enter who gets it."), ("nobody", "nobody is not an address.")])
def test_no_test_mail_without_an_address(signed_in: Client, typed: str, said: str) -> None:
    answer = signed_in.post(f"{URL}test-mail/", posted(recipients=typed), headers={"HX-Request": "true"})

    assert answer.status_code == 422
    assert said in words(answer)
    assert not Mail.objects.exists()


def test_a_test_mail_of_an_application_names_it(signed_in: Client) -> None:
    job = make_job(make_application("Citrix GoToMeeting"))
    page = f"/applications/{job.application.application_id}/provisioning/"

    answer = signed_in.post(f"{page}test-mail/", {"notification_email": TEAM}, headers={"HX-Request": "true"})

    assert answer.status_code == 200
    mail = Mail.objects.get(job=job)
    assert "Mails about Citrix GoToMeeting reach you at this address." in mail.text
    assert "Nothing has happened." in mail.html


def test_a_reports_reader_looks_but_saves_nothing(client: Client, db: None) -> None:
    client.force_login(make_reader())

    assert client.get(URL).status_code == 200
    assert client.post(URL, posted(recipients=TEAM)).status_code == 403
