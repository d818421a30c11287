"""What is remembered of one source object in one job between cycles."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from provisioning.choices import ObjectType, Origin, Status
from provisioning.models.fields import as_choices
from provisioning.models.job import ProvisioningJob
from provisioning.records import ObjectState


class ObjectStateRow(models.Model):
    """One row per job and source object that was ever entitled. It keeps the source id as a value and outlives it."""

    job = models.ForeignKey(ProvisioningJob, models.CASCADE, related_name="object_states")
    object_type = models.CharField(max_length=12, choices=as_choices(ObjectType))
    source_key = models.BigIntegerField()
    source_id = models.CharField(max_length=36)
    label = models.CharField(max_length=256)
    target_id = models.CharField(max_length=256, blank=True)
    origin = models.CharField(max_length=12, choices=as_choices(Origin), blank=True)
    was_in_scope = models.BooleanField(default=False)
    managed = models.BooleanField(default=False)
    disabled = models.BooleanField(default=False)
    sent = models.JSONField(default=dict, blank=True)
    status = models.CharField(max_length=12, choices=as_choices(Status), blank=True)
    code = models.CharField(max_length=80, blank=True)
    failures = models.PositiveIntegerField(default=0)
    first_failed_at = models.DateTimeField(null=True, blank=True)
    next_try_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("object state")
        verbose_name_plural = _("object states")
        indexes = [
            models.Index(fields=["job", "next_try_at"], condition=~models.Q(next_try_at=None), name="state_due"),
            models.Index(fields=["job", "status"], name="state_by_status"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["job", "object_type", "source_key"], name="one_state_per_source_object"),
            models.UniqueConstraint(
                fields=["job", "object_type", "target_id"],
                condition=~models.Q(target_id=""),
                name="one_state_per_target",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def as_value(self) -> ObjectState:
        return ObjectState(
            target_id=self.target_id,
            origin=Origin(self.origin),
            was_in_scope=self.was_in_scope,
            managed=self.managed,
            disabled=self.disabled,
            sent={name: tuple(value) if isinstance(value, list) else value for name, value in self.sent.items()},
            status=Status(self.status) if self.status else None,
            code=self.code,
            failures=self.failures,
            first_failed_at=self.first_failed_at,
            next_try_at=self.next_try_at,
        )
