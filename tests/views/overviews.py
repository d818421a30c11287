"""Jobs as the Overview meets them: on, running, in quarantine; and where their page is."""

from datetime import timedelta

from django.utils import timezone

from provisioning.choices import QuarantineReason
from provisioning.models import Cycle, ProvisioningJob
from provisioning.texts import Message
from tests.factories import make_application, make_cycle, make_job


def page_of(job: ProvisioningJob) -> str:
    return job.application.get_absolute_url()


def make_job_that_is_on() -> ProvisioningJob:
    """Set up, never run, to start in 18 minutes."""
    application = make_application("Citrix GoToMeeting")
    return make_job(application, {"username": "a"}, is_on=True, next_start_at=timezone.now() + timedelta(minutes=18))


def make_running_cycle(job: ProvisioningJob) -> Cycle:
    """Begun two minutes ago, 31 of 50 people looked at, 24 changed."""
    counts = {"total": 50, "looked_at": 31, "created": 9, "updated": 14, "disabled": 1, "skipped": 5, "failed": 2}
    return make_cycle(job, started_at=timezone.now() - timedelta(minutes=2), **counts)


def quarantine(job: ProvisioningJob) -> ProvisioningJob:
    """The target refuses the credentials since an hour ago."""
    job.quarantine = QuarantineReason.EXCEPTION
    job.quarantine_code = "InvalidCredentials"
    job.quarantine_message = Message("GoTo said %(what)s.", {"what": "<no>"}).as_json()
    job.quarantine_remedy = "Enter the credentials again and test the connection."
    job.quarantined_at, job.quarantine_tries = timezone.now() - timedelta(hours=1), 3
    job.save()
    return job
