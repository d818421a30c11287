"""Toasts stay in the list of notifications: every message that is shown to a person is a notice of their own, too."""

from typing import Any

from django.contrib.messages.storage.fallback import FallbackStorage
from django.utils import timezone

from portal.toasts import KINDS
from provisioning.choices import NoticeKind
from provisioning.models import Notice


class KeptToasts(FallbackStorage):
    """Django's own storage, which besides writes down what it is given."""

    def add(self, level: int, message: Any, extra_tags: str | None = "") -> None:
        super().add(level, message, extra_tags)
        person = getattr(self.request, "user", None)
        if not message or person is None or not person.is_authenticated:
            return
        title, _line, text = str(message).partition("\n")
        now = timezone.now()
        values = {"title": title, "text": text, "look": KINDS.get(level, "info")}
        Notice.objects.create(kind=NoticeKind.TOAST, account=person, values=values, at=now, ended_at=now)
