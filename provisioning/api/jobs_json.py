"""A provisioning job as Microsoft's synchronizationJob, with its schedule and status."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings

from provisioning.api.executions_json import execution_json, progress_json
from provisioning.api.moments import as_text
from provisioning.jobs.executions import Executions
from provisioning.models import Cycle, ProvisioningJob
from provisioning.templatetags.provisioning_texts import marked, said
from provisioning.texts import gettext_noop, say

NEVER = "0001-01-01T00:00:00Z"
"""What Microsoft writes where a time may not be null and nothing has happened."""
NO_MORE = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
"""The next try of a job that was given up, or is switched off."""
TOO_MANY_DELETES = "TooManyDeletes"
HELD = gettext_noop(
    "The removal of %(accounts)s accounts and %(members)s memberships waits until somebody allows or rejects it."
)

THRESHOLD = "QuarantineTooManyDeletesThreshold"
"""Microsoft's name of the one setting that is documented: from how many removals on they are held."""
THRESHOLD_ON, THRESHOLD_PERCENT = f"{THRESHOLD}Enabled", f"{THRESHOLD}Percent"


def job_json(job: ProvisioningJob, found: Executions, now: datetime) -> dict[str, Any]:
    """The whole job, which has its application and directory loaded."""
    return {
        "id": job.full_id,
        "templateId": job.application.gallery_key,
        "schedule": {"expiration": None, "interval": duration(job.interval), "state": _schedule_state(job)},
        "status": _status(job, found, now),
        "synchronizationJobSettings": [
            {"name": THRESHOLD, "value": str(job.guard_number)},
            {"name": THRESHOLD_ON, "value": str(job.guard)},
            {"name": THRESHOLD_PERCENT, "value": str(job.guard_percent)},
        ],
    }


def duration(value: timedelta) -> str:
    """In ISO 8601, in whole minutes: PT20M, PT1H30M, P1D."""
    minutes = round(value.total_seconds() / 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    time = "".join(f"{number}{unit}" for number, unit in ((hours, "H"), (minutes, "M")) if number)
    day = f"{days}D" if days else ""
    return f"P{day}{'T' if time or not day else ''}{time or ('' if day else '0M')}"


def _status(job: ProvisioningJob, found: Executions, now: datetime) -> dict[str, Any]:
    quarantine = _quarantine(job, found)
    page = f"{settings.PORTAL_ADDRESS}{job.application.get_absolute_url()}"
    return {
        "code": _code(job, found),
        "countSuccessiveCompleteFailures": job.quarantine_tries,
        "escrowsPruned": False,
        "lastExecution": execution_json(found.last),
        "lastSuccessfulExecution": execution_json(found.last_good),
        "lastSuccessfulExecutionWithExports": execution_json(found.last_with_exports),
        "progress": progress_json(found.running, now),
        "quarantine": quarantine,
        "steadyStateFirstAchievedTime": _ended(found.first_good),
        "steadyStateLastAchievedTime": _ended(found.last_good),
        "synchronizedEntryCountByType": [{"key": key, "value": number} for key, number in found.accounts.items()],
        "troubleshootingUrl": page if quarantine else None,
    }


def _code(job: ProvisioningJob, found: Executions) -> str:
    """Without credentials a job can't run; removals that are held count as quarantine, as they do for Microsoft."""
    if not job.is_set_up:
        return "NotConfigured"
    if not job.is_on and not job.given_up_at:
        return "Paused" if job.first_started_at else "NotRun"
    if job.quarantine or job.held_at:
        return "Quarantine"
    return "Active" if found.last_good else "NotRun"


def _schedule_state(job: ProvisioningJob) -> str:
    if job.is_on:
        return "Active"
    return "Paused" if job.first_started_at and job.is_set_up and not job.given_up_at else "Disabled"


def _quarantine(job: ProvisioningJob, found: Executions) -> dict[str, Any] | None:
    """Null, unless the job failed as a whole or removals wait for a person."""
    if not job.quarantine or job.quarantined_at is None:
        return _held(job, found)
    last = found.last.stopped_at if found.last else None
    message = said(job.quarantine_message)
    return {
        "currentBegan": as_text(max(job.quarantined_at, last or job.quarantined_at)),
        "error": {
            "code": job.quarantine_code,
            "message": f"{message} {marked(job.quarantine_remedy)}".strip(),
            "tenantActionable": bool(job.quarantine_remedy),
        },
        "nextAttempt": _next_attempt(job),
        "reason": job.quarantine,
        "seriesBegan": as_text(job.quarantined_at),
        "seriesCount": max(job.quarantine_tries - 1, 0),
    }


def _held(job: ProvisioningJob, found: Executions) -> dict[str, Any] | None:
    if found.waiting is None:
        return None
    message = said(say(HELD, accounts=found.waiting.accounts, members=found.waiting.members))
    return {
        "currentBegan": as_text(found.waiting.since),
        "error": {"code": TOO_MANY_DELETES, "message": message, "tenantActionable": True},
        "nextAttempt": _next_attempt(job),
        "reason": TOO_MANY_DELETES,
        "seriesBegan": as_text(found.waiting.since),
        "seriesCount": 0,
    }


def _next_attempt(job: ProvisioningJob) -> str:
    return as_text((job.is_on and job.next_start_at) or NO_MORE)


def _ended(cycle: Cycle | None) -> str:
    return as_text(cycle.ended_at) if cycle and cycle.ended_at else NEVER
