"""A cycle of a job, and the slices it is cut into."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from provisioning.choices import CycleKind, CycleStatus, ObjectType, Phase, Work
from provisioning.models.fields import as_choices
from provisioning.models.job import ProvisioningJob

WALKED_IN = {ObjectType.USER: Phase.USERS, ObjectType.GROUP: Phase.GROUPS}


class CycleQuerySet(models.QuerySet["Cycle"]):
    def open(self) -> Self:
        """Cycles that are running or can be resumed; a job has at most one, besides a preview."""
        return self.real().filter(ended_at=None)

    def open_preview(self) -> Self:
        return self.filter(ended_at=None, kind=CycleKind.PREVIEW)

    def real(self) -> Self:
        """Those that did something: previews are not part of logs and statistics."""
        return self.exclude(kind=CycleKind.PREVIEW)


@dataclass(frozen=True, slots=True)
class Part:
    """The objects of one type in a cycle: how many were looked at, of how many."""

    type: ObjectType
    done: int
    total: int


class Cycle(models.Model):
    """One run over the objects that changed, or over all. The counters are moved by the transaction that records.

    Each outcome is in exactly one of those from `created` to `unchanged`, and `looked_at` is their sum. `surveyed`: the
    object types whose listing of the target is complete and believed; `unlinked`: how many of each type had no account,
    and of how many; a number alone where the cycle began under an older release.
    """

    cycle_id = models.UUIDField(_("cycle ID"), default=uuid.uuid4, unique=True, editable=False)
    job = models.ForeignKey(ProvisioningJob, models.CASCADE, related_name="cycles")
    kind = models.CharField(max_length=12, choices=as_choices(CycleKind))
    status = models.CharField(max_length=12, choices=as_choices(CycleStatus), default=CycleStatus.RUNNING)
    phase = models.CharField(max_length=12, choices=as_choices(Phase), default=Phase.USERS)
    repair = models.BooleanField(default=False)  # a reconcile cycle mends what it finds
    config_version = models.PositiveIntegerField()
    surveyed = models.JSONField(default=list)
    unlinked = models.JSONField(default=dict)
    references_from = models.PositiveIntegerField(default=0)  # accounts that moved above this epoch are followed
    references_to = models.PositiveIntegerField(default=0)
    watermark = models.BigIntegerField(null=True, blank=True)  # looks at changes above it; None: at everybody
    head = models.BigIntegerField()  # the directory's head when it began: the next cycle's watermark
    started_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    source_message = models.JSONField(default=dict, blank=True)  # why its source was not read before it
    stop_code = models.CharField(max_length=80, blank=True)
    stop_message = models.JSONField(default=dict, blank=True)

    total = models.PositiveIntegerField(default=0)
    looked_at = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    disabled = models.PositiveIntegerField(default=0)
    deleted = models.PositiveIntegerField(default=0)
    linked = models.PositiveIntegerField(default=0)  # an account that was there already, and was sent nothing
    skipped = models.PositiveIntegerField(default=0)
    held = models.PositiveIntegerField(default=0)  # removals that wait for a person
    failed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)

    objects: ClassVar[CycleQuerySet] = CycleQuerySet.as_manager()  # type: ignore[assignment]  # Django's stubs call it a manager

    class Meta:
        verbose_name = _("cycle")
        verbose_name_plural = _("cycles")
        ordering = ["-started_at", "-id"]
        indexes = [models.Index(fields=["job", "-started_at"], name="cycle_newest_first")]
        constraints = [
            models.UniqueConstraint(
                fields=["job"],
                condition=models.Q(ended_at=None) & ~models.Q(kind=CycleKind.PREVIEW),
                name="one_open_cycle_per_job",
            ),
            models.UniqueConstraint(
                fields=["job"],
                condition=models.Q(ended_at=None, kind=CycleKind.PREVIEW),
                name="one_open_preview_per_job",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} cycle of {self.job}"

    @property
    def percent(self) -> int:
        if self.ended_at:
            return 100
        return min(99, 100 * self.looked_at // self.total) if self.total else 0

    def unlinked_of(self, type_: ObjectType) -> int:
        told = self.unlinked.get(type_, 0)
        return int(told[0] if isinstance(told, list) else told)

    @property
    def parts(self) -> Sequence[Part]:
        """By object type, in the order in which they are walked: what was looked at fills the one before the next."""
        parts, left = [], self.looked_at
        for type_, phase in WALKED_IN.items():
            told = self.unlinked.get(type_)
            total = told[1] if isinstance(told, list) else 0
            done = total if self._is_past(phase) else min(left, total)
            left = max(0, left - done)
            if total:
                parts.append(Part(type_, done, total))
        return parts

    def _is_past(self, phase: Phase) -> bool:
        if self.phase == Phase.FINISH:
            return self.status == CycleStatus.COMPLETED
        return list(Phase).index(Phase(self.phase)) > list(Phase).index(phase)


class Slice(models.Model):
    """A key range of one phase, worked on under a lease: keys above `low`, up to `high` (none: no end).

    `again`: only objects that wait for another try in this cycle, not before `not_before`. `dirty`: whoever had it last
    did not give it back, and may have created accounts for the objects of `intents`. `ahead`: objects above the lower
    bound that are done, because one before them was left out. `stuck` counts claims since the
    lower bound moved.
    """

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="slices")
    phase = models.CharField(max_length=12, choices=as_choices(Phase))
    work = models.CharField(max_length=16, choices=as_choices(Work), default=Work.OBJECTS)
    again = models.BooleanField(default=False)
    not_before = models.DateTimeField(null=True, blank=True)
    dirty = models.BooleanField(default=False)
    stuck = models.PositiveIntegerField(default=0)
    intents = models.JSONField(default=list, blank=True)
    ahead = models.JSONField(default=list, blank=True)
    object_type = models.CharField(max_length=12, choices=as_choices(ObjectType))
    low = models.BigIntegerField(default=0)
    high = models.BigIntegerField(null=True, blank=True)
    in_hand = models.BigIntegerField(null=True, blank=True)  # upper key of the portion being worked on
    owner = models.CharField(max_length=120, blank=True)
    token = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("slice")
        verbose_name_plural = _("slices")
        indexes = [models.Index(fields=["cycle", "phase"], condition=models.Q(done_at=None), name="slice_open")]

    def __str__(self) -> str:
        return f"{self.phase} {self.low}-{self.high or ''}"
