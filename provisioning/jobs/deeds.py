"""What is done to a job by a person or a program, each with its entry in the audit trail: start, stop, restart."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from portal.accounts import audit
from provisioning.choices import ResetScope
from provisioning.jobs import control
from provisioning.models import ProvisioningJob


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What it does to the job, its audit activity, and whether a worker is needed afterwards."""

    act: Callable[[int, datetime], ProvisioningJob]
    activity: str
    queues: bool = True


START = Deed(act=control.start, activity=gettext_noop("Enable/start provisioning configuration"))
STOP = Deed(act=control.stop, activity=gettext_noop("Disable/pause provisioning configuration"), queues=False)
RESTART = Deed(act=control.restart, activity=gettext_noop("Enable/restart provisioning configuration"))
RESTART_FULL = Deed(
    act=partial(control.restart, scopes=[ResetScope.FULL]),
    activity=gettext_noop("Clear current state and restart synchronization"),
)
SYNC_NOW = Deed(act=control.sync_now, activity=gettext_noop("Start a cycle now"))


@transaction.atomic
def do(job: ProvisioningJob, deed: Deed, by: audit.Doer, now: datetime) -> ProvisioningJob:
    """The deed and its audit entry, both or none; the caller queues the job. Raises control.NotPossible."""
    after = deed.act(job.pk, now)
    audit.record(by, deed.activity, job.application, _as_audited(job), _as_audited(after))
    return after


def _as_audited(job: ProvisioningJob) -> dict[str, Any]:
    return {
        "Provisioning Status": "On" if job.is_on else "Off",
        "Next cycle": job.next_start_at,
        "Quarantine": job.quarantine_code if job.quarantine else "",
    }
