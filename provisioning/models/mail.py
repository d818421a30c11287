"""A mail to administrators: written with the event that causes it, sent by a task."""

from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from provisioning.models.job import ProvisioningJob

MAX_TRIES = 5


class MailQuerySet(models.QuerySet["Mail"]):
    def unsent(self) -> Self:
        return self.filter(sent_at=None, tries__lt=MAX_TRIES)


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
    error = models.CharField(max_length=500, blank=True)

    objects: ClassVar[MailQuerySet] = MailQuerySet.as_manager()  # type: ignore[assignment]  # Django's stubs call it a manager

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.subject
