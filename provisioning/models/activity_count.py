"""How many entries of the provisioning logs there were, by hour: what charts are drawn from."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from provisioning.choices import Action, Status
from provisioning.models.fields import as_choices
from provisioning.models.job import ProvisioningJob


class ActivityCount(models.Model):
    """Moved by the transaction that writes the entries; kept longer than they are."""

    job = models.ForeignKey(ProvisioningJob, models.CASCADE, related_name="activity_counts")
    hour = models.DateTimeField()  # its beginning
    action = models.CharField(max_length=12, choices=as_choices(Action))
    status = models.CharField(max_length=12, choices=as_choices(Status))
    code = models.CharField(max_length=80, blank=True)
    number = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("activity count")
        verbose_name_plural = _("activity counts")
        indexes = [models.Index(fields=["hour"], name="activity_count_of_hour")]
        constraints = [
            models.UniqueConstraint(fields=["job", "hour", "action", "status", "code"], name="one_count_of_each")
        ]

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H}: {self.number} {self.action} {self.status}"
