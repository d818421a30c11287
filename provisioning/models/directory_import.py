"""An import of the directory, and what it read until it is applied."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from provisioning.choices import ImportKind, ImportPhase, ImportStatus, StagedKind
from provisioning.models.directory import Directory
from provisioning.models.fields import as_choices

NOBODY = uuid.UUID(int=0)
"""In place of an object id: none. As a role it is Default Access."""


class Import(models.Model):
    """One run: read into staged records, judged whole, applied in chunks. A directory has one that is running at most.

    `covers`: the kinds of records that are told whole, so that whoever is missing is gone. `place`: the page to read
    next; `next_token`: from where changes after this read are asked for. `step` and `position`: which part of the
    applying, and the staged record it has reached. `judged`: by kind, how many there are and how many go. `told`: the
    first of the skipped records, with the reason. `owner`, `token` and `expires_at` are its lease.
    """

    import_id = models.UUIDField(_("import ID"), default=uuid.uuid4, unique=True, editable=False)
    directory = models.ForeignKey(Directory, models.CASCADE, related_name="imports")
    kind = models.CharField(max_length=12, choices=as_choices(ImportKind))
    status = models.CharField(max_length=12, choices=as_choices(ImportStatus), default=ImportStatus.RUNNING)
    phase = models.CharField(max_length=12, choices=as_choices(ImportPhase), default=ImportPhase.READ)
    covers = models.JSONField(default=list, blank=True)
    selection = models.JSONField(default=dict, blank=True)
    since = models.TextField(blank=True)
    place = models.TextField(blank=True)
    next_token = models.TextField(blank=True)
    step = models.CharField(max_length=20, blank=True)
    position = models.BigIntegerField(default=0)
    label = models.CharField(max_length=256, blank=True)  # of a file
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=150, blank=True)  # nobody: a cycle was due
    started_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.CharField(max_length=150, blank=True)
    error_code = models.CharField(max_length=80, blank=True)
    error_message = models.JSONField(default=dict, blank=True)
    error_remedy = models.CharField(max_length=500, blank=True)
    judged = models.JSONField(default=dict, blank=True)
    told = models.JSONField(default=list, blank=True)

    pages = models.PositiveIntegerField(default=0)
    users = models.PositiveIntegerField(default=0)
    groups = models.PositiveIntegerField(default=0)
    memberships = models.PositiveIntegerField(default=0)
    assignments = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    applied = models.PositiveIntegerField(default=0)  # staged records that are dealt with
    changed = models.PositiveIntegerField(default=0)  # rows of the directory that were written
    removed = models.PositiveIntegerField(default=0)  # those among them that went

    owner = models.CharField(max_length=120, blank=True)
    token = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField(null=True, blank=True)
    queued_at = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)  # the source asked to wait
    tries = models.PositiveSmallIntegerField(default=0)  # of the same page

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-id"]
        indexes = [models.Index(fields=["directory", "-id"], name="import_newest_first")]
        constraints = [
            models.UniqueConstraint(
                fields=["directory"],
                condition=models.Q(status=ImportStatus.RUNNING),
                name="one_running_import_per_directory",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} import of {self.directory}"


class StagedRecord(models.Model):
    """One record of an import, the last that was told of its object; its primary key is the order of applying.

    `holder`: the group of a member, the service principal of a role or an assignment. `role`: the app role of either.
    `manager`: of a user, NOBODY for none, empty when nothing was told. `gone`: removed, or with `purged` for ever.
    `waits`: could not be applied yet, for `reason`; it is tried with the next import.
    """

    run = models.ForeignKey(Import, models.CASCADE, related_name="staged")
    kind = models.CharField(max_length=12, choices=as_choices(StagedKind))
    object_id = models.UUIDField(default=NOBODY)
    holder = models.UUIDField(default=NOBODY)
    role = models.UUIDField(default=NOBODY)
    object_type = models.CharField(max_length=12)
    manager = models.UUIDField(null=True, blank=True)
    gone = models.BooleanField(default=False)
    purged = models.BooleanField(default=False)
    waits = models.BooleanField(default=False)
    reason = models.JSONField(default=dict, blank=True)
    payload = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("staged record")
        verbose_name_plural = _("staged records")
        constraints = [
            models.UniqueConstraint(
                fields=["run", "kind", "object_id", "holder", "role"], name="staged_once_per_import"
            )
        ]
        indexes = [models.Index(fields=["run"], condition=models.Q(waits=True), name="staged_waiting")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
