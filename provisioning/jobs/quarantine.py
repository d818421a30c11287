"""A job that fails as a whole: quarantine, its next try, and one mail per reason."""

from datetime import datetime, timedelta

from provisioning.choices import CycleStatus, QuarantineReason
from provisioning.errors import StopJob
from provisioning.jobs.notices import events
from provisioning.models import Cycle, ProvisioningJob

SLOW = timedelta(hours=4)
SLOWEST = timedelta(days=1)
GIVE_UP = timedelta(days=28)
"""After so long in quarantine the job is switched off, until somebody starts it (Microsoft's documented time)."""


def enter(job_id: int, error: StopJob, now: datetime, reason: QuarantineReason = QuarantineReason.EXCEPTION) -> None:
    """Put the job in quarantine or leave it there; the caller's transaction writes it. Tells once per reason.

    A running cycle stands still until a try passes; it keeps its lower bounds, and the watermark stays. After 28 days
    the job is switched off, which is told by one mail.
    """
    job = ProvisioningJob.objects.select_for_update(no_key=True).select_related("application").get(pk=job_id)
    is_news = not job.quarantine or job.quarantine_code != error.code
    job.quarantine = reason
    job.quarantine_code = error.code
    job.quarantine_message = error.message.as_json()
    job.quarantine_remedy = error.remedy
    job.quarantined_at = job.quarantined_at or now
    job.quarantine_tries += 1
    job.next_start_at = now + wait(job)
    gives_up = job.is_on and now - job.quarantined_at >= GIVE_UP
    if gives_up:
        job.is_on, job.next_start_at, job.given_up_at = False, None, now
    job.save()
    Cycle.objects.real().filter(job=job, status=CycleStatus.RUNNING, ended_at=None).update(
        status=CycleStatus.INTERRUPTED,
        stopped_at=now,
        stop_code=error.code,
        stop_message=error.message.as_json(),
    )
    if gives_up:
        events.given_up(job, now)
    elif is_news:
        events.quarantined(job, now)


def wait(job: ProvisioningJob) -> timedelta:
    """Tries 1 to 3 at the interval, 4 to 6 every four hours, then daily."""
    if job.quarantine_tries <= 3:
        return job.interval
    return max(job.interval, SLOW if job.quarantine_tries <= 6 else SLOWEST)


def leave(job: ProvisioningJob, now: datetime) -> None:
    """The target can be used again, which is told; the caller saves the row."""
    if job.quarantine:
        events.recovered(job, now)
    job.leave_quarantine()


def clear(job: ProvisioningJob, now: datetime) -> None:
    """A person ends it, without knowing whether the target can be used; the caller saves the row."""
    if job.quarantine:
        events.quarantine_is_over(job, now)
    job.leave_quarantine()
