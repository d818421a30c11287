"""What the tests of the synchronization half share: an application set up, and the addresses of its parts."""

from typing import Any

from provisioning.models import EnterpriseApplication, ProvisioningJob
from tests.factories import make_job

CREDENTIALS = {"sign_in": "password", "username": "admin@contoso.example", "password": "Old-secret-1"}


def set_up(**values: Any) -> ProvisioningJob:
    """A job in Automatic mode with admin credentials, Off unless `values` say otherwise."""
    return make_job(credentials=CREDENTIALS, **values)


def synchronization(application: EnterpriseApplication) -> str:
    return f"/servicePrincipals/{application.object_id}/synchronization"


def path_of(job: ProvisioningJob) -> str:
    return f"{synchronization(job.application)}/jobs/{job.full_id}"


def never_null(job: dict[str, Any]) -> None:
    """Fails when one of the values inside a synchronizationJob is null that Microsoft's CSDL forbids to be."""
    status = job["status"]
    for execution in (status[name] for name in status if name.startswith("last") and status[name]):
        assert [name for name, value in execution.items() if value is None and name != "error"] == []
    quarantine = status["quarantine"] or {}
    assert [name for name, value in quarantine.items() if value is None and name != "error"] == []
