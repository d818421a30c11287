"""Object connections: which account belongs to one user or group, and taking this one connection away."""

from typing import Any

from django.utils import timezone

from provisioning.api.calls import Call, Reply
from provisioning.api.errors import NotFound
from provisioning.api.finding import JOB, job_of
from provisioning.api.resources.synchronization_jobs import possibly
from provisioning.api.routes import NOTHING, one, route
from provisioning.jobs.connections import connected, disconnect
from provisioning.models import ObjectStateRow

PATHS = (f"{JOB}/objectConnections/{{objectId}}", f"{JOB}/objectConnections({{quotedId}})")


@route("GET", *PATHS, answer=one("ObjectConnection"))
def connection(call: Call) -> Reply:
    """Get the account that a user or group is connected with"""
    found = connected(job_of(call), _object_id(call))
    if found is None:
        raise NotFound.of(_object_id(call))
    return Reply({"@odata.context": call.context("objectConnections/$entity"), **_json(found)})


@route("DELETE", *PATHS, answer=NOTHING)
def delete(call: Call) -> Reply:
    """Forget the account of a user or group, which stays as it is; the job must be paused"""
    return possibly(lambda: disconnect(job_of(call), _object_id(call), str(call.client), timezone.now()))


def _object_id(call: Call) -> str:
    """As a segment of its own, or in parentheses and quotation marks."""
    found = call.path.get("objectId") or call.path["quotedId"]
    return found.strip("'").lower()


def _json(row: ObjectStateRow) -> dict[str, Any]:
    return {
        "objectId": row.source_id,
        "sourceAnchor": row.source_id,
        "targetAnchor": row.target_id,
        "displayName": row.label,
        "objectTypeName": row.object_type,
    }
