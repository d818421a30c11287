"""An act over everything that a filter of a list found, and how far it has got."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from provisioning.choices import ObjectType
from provisioning.models.directory import Directory
from provisioning.models.fields import as_choices


class BulkStatus(models.TextChoices):
    """What was done stays done, however it ends."""

    RUNNING = "running", _("Running")
    COMPLETED = "completed", _("Completed")
    STOPPED = "stopped", _("Stopped")
    FAILED = "failed", _("Failed")


class BulkOperation(models.Model):
    """One is open at most. `keys`: the rows that were confirmed, by primary key; dropped at the end.

    `query` is the filter as it stands in the list's address, `words` as it was told. `head`: the directory's change
    number when it was confirmed; a row that changed since is left as it is. `position`: keys that are done, which are
    the sum of `done`, `same` (needed nothing), `changed` (meanwhile) and `refused`; `problems` tells of the first of
    those. `owner`, `token` and `expires_at` are the lease of whoever works on it.
    """

    operation_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    directory = models.ForeignKey(Directory, models.CASCADE, related_name="bulk_operations")
    object_type = models.CharField(max_length=12, choices=as_choices(ObjectType))
    deed = models.CharField(max_length=12)
    groups = models.JSONField(default=list, blank=True)
    query = models.TextField(blank=True)
    words = models.TextField(blank=True)
    status = models.CharField(max_length=12, choices=BulkStatus, default=BulkStatus.RUNNING)
    message = models.JSONField(default=dict, blank=True)  # why it could not go on
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=150)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    keys = models.JSONField(default=list, blank=True)
    head = models.BigIntegerField(default=0)
    number = models.PositiveIntegerField(default=0)
    position = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list, blank=True)

    owner = models.CharField(max_length=120, blank=True)
    token = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField(null=True, blank=True)
    queued_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("bulk operation")
        verbose_name_plural = _("bulk operations")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["directory"],
                condition=models.Q(status=BulkStatus.RUNNING),
                name="one_open_bulk_operation_per_directory",
            )
        ]

    def __str__(self) -> str:
        return f"{self.deed.capitalize()} {self.object_type.lower()}s"

    @property
    def is_open(self) -> bool:
        return self.status == BulkStatus.RUNNING

    @property
    def left(self) -> int:
        """So many were not reached."""
        return self.number - self.position

    @property
    def untold(self) -> int:
        """So many of those that were refused are only counted."""
        return self.refused - len(self.problems)

    @property
    def percent(self) -> int:
        return self.position * 100 // self.number if self.number else 0
