"""Asking for a run of Provision on demand: once for an object, whoever asks, with an entry in the audit trail."""

import uuid
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portal.accounts import audit
from portal.accounts.models import Account
from provisioning.choices import ObjectType, RunStatus
from provisioning.jobs import on_demand
from provisioning.jobs.control import NotPossible
from provisioning.models import Activity, Directory, Group, OnDemandRun, ProvisioningJob, User

PROVISION = gettext_noop("Provision on demand")


SOURCES: dict[str, type[User] | type[Group]] = {"user": User, "group": Group}


def source_of(directory: Directory, type_: str, object_id: str) -> User | Group | None:
    """The user or group with this id. Also somebody in the recycle bin: their account is then disabled."""
    try:
        model, id_ = SOURCES[type_.lower()], uuid.UUID(object_id)
    except (KeyError, ValueError):
        return None
    return model.objects.filter(directory=directory, object_id=id_, purged_at=None).first()


def entry_of(run: OnDemandRun) -> Activity | None:
    """Its entry in the provisioning logs; none when there was nothing to tell that was not known."""
    entries = Activity.objects.filter(job=run.job_id, cycle=None, source_id=run.source_id)
    return entries.filter(occurred_at__gte=run.asked_at, occurred_at__lte=run.ended_at).first()


@transaction.atomic
def ask_once(job: ProvisioningJob, source: User | Group, by: audit.Doer, now: datetime) -> tuple[OnDemandRun, bool]:
    """The run, and whether it is a new one, which the caller queues. One that waits for this object already is given.

    Raises NotPossible.
    """
    if not job.is_set_up:
        raise NotPossible(_("Set Provisioning Mode to Automatic and save admin credentials first."))
    ProvisioningJob.objects.select_for_update().get(pk=job.pk)
    if waiting := _waiting(job, source):
        return waiting, False
    row = on_demand.ask(job, source, by.get_username() if isinstance(by, Account) else by, now)
    asked = {"Object type": row.object_type, "Object": row.label, "Source ID": row.source_id}
    audit.record(by, PROVISION, job.application, new=asked)
    return row, True


def _waiting(job: ProvisioningJob, source: User | Group) -> OnDemandRun | None:
    type_ = ObjectType.USER if isinstance(source, User) else ObjectType.GROUP
    open_ = job.on_demand_runs.exclude(status=RunStatus.DONE)
    return open_.filter(object_type=type_, source_key=source.pk, is_removal=False).first()
