"""Who is told of what, over all applications, and how: one row per portal."""

from datetime import datetime, timedelta

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from provisioning import vault

BOTH = timedelta(days=1)
"""So long after a new secret was made, deliveries are signed with the old one as well."""


class NotificationSettings(models.Model):
    """`muted`: kinds of notices that are sent to nobody; they stay in the list. `locked`: the webhook's secrets.

    `saves` rises with every save of the page.
    """

    recipients = models.CharField(_("Recipients"), max_length=500, blank=True)
    sender = models.CharField(_("Sender"), max_length=254, blank=True)
    muted = models.JSONField(default=list, blank=True)
    digest = models.BooleanField(_("Send a daily summary"), default=False)
    digest_hour = models.PositiveSmallIntegerField(
        _("Hour of daily summaries"), default=7, validators=[MaxValueValidator(23)]
    )
    digest_at = models.DateTimeField(null=True, blank=True)
    webhook_url = models.CharField(_("Webhook address"), max_length=500, blank=True)
    locked = models.TextField(blank=True)
    secret_made_at = models.DateTimeField(null=True, blank=True)
    saves = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True, blank=True)
    saved_by = models.CharField(max_length=150, blank=True)

    class Meta:
        verbose_name = _("notification settings")
        verbose_name_plural = _("notification settings")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @staticmethod
    def current() -> "NotificationSettings":
        """What was saved, else the defaults, which are written by the first save."""
        return NotificationSettings.objects.first() or NotificationSettings(pk=1)

    def secrets(self, now: datetime) -> list[str]:
        """With which deliveries are signed, the newest first. Raises vault.Unreadable."""
        known = vault.unlock(self.locked) if self.locked else {}
        is_fresh = self.secret_made_at is not None and now - self.secret_made_at < BOTH
        found = [known.get("newest", ""), known.get("before", "") if is_fresh else ""]
        return [text for text in found if text]
