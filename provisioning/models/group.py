"""A group of the directory, and who is in it."""

import uuid
from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from provisioning.models.directory import Directory
from provisioning.models.prefix import Folded, beginning_so
from provisioning.models.user import User

SEARCHED = ("display_name", "mail")


class GroupQuerySet(models.QuerySet["Group"]):
    def present(self) -> Self:
        return self.filter(deleted_at=None, purged_at=None)

    def entitling(self) -> Self:
        """Groups that can give their members access: present and security enabled."""
        return self.present().filter(security_enabled=True)

    def search(self, text: str) -> Self:
        """By the beginning of the name or of the mail address, or by object id."""
        return self.filter(pk__in=beginning_so(Group, SEARCHED, text))


class Group(models.Model):
    """A change never deletes a row: it is marked, with a change number."""

    directory = models.ForeignKey(Directory, models.PROTECT, related_name="groups")
    object_id = models.UUIDField(_("object ID"), default=uuid.uuid4, unique=True)
    display_name = models.CharField(_("display name"), max_length=256)
    mail_nickname = models.CharField(_("mail nickname"), max_length=64, blank=True)
    mail = models.CharField(_("mail"), max_length=256, blank=True)
    description = models.CharField(_("description"), max_length=1024, blank=True)
    security_enabled = models.BooleanField(_("security enabled"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    purged_at = models.DateTimeField(null=True, blank=True)
    change = models.BigIntegerField(default=0, db_index=True)

    objects: ClassVar[GroupQuerySet] = GroupQuerySet.as_manager()  # type: ignore[assignment]  # Django's stubs call it a manager

    class Meta:
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        indexes = [
            models.Index(fields=["display_name", "id"], name="group_by_name"),
            models.Index("directory", Folded("display_name"), "id", name="group_by_folded_name"),
            models.Index("directory", Folded("mail"), name="group_by_mail"),
        ]

    def __str__(self) -> str:
        return self.display_name


class Membership(models.Model):
    """A user or a group in a group. Taken out, the row stays as removed, so that the next cycle sees it."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="memberships")
    member_group = models.ForeignKey(Group, models.CASCADE, null=True, blank=True, related_name="member_of")
    removed = models.BooleanField(default=False)
    change = models.BigIntegerField(default=0, db_index=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["group", "user"], name="user_once_in_group"),
            models.UniqueConstraint(fields=["group", "member_group"], name="group_once_in_group"),
            models.CheckConstraint(
                condition=models.Q(user=None) ^ models.Q(member_group=None), name="member_is_user_or_group"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user or self.member_group} in {self.group}"
