"""The mails administrators get. A mail is a row first, written with what causes it; `tasks` sends it."""

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from provisioning.models import Mail, ProvisioningJob
from provisioning.texts import Message


def quarantined(job: ProvisioningJob) -> None:
    """Provisioning of an application failed as a whole. Nobody is told when no address is given."""
    reason = Message.from_json(job.quarantine_message)
    context = {
        "job": job,
        "application": job.application,
        "reason": _(reason.text) % reason.values if reason.text else "",
        "remedy": _(job.quarantine_remedy) if job.quarantine_remedy else "",
        "next_try": job.next_start_at,
        "address": settings.PORTAL_ADDRESS + reverse("application", args=[job.application.application_id]),
    }
    subject = _("Provisioning of %(application)s failed: %(code)s") % {
        "application": job.application.display_name,
        "code": job.quarantine_code,
    }
    write(job, subject, "mail/quarantined", context)


def write(job: ProvisioningJob, subject: str, template: str, context: dict[str, object]) -> Mail | None:
    """One mail to all recipients of the job, as text and HTML."""
    if not job.recipients:
        return None
    return Mail.objects.create(
        job=job,
        recipients=", ".join(job.recipients),
        subject=subject[:300],
        text=render_to_string(f"{template}.txt", context),
        html=render_to_string(f"{template}.html", context),
    )


def send(mail_id: int, now: datetime) -> None:
    """Hand a mail to the mail server, once. Without one it stays in the outbox and counts as delivered there.

    A refusal is kept on the row and the mail is tried again by the tick.
    """
    mail = Mail.objects.filter(pk=mail_id, sent_at=None).first()
    if mail is None:
        return
    Mail.objects.filter(pk=mail_id).update(tries=F("tries") + 1)
    if settings.PORTAL_EMAIL_URL:
        message = EmailMultiAlternatives(mail.subject, mail.text, to=mail.recipients.split(", "))
        message.attach_alternative(mail.html, "text/html")
        try:
            message.send()
        except OSError as error:  # smtplib's errors and the network's
            Mail.objects.filter(pk=mail_id).update(error=str(error)[:500])
            return
    Mail.objects.filter(pk=mail_id).update(sent_at=now, error="")
