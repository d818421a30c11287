"""A value that was chosen for an account before the target shows it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from provisioning.choices import ObjectType
from provisioning.models.fields import as_choices
from provisioning.models.job import ProvisioningJob


class ReservedValue(models.Model):
    """SelectUniqueValue chose it for one object: the unique row keeps every other object from it.

    `value` is as the target compares it. The nightly sweep takes old ones away: by then the target has the account.
    """

    job = models.ForeignKey(ProvisioningJob, models.CASCADE, related_name="reserved_values")
    object_type = models.CharField(max_length=12, choices=as_choices(ObjectType))
    attribute = models.CharField(max_length=256)
    value = models.CharField(max_length=512)
    source_key = models.BigIntegerField()
    reserved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("reserved value")
        verbose_name_plural = _("reserved values")
        constraints = [
            models.UniqueConstraint(
                fields=["job", "object_type", "attribute", "value"], name="one_holder_per_reserved_value"
            )
        ]
        indexes = [models.Index(fields=["reserved_at"], name="reserved_since")]

    def __str__(self) -> str:
        return f"{self.attribute}: {self.value}"
