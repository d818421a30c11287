"""The mails of the portal. A mail is a row first, written with what causes it; `tasks` sends it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from provisioning.models import Mail, NotificationSettings, ProvisioningJob

HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
"""Mail servers do not answer such a mail with "out of office"."""

Group = tuple[str, str]
"""Recipients with ", " between them, and the language they are written to in."""


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
    recipients, language = group
    subject = " ".join(str(context["subject"]).split())[:300]  # a line break would end the header
    with override(language):
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
    with override(group[1]):
        subject = ngettext("%(n)d more notification", "%(n)d more notifications", len(told)) % {"n": len(told)}
    return write(group, "mail/summary", {"subject": subject, "all": told}, counted=True)


def write_test(group: Group, by: object, job: ProvisioningJob | None = None) -> Mail:
    """What **Send test mail** sends."""
    with override(group[1]):
        subject = _("Test mail of the Provisioning Portal")
    application = job.application if job else None
    return write(group, "mail/test", {"subject": subject, "by": str(by), "application": application}, job=job)


def send(mail_id: int, now: datetime) -> None:
    """Hand a mail to the mail server, once. Without one it stays in the outbox and counts as delivered there.

    A refusal is kept on the row and the mail is tried again by the tick, ever more slowly. Its Message-ID stays the
    same, so that one that arrived although the answer was lost is recognised.
    """
    mail = Mail.unsent().filter(pk=mail_id).first()
    if mail is None:
        return
    if not settings.PORTAL_EMAIL_URL:
        Mail.objects.filter(pk=mail_id).update(sent_at=now, tries=0, next_try_at=None, error="")
        return
    if not mail.claim(now):
        return
    sender = NotificationSettings.current().sender or settings.DEFAULT_FROM_EMAIL
    host = sender.rpartition("@")[2].strip("> ") or "localhost"
    message_id = f"<{mail.pk}.{int(mail.created_at.timestamp() * 1000)}@{host}>"
    headers = {**HEADERS, "Message-ID": message_id}
    message = EmailMultiAlternatives(mail.subject, mail.text, sender, mail.recipients.split(", "), headers=headers)
    message.attach_alternative(mail.html, "text/html")
    try:
        message.send()
    except (OSError, ValueError) as error:  # smtplib's errors and the network's; an address that is none
        Mail.objects.filter(pk=mail_id).update(error=str(error)[:500])
        return
    Mail.objects.filter(pk=mail_id).update(sent_at=now, next_try_at=None, error="")
