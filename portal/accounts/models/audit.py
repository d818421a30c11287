"""An audit entry: what an administrator changed, with the values before and after."""

from typing import ClassVar

from django.conf import settings
from django.db import connections, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

DISTINCT = """
    WITH RECURSIVE found(activity) AS (
        SELECT MIN(activity) FROM accounts_auditentry
        UNION ALL
        SELECT (SELECT MIN(activity) FROM accounts_auditentry WHERE activity > found.activity)
        FROM found WHERE found.activity IS NOT NULL
    )
    SELECT activity FROM found WHERE activity IS NOT NULL
"""
"""Jumps through the index from one activity to the next, however many entries each has."""


class AuditManager(models.Manager["AuditEntry"]):
    def activities(self) -> list[str]:
        """Every activity there is an entry of."""
        with connections[self.db].cursor() as cursor:
            cursor.execute(DISTINCT)
            return [activity for (activity,) in cursor.fetchall()]


class AuditEntry(models.Model):
    """Written by `portal.accounts.audit.record`, never changed afterwards.

    `application` is the id of the application it concerns, which may be gone by now. The columns in lower case are for
    the search by beginnings.
    """

    at = models.DateTimeField(_("date"), default=timezone.now, editable=False)
    who = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    who_name = models.CharField(_("who"), max_length=150, blank=True)
    who_lower = models.CharField(max_length=150, blank=True, editable=False)
    activity = models.CharField(_("activity"), max_length=200)
    target = models.CharField(_("target"), max_length=300, blank=True)
    target_lower = models.CharField(max_length=300, blank=True, editable=False)
    application = models.UUIDField(_("application"), null=True, blank=True)
    old = models.JSONField(_("old value"), null=True, blank=True)
    new = models.JSONField(_("new value"), null=True, blank=True)

    objects: ClassVar[AuditManager] = AuditManager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_newest"),
            models.Index(fields=["application", "-at", "-id"], name="audit_newest_of_application"),
            models.Index(fields=["activity", "-at", "-id"], name="audit_by_activity"),
            # PostgreSQL finds beginnings by an index of this class only, whatever its collation; SQLite ignores it.
            models.Index(fields=["target_lower"], name="audit_by_target", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["who_lower"], name="audit_by_who", opclasses=["varchar_pattern_ops"]),
            models.Index(
                fields=["application", "target_lower"],
                name="audit_by_target_of_one",
                opclasses=["uuid_ops", "varchar_pattern_ops"],
            ),
            models.Index(
                fields=["application", "who_lower"],
                name="audit_by_who_of_one",
                opclasses=["uuid_ops", "varchar_pattern_ops"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.who_name}: {self.activity} {self.target}".rstrip()
