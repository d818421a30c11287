"""Admin credentials of a job: locked by the vault, never shown again."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from provisioning import vault
from provisioning.models.job import ProvisioningJob


class Credentials(models.Model):
    """Every setting of the connector, secret or not, in one locked text.

    `tokens`: those of a consent in the browser, in another one; whoever renews them holds the claim.
    """

    job = models.OneToOneField(ProvisioningJob, models.CASCADE, related_name="credentials")
    locked = models.TextField()
    saved_at = models.DateTimeField(null=True)
    saved_by = models.CharField(max_length=150, blank=True)
    tested_at = models.DateTimeField(null=True, blank=True)
    tokens = models.TextField(blank=True)
    claim_token = models.PositiveIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("admin credentials")
        verbose_name_plural = _("admin credentials")

    def __str__(self) -> str:
        return f"Credentials of {self.job}"

    def unlock(self) -> dict[str, str]:
        """The settings by name. Raises vault.KeyMissing when the key they were locked with is not configured."""
        return vault.unlock(self.locked)

    def lock(self, values: dict[str, str]) -> None:
        self.locked = vault.lock(values)
