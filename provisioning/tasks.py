"""What the queue may call; the only file that knows django-q2. A message is a hint: the rows are the truth."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django_q.models import Schedule
from django_q.tasks import async_task

from provisioning.jobs import (
    beat,
    bulk_operations,
    csv_reading,
    deletion,
    due,
    mails,
    on_demand,
    run,
    validating,
    validator,
    webhooks,
)
from provisioning.jobs.control import NotPossible
from provisioning.jobs.imports import asking
from provisioning.jobs.imports import due as due_imports
from provisioning.jobs.imports import run as imports
from provisioning.jobs.notices import digests, expiring, posting
from provisioning.jobs.sweep import all_of_it
from provisioning.models import (
    BulkOperation,
    CsvImport,
    EnterpriseApplication,
    Import,
    Mail,
    OnDemandRun,
    ProvisioningJob,
    ValidatorRun,
    WebhookDelivery,
)

CYCLES, NOW = "cycles", "now"
"""The clusters. Always named: without a name a message goes to the cluster of the process that queues it."""


def queue_due() -> int:
    """Queue what is due and not queued yet. Called by the tick every five seconds; gives how many were queued."""
    now = timezone.now()
    due.note_changes(now)
    for directory in due_imports.waited_for(now):
        with suppress(NotPossible):  # its source was changed a moment ago
            asking.ask(directory, now)
    deletion.advance(now)
    asked: list[tuple[QuerySet[Any], Callable[[int], None]]] = [
        (due_imports.imports(now), queue_import),
        (csv_reading.due(now), queue_file),
        (bulk_operations.due(now), queue_bulk_operation),
        (deletion.due(now), queue_deletion),
        (due.jobs(now).unqueued(now), queue_job),
        (due.runs(now), queue_run),
        (validator.due(now), queue_validation),
    ]
    return sum(_queue(rows, queue) for rows, queue in asked) + queue_outgoing(now)


def _queue(rows: QuerySet[Any], queue: Callable[[int], None]) -> int:
    keys = list(rows.values_list("pk", flat=True))
    for pk in keys:
        queue(pk)
    return len(keys)


def queue_outgoing(now: datetime) -> int:
    """Write the summaries that are due, and queue mails and webhook calls; gives how many were queued."""
    posting.write_summaries(now)
    digests.write(now)
    return _queue(due.mails(now), queue_mail) + _queue(due.webhook_deliveries(now), queue_call)


def queue_job(job_id: int) -> None:
    """Queue a worker for this job, once the running transaction is committed."""
    ProvisioningJob.objects.filter(pk=job_id).update(queued_at=timezone.now())
    transaction.on_commit(lambda: async_task(run_job, job_id, cluster=CYCLES))


def queue_import(import_id: int) -> None:
    """Queue a worker for this import, once the running transaction is committed."""
    Import.objects.filter(pk=import_id).update(queued_at=timezone.now())
    transaction.on_commit(lambda: async_task(run_import, import_id, cluster=CYCLES))


def queue_file(file_id: int) -> None:
    """Queue a worker that reads this CSV file, once the running transaction is committed."""
    CsvImport.objects.filter(pk=file_id).update(queued_at=timezone.now())
    transaction.on_commit(lambda: async_task(read_file, file_id, cluster=CYCLES))


def queue_bulk_operation(operation_id: int) -> None:
    """Queue a worker for this bulk operation, once the running transaction is committed."""
    BulkOperation.objects.filter(pk=operation_id).update(queued_at=timezone.now())
    transaction.on_commit(lambda: async_task(do_bulk_operation, operation_id, cluster=CYCLES))


def queue_deletion(application_id: int) -> None:
    """Queue a worker that deletes this application, once the running transaction is committed."""
    EnterpriseApplication.objects.filter(pk=application_id).update(deletion_queued_at=timezone.now())
    transaction.on_commit(lambda: async_task(delete_application, application_id, cluster=CYCLES))


def queue_validation(run_id: int) -> None:
    """Queue a run of the SCIM validator, once the running transaction is committed. It may take a minute and more."""
    ValidatorRun.objects.filter(pk=run_id).update(queued_at=timezone.now())
    transaction.on_commit(lambda: async_task(validate, run_id, cluster=CYCLES))


def queue_run(run_id: int) -> None:
    """Queue a run of Provision on demand, once the running transaction is committed."""
    OnDemandRun.objects.filter(pk=run_id).update(queued_at=timezone.now())
    transaction.on_commit(lambda: async_task(provision_on_demand, run_id, cluster=NOW))


def queue_mail(mail_id: int) -> None:
    """Queue a worker that hands this mail over, once the running transaction is committed."""
    Mail.objects.filter(pk=mail_id).update(queued_at=timezone.now())
    transaction.on_commit(lambda: async_task(send_mail, mail_id, cluster=NOW))


def queue_call(delivery_id: int) -> None:
    """Queue a worker that calls the webhook, once the running transaction is committed."""
    WebhookDelivery.objects.filter(pk=delivery_id).update(queued_at=timezone.now())
    transaction.on_commit(lambda: async_task(call_webhook, delivery_id, cluster=NOW))


def run_job(job_id: int) -> None:
    """A worker's share of the job's cycle; what is due afterwards is queued at once."""
    run.run(job_id, call_help=queue_job)
    queue_due()


def run_import(import_id: int) -> None:
    """A worker's share of an import; what is due afterwards is queued at once."""
    imports.run(import_id)
    queue_due()


def read_file(file_id: int) -> None:
    """A worker's share of a CSV file; the next one goes on at once."""
    csv_reading.read(file_id)
    queue_due()


def delete_application(application_id: int) -> None:
    """A worker's share of a deletion; the next one goes on at once."""
    deletion.run(application_id, timezone.now())
    queue_due()


def do_bulk_operation(operation_id: int) -> None:
    """A worker's share of a bulk operation; the next one goes on at once."""
    bulk_operations.run(operation_id)
    queue_due()


def validate(run_id: int) -> None:
    validating.run(run_id)


def provision_on_demand(run_id: int) -> None:
    on_demand.run(run_id)


def send_mail(mail_id: int) -> None:
    beat.write()
    mails.send(mail_id, timezone.now())


def call_webhook(delivery_id: int) -> None:
    beat.write()
    webhooks.send(delivery_id, timezone.now())


def sweep() -> int:
    """What is done once a day: reminders of what expires, and taking away what is kept for some days only."""
    now = timezone.now()
    expiring.tell(now)
    return all_of_it(now)


def keep_net() -> None:
    """The schedules, made once: a net for hosts without `serve`, which queues what is due, and the nightly sweep."""
    for func, type_ in ((queue_due, Schedule.MINUTES), (sweep, Schedule.DAILY)):
        path = f"{func.__module__}.{func.__name__}"
        Schedule.objects.get_or_create(
            name=path, defaults={"func": path, "schedule_type": type_, "minutes": 1, "cluster": NOW}
        )
