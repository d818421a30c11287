"""A run of Provision on demand as Microsoft's stringKeyStringValuePair: two texts with JSON in them."""

import json
from collections.abc import Mapping
from typing import Any

from provisioning.choices import Action, Status
from provisioning.models import OnDemandRun, ProvisioningJob
from provisioning.reports.entries_json import property_json
from provisioning.templatetags.provisioning_texts import marked, said

Entry = Mapping[str, Any]
"""The columns of an entry of the logs, as the run keeps them."""


def run_json(run: OnDemandRun, job: ProvisioningJob, change_id: str) -> dict[str, str]:
    """What became of a run that is done. `change_id`: of its entry in the logs, empty when there was nothing to log."""
    entry = _as_microsoft_sees_it(run.entry or _without_entry(run))
    told = {"errorCode": entry["code"] or None, "errorMessage": said(entry["reason"])}
    key = {"result": _capital(entry["status"]), "details": told}
    value = {
        "action": _capital(entry["action"]),
        "changeId": change_id,
        "startTime": run.asked_at.isoformat(),
        "endTime": run.ended_at.isoformat() if run.ended_at else None,
        "modifiedProperties": [property_json(each) for each in entry["modified"]],
        "provisioningSteps": [_step(each, run) for each in entry["steps"]],
        "reportableIdentifier": entry["source_name"] or entry["source_label"],
        "statusInfo": _status(entry),
        **_identities(entry, job),
    }
    return {"key": _text(key), "value": _text(value)}


def _as_microsoft_sees_it(entry: Entry) -> Entry:
    """Where nothing was to be done because nothing differs, the object was skipped."""
    reasons = [step["details"]["SkipReason"] for step in entry["steps"] if "SkipReason" in step["details"]]
    if reasons and entry["status"] == Status.SUCCESS and entry["action"] == Action.OTHER:
        return {**entry, "status": Status.SKIPPED.value, "code": reasons[-1]}
    return entry


def _without_entry(run: OnDemandRun) -> Entry:
    """Of a run that could not even begin: its message says why."""
    return {
        "action": "other",
        "status": Status.FAILURE,
        "code": run.message.get("code", ""),
        "reason": run.message,
        "remedy": run.message.get("remedy", ""),
        "steps": [],
        "modified": [],
        "object_type": run.object_type,
        "source_id": run.source_id,
        "source_label": run.label,
        "source_name": "",
        "target_id": "",
        "target_label": "",
    }


def _status(entry: Entry) -> dict[str, Any]:
    failed = entry["status"] in (Status.FAILURE, Status.WARNING)
    return {
        "status": _capital(entry["status"]),
        "errorCode": entry["code"] or None,
        "reason": said(entry["reason"]),
        "additionalDetails": None,
        "errorCategory": "Failure" if failed else "None",
        "recommendedAction": marked(entry["remedy"]) or None,
    }


def _identities(entry: Entry, job: ProvisioningJob) -> dict[str, Any]:
    application = job.application
    directory = application.directory
    read: Mapping[str, str] = next((step["details"] for step in entry["steps"] if step["details"]), {})
    return {
        "sourceIdentity": {
            "id": entry["source_id"],
            "type": entry["object_type"],
            "displayName": entry["source_label"],
            "details": dict(read),
        },
        "sourceSystem": {"id": str(directory.tenant_id), "name": directory.label, "details": {}},
        "targetIdentity": {
            "id": entry["target_id"],
            "type": entry["object_type"],
            "displayName": entry["target_label"],
            "details": {},
        },
        "targetSystem": {
            "id": str(application.object_id),
            "name": application.display_name,
            "details": {
                "ApplicationId": str(application.application_id),
                "ServicePrincipalId": str(application.object_id),
                "ServicePrincipalDisplayName": application.display_name,
            },
        },
    }


def _step(step: Mapping[str, Any], run: OnDemandRun) -> dict[str, Any]:
    return {
        "name": step["name"],
        "type": _capital(step["provisioningStepType"]),
        "status": _capital(step["status"]),
        "description": said(step["text"]),
        "timestamp": (run.ended_at or run.asked_at).isoformat(),
        "details": dict(step["details"]),
    }


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def _text(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)
