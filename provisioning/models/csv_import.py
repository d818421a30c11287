"""A CSV file on its way into the directory, and what is wrong with its lines."""

import uuid
from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from provisioning.choices import FileStatus
from provisioning.directory.csvfile import Shape
from provisioning.directory.csvfile_columns import What
from provisioning.directory.csvfile_lines import Form
from provisioning.models.directory import Directory
from provisioning.models.directory_import import Import
from provisioning.models.fields import as_choices

OPEN = (FileStatus.UPLOADED, FileStatus.READING, FileStatus.READ)
"""Somebody still has to decide on these."""


class CsvImport(models.Model):
    """Uploaded, understood, read into staged records of `run`, and then applied or put away. One is open at most.

    `mapping`: place of a column to the attribute's name. `position`: lines that are read, of `lines`. `samples`: the
    first people and groups who would change, with old and new values. `owner`, `token` and `expires_at` are the lease
    of whoever reads it. The file itself lies under PORTAL_VAR until it is applied or put away.
    """

    file_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    directory = models.ForeignKey(Directory, models.CASCADE, related_name="csv_imports")
    run = models.OneToOneField(Import, models.SET_NULL, null=True, blank=True, related_name="csv_import")
    what = models.CharField(max_length=12, choices=as_choices(What))
    status = models.CharField(max_length=12, choices=as_choices(FileStatus), default=FileStatus.UPLOADED)
    name = models.CharField(_("file"), max_length=256)
    size = models.BigIntegerField(default=0)
    shape = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict, blank=True)
    update_known = models.BooleanField(default=True)
    clear_empty = models.BooleanField(default=False)
    delete_missing = models.BooleanField(default=False)
    group = models.CharField(max_length=36, blank=True)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.CharField(max_length=150)
    chosen_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    message = models.JSONField(default=dict, blank=True)  # why it could not be read
    samples = models.JSONField(default=list, blank=True)

    lines = models.PositiveIntegerField(default=0)
    position = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField(default=0)
    bad = models.PositiveIntegerField(default=0)
    missing = models.PositiveIntegerField(default=0)

    owner = models.CharField(max_length=120, blank=True)
    token = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField(null=True, blank=True)
    queued_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("CSV import")
        verbose_name_plural = _("CSV imports")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["directory"], condition=models.Q(status__in=OPEN), name="one_open_csv_import_per_directory"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> Path:
        return Path(settings.VAR_DIR) / "imports" / f"{self.file_id}.csv"

    @property
    def percent(self) -> int:
        return min(100, self.position * 100 // self.lines) if self.lines else 0

    @property
    def header(self) -> list[str]:
        header: list[str] = self.shape["header"]
        return header

    def as_form(self) -> Form:
        """How its lines are to be understood."""
        return Form(
            what=What(self.what),
            shape=Shape(**{**self.shape, "header": tuple(self.header)}),
            mapping={int(place): name for place, name in self.mapping.items()},
            space=self.file_id,
            update=self.update_known,
            clear=self.clear_empty,
            group=self.group,
        )


class CsvProblem(models.Model):
    """Why a line of the file cannot be used, and what to do."""

    csv_import = models.ForeignKey(CsvImport, models.CASCADE, related_name="problems")
    line = models.PositiveIntegerField()
    column = models.CharField(max_length=256, blank=True)
    message = models.JSONField(default=dict)
    remedy = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("problem of a CSV file")
        verbose_name_plural = _("problems of CSV files")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.line}: {self.message.get('text', '')}"
