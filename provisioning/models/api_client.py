"""An app registration: a program that may call the API, and the secrets and certificates it signs in with."""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from provisioning.choices import ApiScope, CredentialKind
from provisioning.models.fields import as_choices

SOON = timedelta(days=30)
"""A secret or certificate that expires within this time is warned of."""


class ApiClient(models.Model):
    """`window` and `spent`: the stretch of time in which it last called, by its number, and its requests in it."""

    client_id = models.UUIDField(_("application (client) ID"), default=uuid.uuid4, unique=True, editable=False)
    display_name = models.CharField(_("name"), max_length=120)
    scope = models.CharField(_("permission"), max_length=12, choices=as_choices(ApiScope), default=ApiScope.READ)
    created_at = models.DateTimeField(_("created on"), auto_now_add=True)
    created_by = models.CharField(max_length=150, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    window = models.BigIntegerField(default=0)
    spent = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("app registration")
        verbose_name_plural = _("app registrations")
        ordering = ["display_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("display_name"),
                name="app_registration_name_is_unique",
                violation_error_message=_("Another app registration has this name."),
            )
        ]

    def __str__(self) -> str:
        return self.display_name

    def may(self, scope: ApiScope) -> bool:
        """Who may manage may read as well."""
        return self.scope in (scope, ApiScope.MANAGE)


class ApiCredential(models.Model):
    """A secret, of which only its hash is kept, or a certificate. A client may have several, so that they can rotate.

    `digest`: SHA-256 of the secret or of the certificate, in hexadecimal. A secret is 240 random bits, not a word that
    people choose: nobody can guess it from its hash, so a slow hash would only make every sign-in slow.
    """

    client = models.ForeignKey(ApiClient, models.CASCADE, related_name="credentials")
    key_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=as_choices(CredentialKind), default=CredentialKind.PHRASE)
    label = models.CharField(_("description"), max_length=120, blank=True)
    hint = models.CharField(max_length=64)  # the first characters of a secret, the thumbprint of a certificate
    digest = models.CharField(max_length=64)
    certificate = models.TextField(blank=True)
    created_at = models.DateTimeField(_("created on"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"))
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)

    class Meta:
        verbose_name = _("client credential")
        verbose_name_plural = _("client credentials")
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["client", "digest"], name="credential_once_per_client")]

    def __str__(self) -> str:
        return f"{self.label or self.hint} of {self.client}"

    def expires_soon(self, now: datetime) -> bool:
        return self.expires_at <= now + SOON


class UsedAssertion(models.Model):
    """The number of a signed assertion that was accepted: each is good for one token. Kept until it expires."""

    client = models.ForeignKey(ApiClient, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("used assertion")
        verbose_name_plural = _("used assertions")
        constraints = [models.UniqueConstraint(fields=["client", "digest"], name="assertion_used_once")]

    def __str__(self) -> str:
        return f"Assertion of {self.client}"
