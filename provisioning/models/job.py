"""A provisioning job: how one application is provisioned, when next, and how it fares."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from provisioning.choices import CycleStatus, JobState, Mode, QuarantineReason, Scope
from provisioning.models.application import EnterpriseApplication
from provisioning.models.fields import as_choices

LAPSE = timedelta(seconds=80)
"""A queued message that nobody claimed for so long is taken for lost and queued again."""


class JobQuerySet(models.QuerySet["ProvisioningJob"]):
    def due(self, now: datetime) -> Self:
        """Jobs that are On and whose next start has come."""
        return self.filter(mode=Mode.AUTOMATIC, is_on=True, next_start_at__lte=now)

    def unqueued(self, now: datetime) -> Self:
        """Without a message in the queue that still may be delivered."""
        return self.filter(models.Q(queued_at=None) | models.Q(queued_at__lt=now - LAPSE))


class ProvisioningJob(models.Model):
    """One per application. `config_version` rises with what cycles go by, `saves` with every save of its page."""

    job_id = models.UUIDField(_("job ID"), default=uuid.uuid4, unique=True, editable=False)
    application = models.OneToOneField(EnterpriseApplication, models.CASCADE, related_name="job")
    mode = models.CharField(_("Provisioning Mode"), max_length=12, choices=as_choices(Mode), default=Mode.MANUAL)
    is_on = models.BooleanField(_("Provisioning Status"), default=False)
    scope = models.CharField(_("Scope"), max_length=12, choices=as_choices(Scope), default=Scope.ASSIGNED)
    interval_minutes = models.PositiveIntegerField(
        _("Time between cycles"), default=20, validators=[MinValueValidator(1), MaxValueValidator(1440)]
    )
    on_change = models.BooleanField(_("Start a cycle when the directory changes"), default=False)
    nested_groups = models.BooleanField(_("Members of nested groups too"), default=False)
    rate_limit = models.FloatField(
        _("Requests per second"), null=True, blank=True, validators=[MinValueValidator(0.1), MaxValueValidator(10_000)]
    )
    guard = models.BooleanField(_("Prevent accidental deletion"), default=True)
    guard_number = models.PositiveIntegerField(_("Accidental deletion threshold"), default=500)
    guard_percent = models.PositiveIntegerField(
        _("Accidental deletion threshold in percent"), default=10, validators=[MaxValueValidator(100)]
    )
    skip_out_of_scope_deletions = models.BooleanField(_("Skip out of scope deletions"), default=False)
    notification_email = models.CharField(_("Notification Email"), max_length=500, blank=True)
    notify = models.BooleanField(_("Send an email notification when a failure occurs"), default=False)
    secret_expires_on = models.DateField(_("Credentials expire on"), null=True, blank=True)
    digest = models.BooleanField(_("Send a daily summary"), default=False)
    digest_at = models.DateTimeField(null=True, blank=True)  # the last one

    config_version = models.PositiveIntegerField(default=1)
    watermark = models.BigIntegerField(null=True, blank=True)
    saves = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True, blank=True)
    saved_by = models.CharField(max_length=150, blank=True)

    next_start_at = models.DateTimeField(null=True, blank=True, db_index=True)
    queued_at = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)  # the target asked to wait
    epoch = models.PositiveIntegerField(default=1)  # rises whenever references are followed
    references_done = models.PositiveIntegerField(default=0)  # accounts that moved up to this epoch were followed
    has_detached = models.BooleanField(default=False)  # accounts are left from a directory that was cleared
    held_at = models.DateTimeField(null=True, blank=True)  # since when the guard holds removals; told once
    first_started_at = models.DateTimeField(null=True, blank=True)

    quarantine = models.CharField(max_length=40, choices=as_choices(QuarantineReason), blank=True, default="")
    quarantine_code = models.CharField(max_length=80, blank=True)
    quarantine_message = models.JSONField(default=dict, blank=True)
    quarantine_remedy = models.CharField(max_length=500, blank=True)
    quarantined_at = models.DateTimeField(null=True, blank=True)
    quarantine_tries = models.PositiveIntegerField(default=0)
    given_up_at = models.DateTimeField(null=True, blank=True)  # switched off by the portal: it failed for too long

    objects: ClassVar[JobQuerySet] = JobQuerySet.as_manager()  # type: ignore[assignment]  # Django's stubs call it a manager

    class Meta:
        verbose_name = _("provisioning job")
        verbose_name_plural = _("provisioning jobs")

    def __str__(self) -> str:
        return str(self.application)

    @property
    def full_id(self) -> str:
        """The template, the tenant and the job, joined as Microsoft joins them."""
        return f"{self.application.gallery_key}.{self.application.directory.tenant_id.hex}.{self.job_id}"

    @property
    def interval(self) -> timedelta:
        return timedelta(minutes=self.interval_minutes)

    @property
    def recipients(self) -> list[str]:
        """Who is told of a failure; nobody when the box is not ticked."""
        return self.addresses if self.notify else []

    @property
    def addresses(self) -> list[str]:
        """Those of the Notification Email, ticked or not."""
        return [each.strip() for each in self.notification_email.split(",") if each.strip()]

    @property
    def is_set_up(self) -> bool:
        return self.mode == Mode.AUTOMATIC and hasattr(self, "credentials")

    def state_with(self, newest: CycleStatus | None, failing: int) -> JobState:
        """The word on the badge, from the newest cycle's status and the number of objects that fail now."""
        if self.application.deletion or not self.is_set_up:
            return JobState.DELETING if self.application.deletion else JobState.NOT_SET_UP
        if not self.is_on:
            return JobState.STOPPED
        if self.quarantine:
            return JobState.QUARANTINED
        if newest == CycleStatus.RUNNING:
            return JobState.RUNNING
        if self.held_at:
            return JobState.HELD
        return JobState.WARNINGS if failing else JobState.HEALTHY

    def reconfigured(self) -> None:
        """What cycles go by has changed: the running one is superseded, the next one looks at everybody."""
        self.config_version += 1
        self.watermark = None

    def leave_quarantine(self) -> None:
        self.quarantine = QuarantineReason.NONE
        self.quarantine_code = self.quarantine_remedy = ""
        self.quarantine_message = {}
        self.quarantined_at = self.given_up_at = None
        self.quarantine_tries = 0
