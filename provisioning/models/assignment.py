"""Who is assigned to an application, with which role."""

from typing import ClassVar, Self

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from provisioning.models.application import AppRole, EnterpriseApplication
from provisioning.models.group import Group
from provisioning.models.user import User

DEFAULT_ACCESS = gettext_noop("Default Access")
PRINCIPAL = gettext_noop("User or group")


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def present(self) -> Self:
        return self.filter(removed=False)


class Assignment(models.Model):
    """A user or group, an application, an app role; no role is Default Access. Removed rows stay, marked."""

    application = models.ForeignKey(EnterpriseApplication, models.CASCADE, related_name="assignments")
    user = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="assignments")
    group = models.ForeignKey(Group, models.CASCADE, null=True, blank=True, related_name="assignments")
    role = models.ForeignKey(AppRole, models.CASCADE, null=True, blank=True, related_name="assignments")
    assigned_at = models.DateTimeField(auto_now_add=True)
    removed = models.BooleanField(default=False)
    change = models.BigIntegerField(default=0, db_index=True)

    objects: ClassVar[AssignmentQuerySet] = AssignmentQuerySet.as_manager()  # type: ignore[assignment]  # Django's stubs call it a manager

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            models.UniqueConstraint("application", "user", Coalesce("role", 0), name="user_once_per_role"),
            models.UniqueConstraint("application", "group", Coalesce("role", 0), name="group_once_per_role"),
            models.CheckConstraint(
                condition=models.Q(user=None) ^ models.Q(group=None), name="assigned_is_user_or_group"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user or self.group}: {self.application}"

    def as_audited(self, role: AppRole | None) -> dict[str, str]:
        """With this role, as the audit trail keeps it."""
        return {PRINCIPAL: str(self.user or self.group), "Role": name_of_role(role)}


def name_of_role(role: AppRole | None) -> str:
    """Not translated: what rows keep and programs read."""
    return role.label if role else DEFAULT_ACCESS
