"""The mails of the portal. A mail is a row first, written with what causes it; `tasks` sends it."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.accounts.preferences import Reading, reading_as
from provisioning.models import Mail, NotificationSettings, ProvisioningJob
from provisioning.models.outgoing import next_try

HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
"""Mail servers do not answer such a mail with "out of office"."""

Group = tuple[str, Reading]
"""Recipients with ", " between them, and the language and time zone they are written to in."""


def write(
    group: Group,
    template: str,
    context: Mapping[str, Any],
    *,
    job: ProvisioningJob | None = None,
    counted: bool = False,
) -> Mail:
    """One mail to all of a group, as text and HTML; `context` has its `subject`.

    `counted`: it counts towards how many they get within an hour.
    """
    recipients, reading = group
    subject = " ".join(str(context["subject"]).split())[:300]  # a line break would end the header
    with reading_as(reading):
        told = {**context, "settings_url": settings.PORTAL_ADDRESS + reverse("notification-settings")}
        return Mail.objects.create(
            job=job,
            recipients=recipients,
            subject=subject,
            text=render_to_string(f"{template}.txt", told).strip() + "\n",
            html=render_to_string(f"{template}.html", told),
            counted=counted,
        )


def write_summary(group: Group, told: Sequence[Any]) -> Mail:
    """Instead of a mail for each."""
    with reading_as(group[1]):
        subject = ngettext("%(n)d more notification", "%(n)d more notifications", len(told)) % {"n": len(told)}
    return write(group, "mail/summary", {"subject": subject, "all": told}, counted=True)


def write_test(group: Group, by: object, job: ProvisioningJob | None = None) -> Mail:
    """What **Send test mail** sends."""
    with reading_as(group[1]):
        subject = _("Test mail of the Provisioning Portal")
    application = job.application if job else None
    return write(group, "mail/test", {"subject": subject, "by": str(by), "application": application}, job=job)


def send(mail_id: int, now: datetime) -> None:
    """Hand a mail to the mail server, once. Without one it stays in the outbox and counts as delivered there.

    A refusal is kept on the row and the mail is tried again by the tick, ever more slowly; where only some recipients
    were refused, they get a row of their own for that. A message that comes twice finds that its time has not come.
    """
    mail = Mail.due(now).filter(pk=mail_id).first()
    if mail is None:
        return
    if not settings.PORTAL_EMAIL_URL:
        Mail.objects.filter(pk=mail_id).update(sent_at=now, tries=0, next_try_at=None, error="")
        return
    if not mail.claim(now):
        return
    refused = _hand_over(mail)
    error = "; ".join(f"{address}: {why}" for address, why in refused.items())[:500]
    if len(refused) == len(mail.addresses):
        Mail.objects.filter(pk=mail_id).update(error=error)
        return
    with transaction.atomic():
        Mail.objects.filter(pk=mail_id).update(sent_at=now, next_try_at=None, error=error)
        if refused:
            _try_again(mail, list(refused), error, now)


def _try_again(mail: Mail, addresses: Sequence[str], error: str, now: datetime) -> None:
    tries = mail.tries + 1
    Mail.objects.create(
        job=mail.job,
        recipients=", ".join(addresses),
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        tries=tries,
        next_try_at=next_try(tries, now),
        error=error,
    )


def _hand_over(mail: Mail) -> dict[str, str]:
    """To each recipient apart, so that one who is refused keeps it from nobody. Gives why, by address."""
    refused: dict[str, str] = {}
    connection = get_connection()
    try:
        connection.open()
        for address in mail.addresses:
            try:
                _Letter(mail, address, connection).send()
            except (OSError, ValueError) as error:  # smtplib's errors and the network's; an address that is none
                refused[address] = _words(error)
    except (OSError, ValueError) as error:
        return dict.fromkeys(mail.addresses, _words(error))
    finally:
        with suppress(OSError):
            connection.close()
    return refused


class _Letter(EmailMultiAlternatives):
    """A mail on its way to one of its recipients, all of whom it names.

    Its Message-ID stays the same, so that one that arrived although the answer was lost is recognised.
    """

    def __init__(self, mail: Mail, address: str, connection: Any) -> None:
        self.address = address
        sender = NotificationSettings.current().sender or settings.DEFAULT_FROM_EMAIL
        host = sender.rpartition("@")[2].strip("> ") or "localhost"
        message_id = f"<{mail.pk}.{int(mail.created_at.timestamp() * 1000)}@{host}>"
        headers = {**HEADERS, "Message-ID": message_id}
        super().__init__(mail.subject, mail.text, sender, mail.addresses, headers=headers, connection=connection)
        self.attach_alternative(mail.html, "text/html")

    def recipients(self) -> list[str]:
        return [self.address]


def _words(error: Exception) -> str:
    """What the server said, without the form of Python's tuples."""
    said = next(iter(error.recipients.values())) if isinstance(error, SMTPRecipientsRefused) else error.args
    if isinstance(error, (SMTPRecipientsRefused, SMTPResponseException)):
        text = said[1].decode(errors="replace") if isinstance(said[1], bytes) else str(said[1])
        return f"{said[0]} {' '.join(text.split())}"
    return str(error)
