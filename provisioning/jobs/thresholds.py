"""Whether so many objects fail that the job goes into quarantine, or leaves it."""

from datetime import datetime

from provisioning.choices import QuarantineReason, Status
from provisioning.engine.thresholds import reason_for
from provisioning.errors import StopJob
from provisioning.jobs import quarantine
from provisioning.models import ProvisioningJob
from provisioning.texts import gettext_noop, say

TOO_MANY = gettext_noop("%(failing)s of %(all)s objects fail.")


class TooManyFailures(StopJob):
    code = "TooManyFailures"
    remedy = gettext_noop("Look at the errors that occur most often and mend their cause.")


def judge(job: ProvisioningJob, now: datetime) -> None:
    """After each cycle, by the numbers that Microsoft documents."""
    known = job.object_states
    failing = known.filter(status=Status.FAILURE)
    references = failing.filter(members_failed=True).count()
    others, number = failing.count() - references, known.count()
    reason = reason_for(others, references, number - others - references)
    if reason:
        error = TooManyFailures(say(TOO_MANY, failing=others + references, all=number))
        quarantine.enter(job.pk, error, now, reason)
        job.refresh_from_db()
    elif job.quarantine and job.quarantine != QuarantineReason.EXCEPTION:
        quarantine.leave(job, now)
        job.save()
