"""A session: one browser in which somebody is signed in. Django keeps what is in it; this says whose it is."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
"""What stands in the header User-Agent, and what people call it; the first counts, as most name others as well."""


class SignInSession(models.Model):
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="sessions")
    session_key = models.CharField(max_length=40, unique=True)
    started_at = models.DateTimeField(_("signed in"), default=timezone.now)
    seen_at = models.DateTimeField(_("last used"), default=timezone.now)
    address = models.CharField(_("address"), max_length=64, blank=True)
    browser = models.CharField(_("browser"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["-seen_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.account} from {self.address}"

    @property
    def browser_name(self) -> str:
        """ "Firefox, Windows"; what is not known stays as the browser says it."""
        found = [next((name for mark, name in each if mark in self.browser), "") for each in (BROWSERS, SYSTEMS)]
        return ", ".join(filter(None, found)) or self.browser
