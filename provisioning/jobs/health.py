"""Whether a cluster hangs: django-q2 can stop for good with all its processes alive."""

from datetime import timedelta

from django.utils import timezone

from provisioning.choices import RunStatus
from provisioning.jobs import bulk_operations, csv_reading, due, validator
from provisioning.jobs.imports.due import unattended as unattended_imports
from provisioning.models import (
    Beat,
    BulkOperation,
    CsvImport,
    Import,
    Mail,
    OnDemandRun,
    ProvisioningJob,
    ValidatorRun,
    WebhookDelivery,
)
from provisioning.models.outgoing import Outgoing

PATIENCE = timedelta(seconds=60)
OUTGOING: tuple[type[Outgoing], ...] = (Mail, WebhookDelivery)


def stalled(host: str, cluster: str) -> bool:
    """Something of this cluster has been due for 60 s, and for 60 s no task of it here gave a sign of life.

    What another host has in hand is not due: an idle cluster is not to blame for a job that others work on.
    Whoever asks gives a cluster that has just started the same 60 s first: what is due may have waited for it.
    """
    now = timezone.now()
    if Beat.objects.filter(host=host, cluster=cluster, beat_at__gt=now - PATIENCE).exists():
        return False
    if cluster == "now":
        waiting = (each.due(now - PATIENCE).filter(created_at__lt=now - PATIENCE) for each in OUTGOING)
        runs = OnDemandRun.objects.filter(status=RunStatus.QUEUED, asked_at__lt=now - PATIENCE)
        return runs.exists() or any(rows.exists() for rows in waiting)
    since = now - PATIENCE
    kinds = (
        due.unattended,
        unattended_imports,
        csv_reading.unattended,
        bulk_operations.unattended,
        validator.unattended,
    )
    return any(unattended(since).exists() for unattended in kinds)


def forget_messages(cluster: str) -> None:
    """What waits in a cluster that hangs will be lost with it: the next round queues what is due once more.

    It is asked again every few seconds until somebody works, so that no message has to outlive the hanging cluster.
    """
    if cluster == "now":
        for each in OUTGOING:
            each.unsent().update(queued_at=None)
        OnDemandRun.objects.exclude(status=RunStatus.DONE).update(queued_at=None)
    else:
        ProvisioningJob.objects.exclude(queued_at=None).update(queued_at=None)
        Import.objects.exclude(queued_at=None).update(queued_at=None)
        CsvImport.objects.exclude(queued_at=None).update(queued_at=None)
        BulkOperation.objects.exclude(queued_at=None).update(queued_at=None)
        ValidatorRun.objects.exclude(queued_at=None).update(queued_at=None)
