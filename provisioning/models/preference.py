"""What a person chose for their own pages: columns of a list, and filters of the logs kept under a name."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from provisioning.models.application import EnterpriseApplication

MENU = "menu"
"""The name under which the folded menu is kept; the frame of every page asks for it with its other numbers."""


class Preference(models.Model):
    """One value under one name for one person."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="preferences")
    name = models.CharField(max_length=80)
    value = models.JSONField()

    class Meta:
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")
        constraints = [models.UniqueConstraint(fields=["account", "name"], name="one_preference_of_a_name")]

    def __str__(self) -> str:
        return f"{self.name} of {self.account}"


def preferred(account: Any, name: str) -> Any:
    """What the person chose under that name; None when nothing was."""
    found = Preference.objects.filter(account=account, name=name).first()
    return found.value if found else None


def prefer(account: Any, name: str, value: Any) -> None:
    Preference.objects.update_or_create(account=account, name=name, defaults={"value": value})


class SavedView(models.Model):
    """Filters of the provisioning logs, as they stand in the address; of all applications when it names none."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    application = models.ForeignKey(EnterpriseApplication, models.CASCADE, null=True, related_name="saved_views")
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=2000, blank=True)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["account", "application"], name="saved_views_of_a_page")]

    def __str__(self) -> str:
        return self.name
