"""A run of Provision on demand: one object walks now, whatever the cycles do."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from provisioning.choices import ObjectType, RunStatus
from provisioning.models.fields import as_choices
from provisioning.models.job import ProvisioningJob


class OnDemandRun(models.Model):
    """`entry` is what became of it, as the reports tell it; `is_removal`: an approved removal is carried out."""

    run_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    job = models.ForeignKey(ProvisioningJob, models.CASCADE, related_name="on_demand_runs")
    object_type = models.CharField(max_length=12, choices=as_choices(ObjectType))
    source_key = models.BigIntegerField()
    source_id = models.CharField(max_length=36)
    label = models.CharField(max_length=256)
    is_removal = models.BooleanField(default=False)
    status = models.CharField(max_length=12, choices=as_choices(RunStatus), default=RunStatus.QUEUED)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=150, blank=True)
    queued_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    entry = models.JSONField(default=dict, blank=True)
    message = models.JSONField(default=dict, blank=True)  # why there is no entry

    class Meta:
        verbose_name = _("run on demand")
        verbose_name_plural = _("runs on demand")
        ordering = ["-asked_at", "-id"]
        indexes = [models.Index(fields=["status", "asked_at"], name="on_demand_open")]

    def __str__(self) -> str:
        return f"{self.label}: {self.status}"
