"""A mail to administrators: written with the event that causes it, sent by a task."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from provisioning.models.job import ProvisioningJob

PAUSES = [timedelta(minutes=each) for each in (1, 5, 30, 120, 240, 480)]
"""How long to wait after each try but the last: a mail server that is away for half a day loses nothing."""
MAX_TRIES = len(PAUSES) + 1


class MailQuerySet(models.QuerySet["Mail"]):
    def unsent(self) -> Self:
        return self.filter(sent_at=None, tries__lt=MAX_TRIES)

    def due(self, now: datetime) -> Self:
        """Never tried, or to be tried again by now."""
        return self.unsent().filter(models.Q(next_try_at=None) | models.Q(next_try_at__lte=now))


class Mail(models.Model):
    job = models.ForeignKey(ProvisioningJob, models.CASCADE, null=True, blank=True, related_name="mails")
    recipients = models.CharField(max_length=1000)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    queued_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True)

    objects: ClassVar[MailQuerySet] = MailQuerySet.as_manager()  # type: ignore[assignment]  # Django's stubs call it a manager

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.subject


def next_try(tries: int, now: datetime) -> datetime | None:
    """When a mail is handed over again after so many tries, the last of them now; None when it is given up."""
    return now + PAUSES[tries - 1] if tries <= len(PAUSES) else None
