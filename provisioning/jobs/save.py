"""Saving the page Provisioning: everything or nothing, never over somebody else's changes, with its audit entry."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from portal.accounts.audit import HIDDEN, Doer, record
from provisioning.choices import Mode, Scope
from provisioning.connectors import connector_class
from provisioning.errors import SettingsInvalid
from provisioning.jobs import control, quarantine
from provisioning.jobs.rules import saved_credentials
from provisioning.models import Credentials, ProvisioningJob
from provisioning.wire.settings import SIGN_IN

SAVE_SETTINGS = gettext_noop("Save provisioning settings")
SETTINGS = {
    "mode": "Provisioning Mode",
    "notification_email": "Notification Email",
    "notify": "Send an email notification when a failure occurs",
    "digest": "Send a daily summary",
    "secret_expires_on": "Credentials expire on",
    "scope": "Scope",
    "interval_minutes": "Time between cycles",
    "on_change": "Start a cycle when the directory changes",
    "nested_groups": "Members of nested groups too",
    "rate_limit": "Requests per second",
    "guard": "Prevent accidental deletion",
    "guard_number": "Accidental deletion threshold",
    "guard_percent": "Accidental deletion threshold in percent",
    "skip_out_of_scope_deletions": "Skip out of scope deletions",
    "is_on": "Provisioning Status",
}
"""Fields of the job that the page sets, with their names in the audit trail."""
LIMITS = {"interval_minutes": (1, 1440), "guard_number": (1, 1_000_000), "guard_percent": (1, 100)}
"""The least and the most of those that are whole numbers."""
RECONFIGURING = frozenset({"scope", "nested_groups", "skip_out_of_scope_deletions"})
"""Those that cycles go by: a change makes the next one look at everybody."""

OF_CREDENTIALS = ("locked", "saved_at", "saved_by", "tested_at")

Change = tuple[Any, Any]
"""The value before and the one after."""


class SavedMeanwhile(Exception):
    """The job is not the one that was shown: somebody saved or switched it meanwhile. Nothing was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the page asks for. `version` is the number of saves of the job that was shown.

    `is_on` is None to leave the switch as it is, `credentials` (all settings of the connector) to keep the saved ones.
    `others`: further fields of SETTINGS by name; those that are not named stay.
    """

    version: int
    mode: Mode
    scope: Scope
    interval_minutes: int
    notification_email: str
    notify: bool
    is_on: bool | None = None
    credentials: dict[str, str] | None = None
    others: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """The job as it is now, and what was changed: nothing, when nothing was. `is_due`: queue it."""

    job: ProvisioningJob
    changes: Mapping[str, Change]
    new_credentials: bool = False
    is_due: bool = False

    @property
    def is_new(self) -> bool:
        """Whether there was anything to save."""
        return bool(self.changes) or self.new_credentials


def needs_test(job: ProvisioningJob, wanted: Wanted) -> bool:
    """Whether the credentials must pass a test first: provisioning is switched On, or is On and they are new."""
    return _will_be_on(job, wanted) and (not job.is_on or wanted.credentials is not None)


def locked(job_id: int, version: int) -> ProvisioningJob:
    """The job's row, locked until the transaction ends. Raises SavedMeanwhile when it has another version."""
    jobs = ProvisioningJob.objects.select_for_update(of=("self",)).select_related("application__directory")
    job = jobs.get(pk=job_id)
    if job.saves != version:
        raise SavedMeanwhile
    return job


def mark_saved(job: ProvisioningJob, by: Doer, now: datetime) -> None:
    """One more save, by this person; the caller saves the row."""
    job.saves += 1
    job.saved_at, job.saved_by = now, str(by)


@transaction.atomic
def save(job_id: int, wanted: Wanted, by: Doer, now: datetime, tested_at: datetime | None = None) -> Saved:
    """Write what is wanted. `tested_at`: when the credentials it leads to passed their test.

    Raises SavedMeanwhile when the page is older than the row, also when only now a test turns out to be needed.
    """
    job = locked(job_id, wanted.version)
    if needs_test(job, wanted) and not tested_at:
        raise SavedMeanwhile
    before = {name: getattr(job, name) for name in SETTINGS}
    _set(job, wanted, now)
    changes = {name: (value, getattr(job, name)) for name, value in before.items() if value != getattr(job, name)}
    new_credentials = wanted.credentials is not None
    if wanted.credentials is not None:
        changes |= save_credentials(job, wanted.credentials, by, now)
    if not (changes or new_credentials):
        return Saved(job=job, changes={})
    _follow(job, changes, new_credentials, now)
    if tested_at:
        quarantine.leave(job, now)
        Credentials.objects.filter(job=job).update(tested_at=tested_at)
    mark_saved(job, by, now)
    job.save()
    old, new = ({_audited(name): change[side] for name, change in changes.items()} for side in (0, 1))
    record(by, SAVE_SETTINGS, job.application, old, new)
    return Saved(job=job, changes=changes, new_credentials=new_credentials, is_due=_is_due(job, now))


def _will_be_on(job: ProvisioningJob, wanted: Wanted) -> bool:
    on = job.is_on if wanted.is_on is None else wanted.is_on
    return on and wanted.mode == Mode.AUTOMATIC


def _set(job: ProvisioningJob, wanted: Wanted, now: datetime) -> None:
    on = _will_be_on(job, wanted)
    if on and not job.is_on:
        control.switch_on(job, now)
    if not on and job.is_on:
        control.switch_off(job, now)
    job.mode, job.scope, job.interval_minutes = wanted.mode, wanted.scope, wanted.interval_minutes
    job.notification_email, job.notify = wanted.notification_email, wanted.notify
    for name in SETTINGS.keys() & wanted.others.keys():
        setattr(job, name, wanted.others[name])


def _follow(job: ProvisioningJob, changes: Mapping[str, Change], new_credentials: bool, now: datetime) -> None:
    """What follows for the next cycle."""
    if RECONFIGURING & changes.keys():
        job.reconfigured()
    if "interval_minutes" in changes and job.next_start_at and not job.quarantine:
        before, after = changes["interval_minutes"]
        job.next_start_at = max(now, job.next_start_at + timedelta(minutes=after - before))
    if "digest" in changes:
        job.digest_at = now  # the first one comes tomorrow
    if new_credentials and job.is_on:
        job.next_start_at, job.queued_at = now, None


def _audited(name: str) -> str:
    return SETTINGS.get(name, name)


def _is_due(job: ProvisioningJob, now: datetime) -> bool:
    return job.is_on and job.next_start_at is not None and job.next_start_at <= now


def save_credentials(job: ProvisioningJob, values: dict[str, str], by: Doer, now: datetime) -> dict[str, Change]:
    """Lock them in place of the saved ones. What changed is told by label, without the values of secrets."""
    try:
        saved = saved_credentials(job)
    except SettingsInvalid:  # none, or not to be unlocked any more
        saved = {}
    row = Credentials.objects.filter(job=job).first() or Credentials(job=job)
    row.lock(values)
    row.saved_at, row.saved_by, row.tested_at = now, str(by), None
    row.save(update_fields=[*OF_CREDENTIALS] if row.pk else None)  # tokens may be renewed at this very moment
    template, changes = job.application.template, {}
    connector = connector_class(template.connector)
    if values.get(SIGN_IN) != connector.consent_method:
        Credentials.objects.filter(pk=row.pk).update(tokens="")
    for each in template.worded(connector.settings):
        old, new = saved.get(each.name, ""), values.get(each.name, "")
        if old != new:
            label = each.label.replace("{app}", job.application.product)
            changes[label] = (old and HIDDEN, new and HIDDEN) if each.secret else (old, new)
    return changes
