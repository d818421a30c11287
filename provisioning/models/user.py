"""A person of the directory, with the attributes that mappings may use."""

import uuid
from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from provisioning.models.directory import Directory
from provisioning.models.prefix import Folded, beginning_so

SEARCHED = ("display_name", "given_name", "surname", "user_principal_name", "mail")


class UserQuerySet(models.QuerySet["User"]):
    def present(self) -> Self:
        """In the directory: neither in the recycle bin nor gone."""
        return self.filter(deleted_at=None, purged_at=None)

    def search(self, text: str) -> Self:
        """By the beginning of a name, of the user principal name or of the mail address, or by object id."""
        return self.filter(pk__in=beginning_so(User, SEARCHED, text))


class User(models.Model):
    """One row per person. A change never deletes a row: it is marked, with a change number."""

    directory = models.ForeignKey(Directory, models.PROTECT, related_name="users")
    object_id = models.UUIDField(_("object ID"), default=uuid.uuid4, unique=True)
    user_principal_name = models.CharField(_("user principal name"), max_length=256)
    display_name = models.CharField(_("display name"), max_length=256)
    given_name = models.CharField(_("first name"), max_length=64, blank=True)
    surname = models.CharField(_("last name"), max_length=64, blank=True)
    mail = models.CharField(_("mail"), max_length=256, blank=True)
    mail_nickname = models.CharField(_("mail nickname"), max_length=64, blank=True)
    preferred_language = models.CharField(_("preferred language"), max_length=35, blank=True)
    job_title = models.CharField(_("job title"), max_length=128, blank=True)
    department = models.CharField(_("department"), max_length=64, blank=True)
    company_name = models.CharField(_("company name"), max_length=64, blank=True)
    office = models.CharField(_("office"), max_length=128, blank=True)
    street_address = models.CharField(_("street address"), max_length=1024, blank=True)
    city = models.CharField(_("city"), max_length=128, blank=True)
    state = models.CharField(_("state or province"), max_length=128, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=40, blank=True)
    country = models.CharField(_("country"), max_length=128, blank=True)
    telephone_number = models.CharField(_("business phone"), max_length=64, blank=True)
    mobile = models.CharField(_("mobile phone"), max_length=64, blank=True)
    employee_id = models.CharField(_("employee ID"), max_length=16, blank=True)
    user_type = models.CharField(_("user type"), max_length=32, default="Member")
    account_enabled = models.BooleanField(_("account enabled"), default=True)
    manager = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="reports")
    extensions = models.JSONField(_("extension attributes"), default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    purged_at = models.DateTimeField(null=True, blank=True)
    change = models.BigIntegerField(default=0, db_index=True)

    objects: ClassVar[UserQuerySet] = UserQuerySet.as_manager()  # type: ignore[assignment]  # Django's stubs call it a manager

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        indexes = [
            models.Index(fields=["display_name", "id"], name="user_by_name"),
            models.Index("directory", Folded("display_name"), "id", name="user_by_folded_name"),
            models.Index("directory", Folded("user_principal_name"), "id", name="user_by_folded_upn"),
            models.Index("directory", Folded("department"), "id", name="user_by_department"),
            models.Index("directory", Folded("given_name"), name="user_by_given_name"),
            models.Index("directory", Folded("surname"), name="user_by_surname"),
            models.Index("directory", Folded("mail"), name="user_by_mail"),
            models.Index(
                fields=["deleted_at", "id"], condition=models.Q(deleted_at__isnull=False), name="user_in_recycle_bin"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                "directory",
                models.functions.Lower("user_principal_name"),
                condition=models.Q(deleted_at=None, purged_at=None),
                name="user_principal_name_is_unique",
                violation_error_message=_("Another user has this user principal name."),
            )
        ]

    def __str__(self) -> str:
        return self.display_name
