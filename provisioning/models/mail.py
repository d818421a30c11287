"""A mail to administrators: written with the event that causes it, sent by a task."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from provisioning.models.job import ProvisioningJob
from provisioning.models.outgoing import Outgoing


class Mail(Outgoing):
    job = models.ForeignKey(ProvisioningJob, models.CASCADE, null=True, blank=True, related_name="mails")
    recipients = models.CharField(max_length=1000)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True)
    counted = models.BooleanField(default=False)  # towards how many its recipients get within an hour

    class Meta(Outgoing.Meta):
        verbose_name = _("mail")
        verbose_name_plural = _("mails")

    def __str__(self) -> str:
        return self.subject

    @property
    def addresses(self) -> list[str]:
        return self.recipients.split(", ")
