"""The history of a job's configuration: each change with what was before, so that one can go back to it."""

from provisioning.jobs.configuration import Configuration, configuration
from provisioning.jobs.configuration_changes import changes
from provisioning.jobs.schema_json import schema_of
from provisioning.models import ConfigurationVersion, ProvisioningJob

KEPT = 200
"""So many changes of each job; the nightly sweep takes older ones."""


def keep(job: ProvisioningJob, before: Configuration, activity: str) -> None:
    """Note what differs now from `before`; nothing, when nothing does. Inside the transaction of the change.

    The job has been marked as saved: the change has its configuration version, its time and its person.
    """
    found = changes(before, configuration(job))
    if not found or job.saved_at is None:
        return
    ConfigurationVersion.objects.create(
        job=job,
        number=job.config_version,
        saved_at=job.saved_at,
        saved_by=job.saved_by,
        activity=activity,
        before=schema_of(job, before),
        changes=[each.as_json() for each in found],
    )
