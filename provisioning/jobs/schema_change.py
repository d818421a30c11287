"""Putting a whole configuration in the place of the one there is: from a schema, or back to an earlier one."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_noop

from portal.accounts.audit import Doer, record
from provisioning.jobs.configuration import Configuration, apply
from provisioning.jobs.configuration_changes import as_audited, changes
from provisioning.jobs.mappings import editing
from provisioning.models import ProvisioningJob

SAVE_SCHEMA = gettext_noop("Save synchronization schema")
ROLL_BACK = gettext_noop("Roll back configuration")


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """`current` was read after the job was loaded; `wanted` is to take its place."""

    job: ProvisioningJob
    current: Configuration
    wanted: Configuration
    activity: str = SAVE_SCHEMA


def replace_configuration(asked: Replacement, by: Doer, now: datetime) -> ProvisioningJob:
    """Do it, and give the job as it is then. All or nothing.

    Raises save.SavedMeanwhile when the job was saved since it was loaded: `current` may be no more what there is.
    """
    activity = asked.activity
    with editing(asked.job.pk, asked.job.saves, by, now, activity) as changed:
        old, new = as_audited(changes(asked.current, asked.wanted))
        apply(changed, asked.wanted)
        record(by, activity, changed.application, old, new)
    return changed
