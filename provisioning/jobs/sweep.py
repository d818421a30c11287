"""Nightly: take away what is kept for some days only."""

from datetime import datetime, timedelta

from django.conf import settings

from provisioning.choices import Status
from provisioning.models import ActivityExchange

CHUNK = 1000


def exchanges(now: datetime) -> int:
    """Delete what was said over the wire for successes older than PORTAL_KEEP_EXCHANGES_DAYS; gives how many.

    Those of failures stay with their entry: they are what one needs to find out why. Each chunk is a transaction of
    its own, so that no writer waits long.
    """
    before = now - timedelta(days=settings.PORTAL_KEEP_EXCHANGES_DAYS)
    old = ActivityExchange.objects.filter(activity__occurred_at__lt=before, activity__status=Status.SUCCESS)
    deleted = 0
    while keys := list(old.values_list("pk", flat=True)[:CHUNK]):
        deleted += ActivityExchange.objects.filter(pk__in=keys).delete()[0]
    return deleted
