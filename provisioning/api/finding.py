"""What the path of a call names: an application, its job. Not found lives here, once."""

import uuid

from django.db.models import QuerySet

from provisioning.api.calls import Call
from provisioning.api.errors import NotFound
from provisioning.choices import Deletion, Mode
from provisioning.models import EnterpriseApplication, ProvisioningJob

SYNCHRONIZATION = "/servicePrincipals/{id}/synchronization"
JOB = f"{SYNCHRONIZATION}/jobs/{{jobId}}"


def applications() -> QuerySet[EnterpriseApplication]:
    """All that are not being deleted, each with what its job needs."""
    rows = EnterpriseApplication.objects.exclude(deletion=Deletion.EMPTYING)
    return rows.select_related("directory", "job__credentials")


def principal_of(call: Call) -> EnterpriseApplication:
    """The application whose service principal has the object id in the path. Raises NotFound."""
    return _the_one(applications().filter(object_id=_guid(call)), call)


def application_of(call: Call) -> EnterpriseApplication:
    """The one with the application's own id in the path, which here is its client id. Raises NotFound."""
    return _the_one(applications().filter(application_id=_guid(call)), call)


def job_of(call: Call) -> ProvisioningJob:
    """The job in the path, named in full or by its last part. An application in Manual mode has none."""
    job = the_job(principal_of(call))
    named = call.path["jobId"]
    if job is None or named.rpartition(".")[2].lower() != str(job.job_id):
        raise NotFound.of(named)
    return job


def the_job(application: EnterpriseApplication) -> ProvisioningJob | None:
    """The job of an application, None in Manual mode: then there is none as Microsoft sees it."""
    job: ProvisioningJob = application.job
    return job if job.mode == Mode.AUTOMATIC else None


def _the_one(rows: QuerySet[EnterpriseApplication], call: Call) -> EnterpriseApplication:
    found = rows.first()
    if found is None:
        raise NotFound.of(call.path["id"])
    return found


def _guid(call: Call) -> uuid.UUID:
    try:
        return uuid.UUID(call.path["id"])
    except ValueError:
        raise NotFound.of(call.path["id"]) from None
