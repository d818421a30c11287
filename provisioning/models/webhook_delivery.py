"""One call of the webhook: what is told to another program, and what became of it."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from provisioning.models.job import ProvisioningJob
from provisioning.models.outgoing import Outgoing


class WebhookDelivery(Outgoing):
    """`delivery_id` is the same with each try, so that the receiver knows what it has. `status`: of the last answer."""

    delivery_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    job = models.ForeignKey(ProvisioningJob, models.CASCADE, null=True, blank=True, related_name="webhook_deliveries")
    event = models.CharField(max_length=40)
    url = models.CharField(max_length=500)
    body = models.TextField()
    status = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta(Outgoing.Meta):
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")

    def __str__(self) -> str:
        return f"{self.event} to {self.url}"
