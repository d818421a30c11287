"""When a save takes effect: the sentence that follows "Saved"."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.components.times import moment_text
from provisioning.choices import CycleStatus, Mode
from provisioning.jobs.save import RECONFIGURING, Saved
from provisioning.models import ProvisioningJob


def of_settings(saved: Saved, now: datetime) -> str:
    """After a save of the page Provisioning."""
    job, changes = saved.job, saved.changes
    if not job.is_on:
        return _of_off(saved)
    if "is_on" in changes:
        return _("A cycle starts now.") if job.watermark is not None else _("The initial cycle starts now.")
    if RECONFIGURING & changes.keys():
        return of_mapping(job, now)
    if saved.new_credentials:
        return _("The connection test passed. A cycle starts now with the new credentials.")
    if time := _next_start(job, now):
        return _("The next cycle, at %(time)s, uses them.") % {"time": time}
    return _("The next cycle, which is due now, uses them.")


def of_mapping(job: ProvisioningJob, now: datetime) -> str:
    """After a change of what cycles go by."""
    if not job.is_on:
        return _("The next cycle looks at everybody again, once provisioning is on.")
    if job.cycles.open().filter(status=CycleStatus.RUNNING).exists():
        return _("The running cycle ends early, and a new one looks at everybody again.")
    if time := _next_start(job, now):
        return _("The next cycle, at %(time)s, looks at everybody again.") % {"time": time}
    return _("The next cycle, which is due now, looks at everybody again.")


def _next_start(job: ProvisioningJob, now: datetime) -> str:
    """The time in words; empty when it has come."""
    if job.next_start_at is None or job.next_start_at <= now:
        return ""
    return time_of(job.next_start_at, now)


def time_of(moment: datetime, now: datetime) -> str:
    """As it follows "at": the time alone when it is of today, else with its date."""
    local = timezone.localtime(moment)
    return date_format(local, "TIME_FORMAT") if local.date() == timezone.localdate(now) else moment_text(moment)


def _of_off(saved: Saved) -> str:
    if "is_on" in saved.changes and saved.job.mode == Mode.MANUAL:
        return _("Provisioning was stopped, because the mode is Manual now.")
    if "is_on" in saved.changes:
        return _("Provisioning is off. A running cycle stops at the next object.")
    if saved.job.mode == Mode.MANUAL:
        return _("The portal does nothing in this application.")
    return _("They are used once provisioning is on.")
