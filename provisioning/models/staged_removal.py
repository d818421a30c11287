"""A removal that waits: for the guard's decision in the running cycle, or for a person."""

from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from provisioning.choices import Action, Kind, ObjectType, Staging
from provisioning.models.fields import as_choices
from provisioning.models.job import ProvisioningJob
from provisioning.models.object_state import ObjectStateRow
from provisioning.records import Staged
from provisioning.texts import Message


class StagedRemovalQuerySet(models.QuerySet["StagedRemoval"]):
    def waiting(self) -> Self:
        """Neither decided on by a person nor let pass: what the guard counts."""
        return self.filter(status__in=[Staging.STAGED, Staging.HELD])

    def held(self) -> Self:
        return self.filter(status=Staging.HELD)

    def executable(self) -> Self:
        return self.filter(status__in=[Staging.PASSED, Staging.APPROVED])


class StagedRemoval(models.Model):
    """It belongs to the job and lives until it was executed, rejected, or is no longer true.

    `entry` is what the activity report tells of it when it is held.
    """

    job = models.ForeignKey(ProvisioningJob, models.CASCADE, related_name="staged_removals")
    state = models.ForeignKey(ObjectStateRow, models.CASCADE, related_name="staged_removals")
    object_type = models.CharField(max_length=12, choices=as_choices(ObjectType))
    source_key = models.BigIntegerField()
    kind = models.CharField(max_length=12, choices=as_choices(Kind))
    action = models.CharField(max_length=12, choices=as_choices(Action))
    code = models.CharField(max_length=80)
    reason = models.JSONField(default=dict)
    number = models.PositiveIntegerField(default=1)
    status = models.CharField(max_length=12, choices=as_choices(Staging), default=Staging.STAGED)
    entry = models.JSONField(default=dict)
    staged_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=150, blank=True)

    objects: ClassVar[StagedRemovalQuerySet] = StagedRemovalQuerySet.as_manager()  # type: ignore[assignment]  # Django's stubs call it a manager

    class Meta:
        verbose_name = _("staged removal")
        verbose_name_plural = _("staged removals")
        ordering = ["object_type", "source_key"]
        indexes = [models.Index(fields=["job", "status", "object_type", "source_key"], name="staged_by_status")]
        constraints = [models.UniqueConstraint(fields=["state", "kind"], name="one_staged_removal_of_a_kind")]

    def __str__(self) -> str:
        return f"{self.action} {self.state}"

    def as_value(self) -> Staged:
        return Staged(
            kind=Kind(self.kind),
            action=Action(self.action),
            code=self.code,
            reason=Message.from_json(self.reason),
            number=self.number,
            status=Staging(self.status),
        )
