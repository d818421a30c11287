"""An import in a worker's hand: claimed with token and expiry, and every write of it fenced by them."""

import os
import socket
import time
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce, Now

from provisioning.choices import ImportKind, ImportPhase, ImportStatus
from provisioning.engine.budget import Budget
from provisioning.errors import LeaseLost
from provisioning.models import Import

BEING_STAGED = Q(kind=ImportKind.FILE, phase=ImportPhase.READ)
"""Imports that whoever reads the file still adds to: no worker's business yet."""


def free() -> Q:
    """Nobody holds it. An import that was given back keeps the time, which tells how long nobody has had it."""
    return Q(expires_at=None) | Q(expires_at__lte=Now())


class Hand:
    """What one worker does with an import. LeaseLost is raised as soon as another one has it, or it was ended."""

    def __init__(self, run: Import, seconds: float) -> None:
        self.run = run
        self.length = timedelta(seconds=settings.PORTAL_LEASE_SECONDS)
        self.budget = Budget(settings.PORTAL_LEASE_SECONDS, time.monotonic)
        self._until = time.monotonic() + seconds

    @property
    def is_over(self) -> bool:
        """Whether the task's time is up."""
        return time.monotonic() >= self._until

    def fence(self, **changes: Any) -> None:
        """Hold it for longer, and write these columns; first in a recording transaction, or after taking numbers."""
        since = time.monotonic()
        if not self._mine().update(expires_at=Now() + self.length, **changes):
            raise LeaseLost
        self.budget.renew(since)
        for name, value in changes.items():
            setattr(self.run, name, value)

    def give_back(self, **changes: Any) -> None:
        """Somebody else may go on at once, or from `not_before` on; with an end in `changes` nobody needs to."""
        if not self._mine().update(expires_at=Now(), **changes):
            raise LeaseLost

    def _mine(self) -> QuerySet[Import]:
        return Import.objects.filter(pk=self.run.pk, token=self.run.token, status=ImportStatus.RUNNING)


def claim(import_id: int, seconds: float) -> Hand | None:
    """Take the import in hand. None when it is in another one, has ended, or waits for its time."""
    ready = Q(not_before=None) | Q(not_before__lte=Now())
    found = Import.objects.filter(free(), ready, pk=import_id, status=ImportStatus.RUNNING).exclude(BEING_STAGED)
    since = time.monotonic()
    with transaction.atomic():
        taken = found.update(
            token=F("token") + 1,
            owner=f"{socket.gethostname()}:{os.getpid()}",
            expires_at=Now() + timedelta(seconds=settings.PORTAL_LEASE_SECONDS),
            started_at=Coalesce("started_at", Now()),
            queued_at=None,
            not_before=None,
        )
        if not taken:
            return None
        hand = Hand(Import.objects.select_related("directory").get(pk=import_id), seconds)
    hand.budget.renew(since)
    return hand
