"""A sign-in attempt that failed: too many of them, and the next is refused for a while."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

WINDOW = timedelta(minutes=15)
LIMIT = 5
"""Of one name from one address; someone at another address can still sign in."""
LIMIT_OF_NAME = 20
"""Of one name from anywhere: many machines are guessing."""
LIMIT_OF_ADDRESS = 50
"""From one address with any name: somebody tries names, or an office is behind it."""


class AttemptQuerySet(models.QuerySet["SignInAttempt"]):
    def of(self, username: str, address: str) -> Self:
        return self.filter(username=username, address=address)

    def refused_until(self, username: str, address: str, now: datetime) -> datetime | None:
        """When the next attempt is allowed; None when it is allowed now."""
        counted = (
            (self.of(username, address), LIMIT),
            (self.filter(username=username), LIMIT_OF_NAME),
            (self.filter(address=address), LIMIT_OF_ADDRESS),
        )
        return max((until for rows, limit in counted if (until := rows._full_until(limit, now))), default=None)

    def _full_until(self, limit: int, now: datetime) -> datetime | None:
        recent = self.filter(at__gt=now - WINDOW).order_by("-at")
        times = list(recent.values_list("at", flat=True)[:limit])
        return times[-1] + WINDOW if len(times) == limit else None

    def note(self, username: str, address: str) -> None:
        """Written before the password is looked at, so that parallel guesses count as well; old rows go."""
        self.filter(at__lte=timezone.now() - WINDOW).delete()
        self.create(username=username, address=address)

    def forget(self, username: str, address: str) -> None:
        """After a sign-in that succeeded."""
        self.of(username, address).delete()


class SignInAttempt(models.Model):
    username = models.CharField(max_length=150)
    address = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    objects: ClassVar[AttemptQuerySet] = AttemptQuerySet.as_manager()  # type: ignore[assignment]  # Django's stubs call it a manager

    class Meta:
        verbose_name = _("sign-in attempt")
        verbose_name_plural = _("sign-in attempts")
        indexes = [
            models.Index(fields=["username", "address", "at"], name="attempts_of_one"),
            models.Index(fields=["address", "at"], name="attempts_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.username} from {self.address} at {self.at:%Y-%m-%d %H:%M:%S}"
