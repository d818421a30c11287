"""What leaves the portal for people or programs: a row first, handed over by a task, tried ever more slowly."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models

PAUSES = [timedelta(minutes=each) for each in (1, 5, 30, 120, 240, 480)]
"""How long to wait after each try but the last: a server that is away for half a day loses nothing."""
MAX_TRIES = len(PAUSES) + 1


class Outgoing(models.Model):
    """`tries` counts how often it was handed over; one that is delivered without a try never left the portal."""

    created_at = models.DateTimeField(auto_now_add=True)
    queued_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        abstract = True
        ordering = ("-created_at", "-id")

    @classmethod
    def unsent(cls) -> models.QuerySet[Self]:
        return cls._default_manager.filter(sent_at=None, tries__lt=MAX_TRIES)

    @classmethod
    def due(cls, now: datetime) -> models.QuerySet[Self]:
        """Never tried, or to be tried again by now."""
        return cls.unsent().filter(models.Q(next_try_at=None) | models.Q(next_try_at__lte=now))

    def claim(self, now: datetime) -> bool:
        """Count a try; False when another worker did so since the row was read, and has it in hand."""
        tries = self.tries + 1
        mine = type(self)._default_manager.filter(pk=self.pk, sent_at=None, tries=self.tries)
        return mine.update(tries=tries, next_try_at=next_try(tries, now)) == 1

    def try_now(self) -> bool:
        """Somebody wants it handed over at once: one that was given up gets one more try. False when it was sent."""
        waiting = type(self)._default_manager.filter(pk=self.pk, sent_at=None)
        changes = {"tries": min(self.tries, MAX_TRIES - 1), "next_try_at": None, "queued_at": None}
        return waiting.update(**changes) == 1

    @property
    def is_given_up(self) -> bool:
        return self.sent_at is None and self.tries >= MAX_TRIES


def next_try(tries: int, now: datetime) -> datetime | None:
    """When it is handed over again after so many tries, the last of them now; None when it is given up."""
    return now + PAUSES[tries - 1] if tries <= len(PAUSES) else None
