"""What was done to one object in one cycle, an entry of the provisioning logs; and what a preview would do."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from provisioning.choices import Action, ObjectType, Status
from provisioning.models.cycle import Cycle
from provisioning.models.fields import as_choices
from provisioning.models.job import ProvisioningJob


class Entry(models.Model):
    """Field names follow provisioningObjectSummary of Microsoft Graph; texts are kept marked and shown translated."""

    change_id = models.UUIDField(default=uuid.uuid4, editable=False)
    occurred_at = models.DateTimeField()
    action = models.CharField(max_length=12, choices=as_choices(Action))
    status = models.CharField(max_length=12, choices=as_choices(Status))
    code = models.CharField(max_length=80, blank=True)
    object_type = models.CharField(max_length=12, choices=as_choices(ObjectType))
    source_id = models.CharField(max_length=36)
    source_label = models.CharField(max_length=256)
    source_name = models.CharField(max_length=256, blank=True)  # user principal name
    identity = models.CharField(max_length=256)  # lower-case user principal name, searched by prefix
    label_lower = models.CharField(max_length=256)  # lower-case display name, searched by prefix
    target_id = models.CharField(max_length=256, blank=True)
    target_label = models.CharField(max_length=256, blank=True)
    reason = models.JSONField(default=dict)
    remedy = models.CharField(max_length=500, blank=True)
    steps = models.JSONField(default=list)
    modified = models.JSONField(default=list)
    milliseconds = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.action} {self.source_label}: {self.status}"


class Activity(Entry):
    """Something was sent, tried, held or failed, or outcome or reason differ from what was known. Part of the logs."""

    activity_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    job = models.ForeignKey(ProvisioningJob, models.CASCADE, related_name="activities")
    cycle = models.ForeignKey(Cycle, models.CASCADE, null=True, related_name="activities")  # none: on demand

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["-occurred_at", "-id"]
        # Each ends as lists are ordered, or a database without statistics reads the whole list for one of its rows.
        indexes = [
            models.Index(fields=["-occurred_at", "-id"], name="activity_newest"),
            models.Index(fields=["job", "-occurred_at", "-id"], name="activity_newest_of_job"),
            models.Index(fields=["job", "status", "-occurred_at", "-id"], name="activity_by_status"),
            models.Index(fields=["cycle", "-id"], name="activity_of_cycle"),
            models.Index(fields=["status", "-occurred_at", "-id"], name="activity_by_status_of_all"),
            models.Index(fields=["job", "action", "-occurred_at", "-id"], name="activity_by_action"),
            models.Index(fields=["action", "-occurred_at", "-id"], name="activity_by_action_of_all"),
            models.Index(fields=["job", "code", "-occurred_at", "-id"], name="activity_by_code"),
            models.Index(fields=["code", "-occurred_at", "-id"], name="activity_by_code_of_all"),
            models.Index(fields=["change_id"], name="activity_of_change"),
            # PostgreSQL finds beginnings by an index of this class only, whatever its collation; SQLite ignores it.
            models.Index(
                fields=["source_id", "-occurred_at", "-id"],
                name="activity_of_source",
                opclasses=["varchar_pattern_ops", "timestamptz_ops", "int8_ops"],
            ),
            models.Index(fields=["target_id"], name="activity_of_target", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["identity"], name="activity_by_identity", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["label_lower"], name="activity_by_label", opclasses=["varchar_pattern_ops"]),
        ]


class PreviewEntry(Entry):
    """What a preview found that a real cycle would do. Not part of the logs; gone with its cycle."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="preview_entries")
    source_key = models.BigIntegerField()

    class Meta:
        verbose_name = _("preview entry")
        verbose_name_plural = _("preview entries")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["cycle", "action", "status", "id"], name="preview_by_action"),
            models.Index(fields=["cycle", "object_type", "source_key"], name="preview_of_object"),
        ]


class ActivityExchange(models.Model):
    """What was said over the wire for one activity, secrets struck out. Kept for some days only."""

    activity = models.OneToOneField(Activity, models.CASCADE, related_name="exchange")
    exchanges = models.JSONField(default=list)

    class Meta:
        verbose_name = _("exchange")
        verbose_name_plural = _("exchanges")

    def __str__(self) -> str:
        return f"Exchange of {self.activity_id}"
