"""Accounts of people whose directory was cleared."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from provisioning.choices import ObjectType, Origin
from provisioning.models.fields import as_choices
from provisioning.models.job import ProvisioningJob


class DetachedAccount(models.Model):
    """What is left of an object state when its directory was cleared. No cycle looks at it, nothing is done to it.

    An object that matches the account takes it over, with its origin. `source_id`: the object id it had.
    """

    job = models.ForeignKey(ProvisioningJob, models.CASCADE, related_name="detached_accounts")
    object_type = models.CharField(max_length=12, choices=as_choices(ObjectType))
    source_id = models.CharField(max_length=36)
    label = models.CharField(max_length=256)
    target_id = models.CharField(max_length=256)
    origin = models.CharField(max_length=12, choices=as_choices(Origin), blank=True)
    detached_at = models.DateTimeField()

    class Meta:
        verbose_name = _("detached account")
        verbose_name_plural = _("detached accounts")
        constraints = [
            models.UniqueConstraint(fields=["job", "object_type", "target_id"], name="one_detached_per_target")
        ]

    def __str__(self) -> str:
        return self.label
