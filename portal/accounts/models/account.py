"""An account: a person who signs in to the portal, and the role that says what they may do."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """Names as in Microsoft Entra; without one a person has the applications of which they are an owner."""

    APPLICATION_ADMINISTRATOR = "application_administrator", _("Application Administrator")
    CLOUD_APPLICATION_ADMINISTRATOR = "cloud_application_administrator", _("Cloud Application Administrator")
    REPORTS_READER = "reports_reader", _("Reports Reader")
    NONE = "none", _("No role")


class AccountManager(BaseUserManager["Account"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "Account":
        """Make an account; without a password nobody can sign in with it."""
        account = self.model(username=self.model.normalize_username(username), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "Account":
        """What Django's `createsuperuser` calls: an Application Administrator."""
        fields = {"role": Role.APPLICATION_ADMINISTRATOR, "is_superuser": True, **fields}
        return self.create_user(username, password, **fields)

    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(username=self.model.normalize_username(username or ""))


class Account(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in by password, or with Microsoft: by `microsoft_id`, which the first sign-in notes for the
    account that has the `principal_name`. `must_change_password`: the one they have was chosen by somebody else."""

    username = models.CharField(_("user name"), max_length=150, unique=True)
    display_name = models.CharField(_("display name"), max_length=150, blank=True)
    email = models.EmailField(_("email"), blank=True)
    role = models.CharField(_("role"), max_length=40, choices=Role.choices, default=Role.REPORTS_READER)
    principal_name = models.CharField(_("Microsoft user principal name"), max_length=150, blank=True, default="")
    microsoft_id = models.UUIDField(_("Microsoft object ID"), null=True, blank=True, unique=True, editable=False)
    must_change_password = models.BooleanField(default=False)
    language = models.CharField(_("language"), max_length=10, blank=True, default="")
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, default="")
    in_utc = models.BooleanField(_("times in UTC"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created on"), auto_now_add=True)

    objects = AccountManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.UniqueConstraint(
                models.functions.Lower("principal_name"),
                condition=~models.Q(principal_name=""),
                name="principal_name_is_unique",
                violation_error_message=_("Another account has this user principal name."),
            )
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """User names do not depend on upper and lower case."""
        return super().normalize_username(username.strip()).lower()

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)
