"""The directory: where people and groups live, and the head of its change numbers."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import connection, models, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from provisioning import vault

OWN = "own"
"""The source of a directory whose people are edited here; any other is the name of a source in `directory`."""
CHUNK = 1000
"""At most this many rows are written in a transaction that took change numbers."""
TOLD_FOR = timedelta(days=7)
"""So long readers of changes may come back with what they were given last, as with Microsoft."""


class DirectoryQuerySet(models.QuerySet["Directory"]):
    def the_one(self) -> "Directory":
        """The portal's directory; there is one per portal, made when it is first asked for."""
        return self.first() or self.create()


class Directory(models.Model):
    """One per portal. With a source, people and groups are read-only here: the source's settings are locked.

    `delta_token`: from where the source tells the next changes, empty when it is to be read whole; `selection` holds
    the attributes by object type that it was read with. `source_version` rises with every save of its page.
    `heads`: the head and its time, noted every night for as long as it matters.
    """

    label = models.CharField(_("label"), max_length=120, default="Azure Active Directory")
    tenant_id = models.UUIDField(_("tenant ID"), default=uuid.uuid4, unique=True)
    tenant_name = models.CharField(_("tenant name"), max_length=120, default="Contoso")
    default_domain = models.CharField(_("default verified domain"), max_length=253, blank=True)
    source = models.CharField(_("source"), max_length=40, default=OWN)
    locked = models.TextField(blank=True)
    saved_at = models.DateTimeField(null=True, blank=True)
    saved_by = models.CharField(max_length=150, blank=True)
    tested_at = models.DateTimeField(null=True, blank=True)
    secret_expires_on = models.DateField(_("Credentials expire on"), null=True, blank=True)
    source_version = models.PositiveIntegerField(default=0)
    delta_token = models.TextField(blank=True)
    selection = models.JSONField(default=dict, blank=True)
    head = models.BigIntegerField(default=0)
    changed_at = models.DateTimeField(null=True, blank=True)
    heads = models.JSONField(default=list, blank=True)
    swept = models.BigIntegerField(default=0)  # marked rows with numbers up to this one may be gone

    objects: ClassVar[DirectoryQuerySet] = DirectoryQuerySet.as_manager()  # type: ignore[assignment]  # Django's stubs call it a manager

    class Meta:
        verbose_name = _("directory")
        verbose_name_plural = _("directories")

    def __str__(self) -> str:
        return self.label

    @property
    def is_own(self) -> bool:
        """Whether its people and groups are edited here."""
        return self.source == OWN

    def unlock(self) -> dict[str, str]:
        """The source's settings by name. Raises vault.Unreadable when they must be entered again."""
        return vault.unlock(self.locked) if self.locked else {}

    def lock(self, values: dict[str, str]) -> None:
        self.locked = vault.lock(values)

    def take(self, count: int = 1) -> int:
        """Take the next `count` change numbers and give the first.

        It must be the first statement of every transaction that changes users, groups, memberships or assignments: the
        lock on this row makes commit order equal number order, and taken last, two writers deadlock.
        """
        if not connection.in_atomic_block:
            raise RuntimeError("Change numbers are taken inside the transaction that uses them.")
        Directory.objects.filter(pk=self.pk).update(head=models.F("head") + count, changed_at=Now())
        self.refresh_from_db(fields=["head"])
        return self.head - count + 1

    def note_head(self, now: datetime) -> int:
        """Note how far the numbers have got; gives up to which they are older than TOLD_FOR, 0 while none is known."""
        with transaction.atomic():
            stored = Directory.objects.select_for_update(no_key=True).get(pk=self.pk)
            heads = [(datetime.fromisoformat(at), head) for at, head in stored.heads] + [(now, stored.head)]
            old = [each for each in heads if each[0] <= now - TOLD_FOR]
            kept = old[-1:] + heads[len(old) :]
            stored.heads = [(at.isoformat(), head) for at, head in kept]
            stored.save(update_fields=["heads"])
        return old[-1][1] if old else 0

    def note_swept(self, change: int) -> None:
        """Before marked rows with numbers up to this one are deleted; the mark never goes back."""
        Directory.objects.filter(pk=self.pk, swept__lt=change).update(swept=change)
