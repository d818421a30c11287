"""A notice: something happened that people should know of, and who has read it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from provisioning.choices import NoticeKind
from provisioning.models.fields import as_choices
from provisioning.models.job import ProvisioningJob


class Notice(models.Model):
    """Its words follow from `kind` (`jobs.notices.wording`) with `values` in them, so that any language can be shown.

    `key` tells one reason from another: while a notice is open, the same reason is not told again. `reason` is what
    happened in the words of who reported it. With `account` it is that person's own: a toast that was shown.
    `waits_for`: a line for each group whose mail about it is held back, because they got many within the hour.
    """

    kind = models.CharField(max_length=20, choices=as_choices(NoticeKind))
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="notices")
    job = models.ForeignKey(ProvisioningJob, models.CASCADE, null=True, blank=True, related_name="notices")
    key = models.CharField(max_length=300, blank=True)
    values = models.JSONField(default=dict, blank=True)
    reason = models.JSONField(default=dict, blank=True)
    remedy = models.CharField(max_length=500, blank=True)
    path = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    next_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    waits_for = models.TextField(blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ("-at", "-id")
        indexes = (
            models.Index(fields=["-at", "-id"], name="notice_newest"),
            models.Index(fields=["job", "kind", "-at"], name="notice_of_job"),
            models.Index(fields=["at"], condition=~models.Q(waits_for=""), name="notice_waiting"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.key}".rstrip()


class NoticeReading(models.Model):
    """Somebody has read a notice."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="readings")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("reading of a notice")
        verbose_name_plural = _("readings of notices")
        constraints = (models.UniqueConstraint(fields=["notice", "account"], name="notice_read_once"),)

    def __str__(self) -> str:
        return f"{self.account}: {self.notice}"
