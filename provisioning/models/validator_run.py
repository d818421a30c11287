"""A run of the SCIM validator: what an endpoint was found to do, and what it was left with."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from provisioning import vault
from provisioning.choices import ValidatorStatus
from provisioning.models.application import EnterpriseApplication
from provisioning.models.fields import as_choices

OPEN = (ValidatorStatus.QUEUED, ValidatorStatus.RUNNING)


class ValidatorRun(models.Model):
    """`locked` holds the credentials until the run has ended, and nothing afterwards.

    `url` is the Tenant URL as it may be shown. `application`: whose saved credentials and profile were taken. `name` is
    that of the throw-away user and group, `made` their ids by type while they are there: both are written before
    anything else, so that another worker can delete them. `left` is what has to be deleted by hand. `owner`, `token`
    and `expires_at` are the lease of whoever runs it.
    """

    run_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(
        EnterpriseApplication, models.SET_NULL, null=True, blank=True, related_name="validator_runs"
    )
    url = models.CharField(_("Tenant URL"), max_length=500)
    sign_in = models.CharField(max_length=30)
    style = models.CharField(max_length=12)
    writes = models.BooleanField(default=False)
    locked = models.TextField(blank=True)
    status = models.CharField(max_length=12, choices=as_choices(ValidatorStatus), default=ValidatorStatus.QUEUED)
    name = models.CharField(max_length=64)
    made = models.JSONField(default=dict, blank=True)
    findings = models.JSONField(default=list, blank=True)
    learned = models.JSONField(default=dict, blank=True)
    left = models.JSONField(default=list, blank=True)
    message = models.JSONField(default=dict, blank=True)  # why it did not come to its end
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=150, blank=True)
    queued_at = models.DateTimeField(null=True, blank=True)
    began_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    owner = models.CharField(max_length=120, blank=True)
    token = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("run of the SCIM validator")
        verbose_name_plural = _("runs of the SCIM validator")
        ordering = ["-asked_at", "-id"]
        indexes = [models.Index(fields=["status", "asked_at"], name="validator_run_open")]

    def __str__(self) -> str:
        return self.url

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    def unlock(self) -> dict[str, str]:
        """The credentials by name. Raises vault.Unreadable."""
        return vault.unlock(self.locked)

    def lock(self, values: dict[str, str]) -> None:
        self.locked = vault.lock(values)
