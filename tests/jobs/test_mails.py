"""The mails administrators get, up to a real mail server."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail as django_mail
from django.utils import timezone
from pytest_django import Settings

from provisioning.choices import QuarantineReason
from provisioning.errors import CredentialsRejected
from provisioning.jobs import due, mails, quarantine
from provisioning.jobs.notices import events
from provisioning.models import Mail, ProvisioningJob
from provisioning.models.outgoing import MAX_TRIES
from provisioning.texts import Message, say
from tests.factories import make_application, make_job
from tests.mailbox import Mailbox, running_mailbox

pytestmark = pytest.mark.both_databases

NOW = timezone.now()
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[Mailbox]:
    with running_mailbox(settings) as box:
        yield box


@pytest.fixture
def job(db: None) -> ProvisioningJob:
    """A job in quarantine whose administrators want to be told."""
    return make_job(
        make_application("Citrix GoToMeeting"),
        notification_email="team@contoso.example, boss@contoso.example",
        notify=True,
        next_start_at=NOW,
        quarantine=QuarantineReason.EXCEPTION,
        quarantine_code="InvalidCredentials",
        quarantine_message=Message("GoTo said: %(answer)s", {"answer": "<no> & never"}).as_json(),
        quarantine_remedy=CredentialsRejected.remedy,
    )


def make_mail(**values: Any) -> Mail:
    defaults = {"recipients": "team@contoso.example", "subject": "Hej", "text": "Text å\n", "html": "<p>Text</p>"}
    return Mail.objects.create(**{**defaults, **values})


def told(event: Callable[[ProvisioningJob, datetime], None], job: ProvisioningJob) -> Mail | None:
    """The mail that comes of an event, None when nobody is told."""
    before = Mail.objects.count()
    event(job, NOW)
    return Mail.objects.first() if Mail.objects.count() > before else None


def test_a_quarantine_is_told_with_reason_remedy_next_try_and_link(job: ProvisioningJob) -> None:
    mail = told(events.quarantined, job)

    assert mail is not None
    assert mail.subject == "Provisioning of Citrix GoToMeeting failed: InvalidCredentials"
    assert mail.recipients == "team@contoso.example, boss@contoso.example"
    assert "GoTo said: <no> & never (InvalidCredentials)" in mail.text
    assert CredentialsRejected.remedy in mail.text
    assert f"It is tried again on {NOW:%-d %b %Y, %H:%M} UTC." in mail.text
    assert f"http://localhost:8000/applications/{job.application.application_id}/" in mail.text.splitlines()


def test_the_html_has_the_same_facts_and_what_the_target_said_is_text(job: ProvisioningJob) -> None:
    mail = told(events.quarantined, job)

    assert mail is not None
    assert "GoTo said: &lt;no&gt; &amp; never (<code>InvalidCredentials</code>)" in mail.html
    assert f'<a href="http://localhost:8000/applications/{job.application.application_id}/">' in mail.html


def test_nobody_is_told_without_the_tick_or_an_address(job: ProvisioningJob) -> None:
    job.notify = False
    assert told(events.quarantined, job) is None

    job.notify, job.notification_email = True, " , "
    assert told(events.quarantined, job) is None
    assert Mail.objects.count() == 0


def test_a_line_break_in_a_name_stays_out_of_the_subject(job: ProvisioningJob) -> None:
    job.application.display_name = "GoTo\r\nBcc: all@contoso.example"

    mail = told(events.quarantined, job)

    assert mail is not None
    assert mail.subject == "Provisioning of GoTo Bcc: all@contoso.example failed: InvalidCredentials"


def test_one_cause_is_told_once(job: ProvisioningJob) -> None:
    error = CredentialsRejected(say("No."))
    for _ in range(3):
        quarantine.enter(job.pk, error, NOW)
    assert Mail.objects.count() == 0  # the fixture's quarantine has this very cause

    job.leave_quarantine()
    job.save()
    for _ in range(3):
        quarantine.enter(job.pk, error, NOW)
    assert Mail.objects.count() == 1


def test_a_mail_reaches_the_mail_server_as_text_and_html(job: ProvisioningJob, mailbox: Mailbox) -> None:
    mail = told(events.quarantined, job)
    assert mail is not None

    mails.send(mail.pk, NOW)

    got, copy = mailbox.received
    assert got["To"] == copy["To"] == mail.recipients
    assert got["Message-ID"] == copy["Message-ID"]
    assert mailbox.recipients == ["team@contoso.example", "boss@contoso.example"]
    assert got["Subject"] == mail.subject
    assert got["From"] == "Provisioning Portal <portal@localhost>"
    parts = {part.get_content_type(): part.get_content() for part in got.walk() if not part.is_multipart()}
    assert parts["text/plain"].replace("\r\n", "\n").strip() == mail.text.strip()
    assert '<h1><font size="5">Provisioning of Citrix GoToMeeting failed: InvalidCredentials' in parts["text/html"]
    assert got["Auto-Submitted"] == "auto-generated"
    mail.refresh_from_db()
    assert (mail.sent_at, mail.tries, mail.error) == (NOW, 1, "")


def test_a_sent_mail_is_not_sent_again(db: None, mailbox: Mailbox) -> None:
    mail = make_mail()
    mails.send(mail.pk, NOW)
    mails.send(mail.pk, NOW)

    assert len(mailbox.received) == 1


def test_a_refusal_is_kept_and_tried_again_up_to_a_limit(db: None, mailbox: Mailbox) -> None:
    mail = make_mail()
    mailbox.refusal = "550 No such mailbox here"
    for day in range(MAX_TRIES + 1):
        mails.send(mail.pk, NOW + timedelta(days=day))

    mail.refresh_from_db()
    assert (mail.sent_at, mail.tries) == (None, MAX_TRIES)
    assert "No such mailbox here" in mail.error
    assert not due.mails(NOW + timedelta(days=99)).exists()


def test_tries_get_rarer_so_that_a_server_away_for_half_a_day_loses_nothing(db: None, mailbox: Mailbox) -> None:
    mail = make_mail()
    mailbox.refusal = "451 Later"
    now, pauses = mail.created_at, []
    while mail.tries < MAX_TRIES:
        mails.send(mail.pk, now)
        mail.refresh_from_db()
        if mail.next_try_at:
            assert not due.mails(mail.next_try_at - timedelta(seconds=1)).exists()
            assert due.mails(mail.next_try_at).exists()
            pauses.append((mail.next_try_at - now).total_seconds() / 60)
            now = mail.next_try_at

    assert pauses == [1, 5, 30, 120, 240, 480]
    assert now - mail.created_at > timedelta(hours=12)
    assert mail.next_try_at is None


def test_a_mail_that_was_sent_has_no_next_try(db: None, mailbox: Mailbox) -> None:
    mail = make_mail(tries=1, next_try_at=NOW)
    mails.send(mail.pk, NOW)

    mail.refresh_from_db()
    assert (mail.sent_at, mail.next_try_at) == (NOW, None)


def test_a_job_that_was_given_up_is_told_with_reason_and_what_to_do(job: ProvisioningJob) -> None:
    mail = told(events.given_up, job)

    assert mail is not None
    assert mail.subject == "Provisioning of Citrix GoToMeeting was switched off"
    for text in (mail.text, mail.html):
        assert "failed for 28 days, so the portal switched it off" in text
        assert "InvalidCredentials" in text
        assert "Nothing is tried until somebody starts provisioning." in text
    assert "GoTo said: &lt;no&gt; &amp; never" in mail.html


def test_a_mail_that_was_refused_once_is_sent_when_the_server_takes_it(db: None, mailbox: Mailbox) -> None:
    mail = make_mail()
    mailbox.refusal = "451 Later"
    mails.send(mail.pk, NOW)
    mailbox.refusal = ""
    mails.send(mail.pk, LATER)

    mail.refresh_from_db()
    assert (mail.sent_at, mail.tries, mail.error) == (LATER, 2, "")
    assert len(mailbox.received) == 1


def test_a_message_that_comes_twice_finds_that_its_time_has_not_come(db: None, mailbox: Mailbox) -> None:
    mail = make_mail()
    mailbox.refusal = "451 Later"

    mails.send(mail.pk, NOW)
    mails.send(mail.pk, NOW)

    mail.refresh_from_db()
    assert mail.tries == 1


def test_one_recipient_who_is_refused_keeps_the_mail_from_nobody_and_is_tried_again(db: None, mailbox: Mailbox) -> None:
    mail = make_mail(recipients="team@contoso.example, gone@contoso.example, boss@contoso.example")
    mailbox.refused = {"gone@contoso.example": "450 Mailbox is busy"}

    mails.send(mail.pk, NOW)

    assert mailbox.recipients == ["team@contoso.example", "boss@contoso.example"]
    assert {each["To"] for each in mailbox.received} == {mail.recipients}
    mail.refresh_from_db()
    assert (mail.sent_at, mail.error) == (NOW, "gone@contoso.example: 450 Mailbox is busy")
    again = Mail.objects.exclude(pk=mail.pk).get()
    assert (again.recipients, again.sent_at, again.tries) == ("gone@contoso.example", None, 1)
    assert not due.mails(NOW).exists()

    mailbox.refused = {}
    mails.send(again.pk, LATER)

    assert mailbox.recipients[2:] == ["gone@contoso.example"]
    assert not Mail.unsent().exists()


def test_a_mail_server_that_is_away_is_an_error_on_the_row(db: None, mailbox: Mailbox, settings: Any) -> None:
    mail = make_mail()
    settings.EMAIL_PORT = 1
    mails.send(mail.pk, NOW)

    mail.refresh_from_db()
    assert mail.sent_at is None
    assert "refused" in mail.error


def test_of_two_workers_with_one_mail_one_sends_it(db: None) -> None:
    mail = make_mail()
    here, there = Mail.objects.get(pk=mail.pk), Mail.objects.get(pk=mail.pk)

    assert [here.claim(NOW), there.claim(NOW)] == [True, False]


def test_without_a_mail_server_it_stays_in_the_outbox_and_nothing_is_tried(db: None) -> None:
    mail = make_mail()
    mails.send(mail.pk, NOW)

    mail.refresh_from_db()
    assert (mail.sent_at, mail.tries) == (NOW, 0)
    assert django_mail.outbox == []
