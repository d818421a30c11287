"""An entry of the provisioning logs as Microsoft's provisioningObjectSummary."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from provisioning.choices import Status
from provisioning.models import Activity, ProvisioningJob
from provisioning.templatetags.provisioning_texts import marked, said

INITIATOR = "Provisioning Portal"
"""Who acts, as Microsoft names its service there. Which person asked for a run on demand is in the audit trail."""


def entry_json(entry: Activity) -> dict[str, Any]:
    """One entry, its job with application and directory and its cycle loaded. No value but those that are kept."""
    job = entry.job
    return {
        "id": str(entry.activity_id),
        "activityDateTime": entry.occurred_at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z",
        "tenantId": str(job.application.directory.tenant_id),
        "jobId": job.full_id,
        "cycleId": str(entry.cycle.cycle_id) if entry.cycle else None,
        "changeId": str(entry.change_id),
        "provisioningAction": entry.action,
        "durationInMilliseconds": entry.milliseconds,
        "provisioningStatusInfo": {"status": entry.status, "errorInformation": _error(entry)},
        "provisioningSteps": [step_json(each) for each in entry.steps],
        "modifiedProperties": [property_json(each) for each in entry.modified],
        "servicePrincipal": {"id": str(job.application.object_id), "displayName": job.application.display_name},
        "initiatedBy": {"id": "", "displayName": INITIATOR, "initiatorType": "system"},
        **_identities(entry),
        **_systems(job),
    }


def step_json(step: Mapping[str, Any]) -> dict[str, Any]:
    """A stored step as provisioningStep."""
    return {
        "name": step["name"],
        "description": said(step["text"]),
        "provisioningStepType": step["provisioningStepType"],
        "status": step["status"],
        "details": dict(step["details"]),
    }


def property_json(changed: Mapping[str, Any]) -> dict[str, Any]:
    """A stored change as modifiedProperty, whose values are texts."""
    return {
        "displayName": changed["displayName"],
        "oldValue": as_value(changed.get("oldValue")),
        "newValue": as_value(changed.get("newValue")),
    }


def as_value(value: Any) -> str | None:
    """The value of an attribute as one text; several joined."""
    if value is None:
        return None
    return ", ".join(str(each) for each in value) if isinstance(value, list | tuple) else str(value)


def _error(entry: Activity) -> dict[str, Any] | None:
    """Null when nothing went wrong. A warning has one, too: it says what is tried again."""
    if entry.status not in (Status.FAILURE, Status.WARNING):
        return None
    again = entry.next_try_at
    return {
        "errorCode": entry.code,
        "reason": said(entry.reason),
        "additionalDetails": f"nextAttempt: {again.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if again else None,
        "errorCategory": "failure",
        "recommendedAction": marked(entry.remedy) or None,
    }


def _identities(entry: Activity) -> dict[str, Any]:
    source = {"id": entry.source_id, "odatatype": entry.object_type, "DisplayName": entry.source_label}
    if entry.source_name:
        source["UserPrincipalName"] = entry.source_name
    return {
        "sourceIdentity": {
            "id": entry.source_id,
            "displayName": entry.source_label,
            "identityType": entry.object_type,
            "details": source,
        },
        "targetIdentity": {
            "id": entry.target_id,
            "displayName": entry.target_label,
            "identityType": entry.object_type,
            "details": {},
        },
    }


def _systems(job: ProvisioningJob) -> dict[str, Any]:
    application = job.application
    return {
        "sourceSystem": {
            "id": str(application.directory.tenant_id),
            "displayName": application.directory.label,
            "details": {},
        },
        "targetSystem": {
            "id": str(application.object_id),
            "displayName": application.display_name,
            "details": {
                "ApplicationId": str(application.application_id),
                "ServicePrincipalId": str(application.object_id),
                "ServicePrincipalDisplayName": application.display_name,
            },
        },
    }
