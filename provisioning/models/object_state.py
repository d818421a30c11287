"""What is remembered of one source object in one job between cycles."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from provisioning.choices import ObjectType, Origin, Status
from provisioning.models.fields import as_choices
from provisioning.models.job import ProvisioningJob
from provisioning.records import Attributes, ObjectState


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
    uncertain = models.BooleanField(default=False)
    sent = models.JSONField(default=dict, blank=True)
    taken = models.JSONField(default=dict, blank=True)  # by disabling the account, besides access
    status = models.CharField(max_length=12, choices=as_choices(Status), blank=True)
    code = models.CharField(max_length=80, blank=True)
    failures = models.PositiveIntegerField(default=0)
    first_failed_at = models.DateTimeField(null=True, blank=True)
    next_try_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    deferred_until = models.DateTimeField(null=True, blank=True)
    members_failed = models.BooleanField(default=False)
    moved = models.PositiveIntegerField(db_default=0)  # the job's epoch when its account last was another one, or none
    cycle_key = models.BigIntegerField(null=True, blank=True)  # the cycle that recorded it last
    claim_token = models.PositiveIntegerField(db_default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)  # on demand has it in hand
    seen_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("object state")
        verbose_name_plural = _("object states")
        indexes = [
            models.Index(
                fields=["job", "object_type", "next_try_at"], condition=~models.Q(next_try_at=None), name="state_due"
            ),
            models.Index(fields=["job", "status"], name="state_by_status"),
            models.Index(
                fields=["job", "object_type", "deferred_until"],
                condition=~models.Q(deferred_until=None),
                name="state_deferred",
            ),
            models.Index(fields=["job", "object_type", "moved"], name="state_moved"),
            models.Index(
                fields=["job", "claimed_until"], condition=~models.Q(claimed_until=None), name="state_claimed"
            ),
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
        return state_of(vars(self))


REMEMBERED = (
    "target_id", "origin", "was_in_scope", "managed", "disabled", "uncertain", "sent", "taken", "status", "code",
    "failures", "first_failed_at", "next_try_at", "tries", "deferred_until", "members_failed",
)  # fmt: skip
"""The columns of an object state that the engine knows."""


def state_of(row: Mapping[str, Any]) -> ObjectState:
    """A row, by its columns, as the engine reads it."""
    values = {name: row[name] for name in REMEMBERED}
    values["origin"], values["status"] = Origin(row["origin"]), Status(row["status"]) if row["status"] else None
    values["sent"], values["taken"] = _attributes(row["sent"]), _attributes(row["taken"])
    return ObjectState(**values)


def _attributes(stored: Mapping[str, Any]) -> Attributes:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in stored.items()}


class MemberLink(models.Model):
    """A member that the target accepted into a group, by the account it had then.

    `doubtful`: it is on its way in or out, and nobody knows whether the request was done.
    """

    state = models.ForeignKey(ObjectStateRow, models.CASCADE, related_name="members")
    member_type = models.CharField(max_length=12, choices=as_choices(ObjectType))
    member_key = models.BigIntegerField()
    target_id = models.CharField(max_length=256)
    label = models.CharField(max_length=256)
    doubtful = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("accepted member")
        verbose_name_plural = _("accepted members")
        constraints = [
            models.UniqueConstraint(fields=["state", "member_type", "member_key"], name="member_once_in_group")
        ]

    def __str__(self) -> str:
        return f"{self.member_type} {self.member_key} in {self.state}"
