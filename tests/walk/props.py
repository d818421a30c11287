"""What lies about on the stage: mails and calls, programs, files that are imported, imports of a source, a view."""

import uuid
from datetime import timedelta
from typing import Any

from django.utils import timezone

from portal.accounts.models import Account
from provisioning.choices import ApiScope, ImportKind, ImportPhase, ImportStatus, ObjectType
from provisioning.directory.csvfile_columns import What
from provisioning.jobs import api_clients, csv_imports, csv_reading, validating, validator
from provisioning.jobs.csv_imports import Choice
from provisioning.jobs.validator import Wanted
from provisioning.models import (
    BulkOperation,
    Directory,
    Group,
    Import,
    Mail,
    ProvisioningJob,
    SavedView,
    WebhookDelivery,
)
from provisioning.models.bulk_operation import BulkStatus
from provisioning.texts import Message
from tests.goto_service import GotoService

NOW = timezone.now
PEOPLE = """User name,Name,First name,Last name,Department,Initial password
ann.ek@contoso.example,Ann Ek,Ann,Ek,Finance,Pass-word-1
bo.bell@contoso.example,Bo Bell,Bo,Bell,Human Resources,
,Nobody,,,,
"""


def outgoing(job: ProvisioningJob) -> dict[str, Any]:
    values = {"recipients": "identity-team@contoso.example", "text": "What happened:\nIt failed.", "html": "<p>x</p>"}
    mail = Mail.objects.create(job=job, subject="Provisioning of Citrix GoToMeeting failed", sent_at=NOW(), **values)
    Mail.objects.create(job=job, subject="Daily summary", tries=2, error="451 Try again later", **values)
    call = WebhookDelivery.objects.create(
        event="held",
        url="https://hooks.contoso.example/provisioning",
        body='{"event": "held", "title": "3 removals wait for a decision"}',
        tries=2,
        error="The receiver answered 500",
        status=500,
    )
    return {"mail": mail.pk, "call": call.delivery_id}


def programs(rosa: Account) -> dict[str, Any]:
    client = api_clients.register("Nightly script", ApiScope.READ, rosa)
    row = api_clients.add_secret(client, "on the server", timedelta(days=20), rosa, NOW()).row
    return {"client": client.client_id, "key": row.key_id}


def validated(goto: str, rosa: Account) -> dict[str, Any]:
    """A run of the SCIM validator against the stand-in's own endpoint."""
    credentials = {"sign_in": "bearer", "tenant_url": f"{goto}/scim/v2", "token": GotoService.scim2_token}
    row, _ = validator.ask(Wanted(credentials=credentials, writes=True), rosa, NOW())
    validating.run(row.pk, sleep=lambda seconds: None)
    return {"validated": row.run_id}


def files() -> dict[str, Any]:
    """One that was read, and has a line that can't be used."""
    taken = csv_imports.take_in(What.USERS, "people.csv", [PEOPLE.encode()], "rosa", NOW())
    csv_imports.choose(taken, Choice(mapping=taken.mapping), NOW())
    csv_reading.read(taken.pk)
    return {"file": taken.file_id}


def bulk_operations() -> dict[str, Any]:
    """One under way, and one that has ended and could not do everything."""
    directory, group = Directory.objects.the_one(), Group.objects.present().first()
    values = {"directory": directory, "object_type": ObjectType.USER, "asked_by": "rosa", "asked_at": NOW()}
    moving = BulkOperation.objects.create(
        deed="disable", query="department=Sales", words="Department: Sales", number=4812, position=2000, **values
    )
    why = Message("%(name)s is deleted. Restore it first.", {"name": "Ann Ek"}).as_json()
    told = {"problems": [{"id": str(uuid.uuid4()), "name": "Ann Ek", "message": why}], "refused": 3, "changed": 2}
    ended = {"status": BulkStatus.COMPLETED, "ended_at": NOW(), "number": 1205, "position": 1205, "done": 1100}
    done = BulkOperation.objects.create(
        deed="add", groups=[group.pk] if group else [], same=100, **ended, **told, **values
    )
    return {"bulk": moving.operation_id, "bulk_done": done.operation_id}


def imports() -> dict[str, Any]:
    """Of a source that the directory had: one that went through, with a record that could not be used."""
    now = NOW()
    told = [{"label": "Strange", "reason": Message("It has no user principal name.").as_json()}]
    made = Import.objects.create(
        directory=Directory.objects.the_one(),
        import_id=uuid.uuid4(),
        kind=ImportKind.SNAPSHOT,
        status=ImportStatus.COMPLETED,
        phase=ImportPhase.APPLY,
        asked_at=now - timedelta(minutes=9),
        started_at=now - timedelta(minutes=9),
        read_at=now - timedelta(minutes=8),
        ended_at=now - timedelta(minutes=7),
        told=told,
        pages=3,
        users=251,
        groups=12,
        memberships=400,
        skipped=1,
        applied=663,
        changed=14,
        removed=2,
    )
    return {"import": made.import_id}


def saved_view(rosa: Account, job: ProvisioningJob) -> dict[str, Any]:
    view = SavedView.objects.create(account=rosa, application=job.application, name="Failures", query="status=failure")
    return {"view": view.pk}
