"""Whether a cluster hangs: django-q2 can stop for good with all its processes alive."""

from datetime import timedelta

from django.utils import timezone

from provisioning.jobs import due
from provisioning.models import Beat, Mail

PATIENCE = timedelta(seconds=60)


def stalled(host: str, cluster: str) -> bool:
    """Something of this cluster has been due for 60 s, and for 60 s no task of it here gave a sign of life.

    What another host has in hand is not due: an idle cluster is not to blame for a job that others work on.
    Whoever asks gives a cluster that has just started the same 60 s first: what is due may have waited for it.
    """
    now = timezone.now()
    if Beat.objects.filter(host=host, cluster=cluster, beat_at__gt=now - PATIENCE).exists():
        return False
    if cluster == "now":
        return Mail.objects.due(now - PATIENCE).filter(created_at__lt=now - PATIENCE).exists()
    return due.unattended(now - PATIENCE).exists()
