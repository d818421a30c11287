"""The mails administrators get. A mail is a row first, written with what causes it; `tasks` sends it."""

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from provisioning.models import Mail, ProvisioningJob, StagedRemoval
from provisioning.models.mail import next_try
from provisioning.texts import Message


def quarantined(job: ProvisioningJob) -> Mail | None:
    """Provisioning of an application failed as a whole. Nobody is told when no address is given."""
    subject = _("Provisioning of %(application)s failed: %(code)s") % {
        "application": job.application.display_name,
        "code": job.quarantine_code,
    }
    return write(job, subject, "mail/quarantined", _context(job))


def held(job: ProvisioningJob) -> Mail | None:
    """The guard holds removals: they wait for a person, everything else goes on."""
    subject = _("Removals in %(application)s wait for you") % {"application": job.application.display_name}
    path = reverse("held", args=[job.application.application_id])
    rows = StagedRemoval.objects.filter(job=job).held()
    context = {**_context(job), "number": rows.count(), "address": settings.PORTAL_ADDRESS + path}
    return write(job, subject, "mail/held", context)


def given_up(job: ProvisioningJob) -> Mail | None:
    """It failed for so long that it was switched off: nothing is tried any more until somebody starts it."""
    subject = _("Provisioning of %(application)s was switched off") % {"application": job.application.display_name}
    return write(job, subject, "mail/given_up", _context(job))


def _context(job: ProvisioningJob) -> dict[str, object]:
    path = reverse("application", args=[job.application.application_id])
    return {
        "job": job,
        "application": job.application,
        "reason": Message.from_json(job.quarantine_message),
        "address": settings.PORTAL_ADDRESS + path,
    }


def write(job: ProvisioningJob, subject: str, template: str, context: dict[str, object]) -> Mail | None:
    """One mail to all recipients of the job, as text and HTML; None when there are none."""
    if not job.recipients:
        return None
    context = {**context, "subject": subject}
    return Mail.objects.create(
        job=job,
        recipients=", ".join(job.recipients),
        subject=" ".join(subject.split())[:300],  # a line break would end the header
        text=render_to_string(f"{template}.txt", context).strip() + "\n",
        html=render_to_string(f"{template}.html", context),
    )


def send(mail_id: int, now: datetime) -> None:
    """Hand a mail to the mail server, once. Without one it stays in the outbox and counts as delivered there.

    `tries` counts how often it was handed to a server: a delivered mail without a try never left the portal. A refusal
    is kept on the row and the mail is tried again by the tick, ever more slowly.
    """
    mail = Mail.objects.unsent().filter(pk=mail_id).first()
    if mail is None:
        return
    if not settings.PORTAL_EMAIL_URL:
        Mail.objects.filter(pk=mail_id).update(sent_at=now, tries=0, next_try_at=None, error="")
        return
    if not claim(mail, now):
        return
    message = EmailMultiAlternatives(mail.subject, mail.text, to=mail.recipients.split(", "))
    message.attach_alternative(mail.html, "text/html")
    try:
        message.send()
    except (OSError, ValueError) as error:  # smtplib's errors and the network's; an address that is none
        Mail.objects.filter(pk=mail_id).update(error=str(error)[:500])
        return
    Mail.objects.filter(pk=mail_id).update(sent_at=now, next_try_at=None, error="")


def claim(mail: Mail, now: datetime) -> bool:
    """Count a try; False when another worker did so since the mail was read, and has it in hand."""
    tries = mail.tries + 1
    mine = Mail.objects.filter(pk=mail.pk, sent_at=None, tries=mail.tries)
    return mine.update(tries=tries, next_try_at=next_try(tries, now)) == 1
