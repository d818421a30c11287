"""One change of what cycles go by, with the whole configuration as it was before."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from provisioning.models.job import ProvisioningJob


class ConfigurationVersion(models.Model):
    """`number` is the configuration version that the change made.

    `before` is the synchronizationSchema of the configuration as it was, `changes` are those of
    `jobs.configuration_changes`, as JSON. `activity` is a marked literal, as in the audit trail.
    """

    job = models.ForeignKey(ProvisioningJob, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    saved_at = models.DateTimeField(_("date"))
    saved_by = models.CharField(_("who"), max_length=150)
    activity = models.CharField(_("activity"), max_length=200)
    before = models.JSONField()
    changes = models.JSONField(default=list)

    class Meta:
        verbose_name = _("configuration version")
        verbose_name_plural = _("configuration versions")
        ordering = ["-number", "-id"]
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="configuration_version_once_per_job")]

    def __str__(self) -> str:
        return f"{self.job}: {self.number}"
