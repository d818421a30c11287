"""Finding what an address names; not found and not allowed live here, once."""

import uuid

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from portal.accounts.models import Account
from provisioning.choices import Deletion
from provisioning.models import EnterpriseApplication, ProvisioningJob


def application_for(request: HttpRequest, application_id: uuid.UUID) -> EnterpriseApplication:
    """The application with its job and directory, in one query; 404 when there is none, or while it is emptied."""
    applications = EnterpriseApplication.objects.select_related("directory", "job__credentials")
    return get_object_or_404(applications.exclude(deletion=Deletion.EMPTYING), application_id=application_id)


def job_for(request: HttpRequest, application_id: uuid.UUID) -> ProvisioningJob:
    """The job of the application in the address, the application loaded with it."""
    job: ProvisioningJob = application_for(request, application_id).job
    return job


def who(request: HttpRequest) -> str:
    """The signed-in person's user name, for audit entries and "saved by"."""
    assert isinstance(request.user, Account)  # noqa: S101 - LoginRequiredMiddleware keeps others out
    return request.user.get_username()
