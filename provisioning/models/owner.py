"""An owner of an application: an account that may manage it, whatever its role is."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from provisioning.models.application import EnterpriseApplication


class ApplicationOwner(models.Model):
    application = models.ForeignKey(EnterpriseApplication, models.CASCADE, related_name="owners")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="owned")
    added_at = models.DateTimeField(_("added on"), auto_now_add=True)

    class Meta:
        verbose_name = _("owner")
        verbose_name_plural = _("owners")
        ordering = ["account__display_name", "pk"]
        constraints = [models.UniqueConstraint(fields=["application", "account"], name="owner_once_per_application")]

    def __str__(self) -> str:
        return str(self.account)
