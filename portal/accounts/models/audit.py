"""An audit entry: what an administrator changed, with the values before and after."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """Written by `portal.accounts.audit.record`, never changed afterwards."""

    at = models.DateTimeField(_("date"), default=timezone.now, db_index=True, editable=False)
    who = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    who_name = models.CharField(_("who"), max_length=150, blank=True)
    activity = models.CharField(_("activity"), max_length=200)
    target = models.CharField(_("target"), max_length=300, blank=True)
    old = models.JSONField(_("old value"), null=True, blank=True)
    new = models.JSONField(_("new value"), null=True, blank=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.who_name}: {self.activity} {self.target}".rstrip()
