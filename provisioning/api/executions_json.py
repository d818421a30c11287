"""Cycles as Microsoft's synchronizationTaskExecution and synchronizationProgress."""

from datetime import datetime
from typing import Any

from provisioning.api.moments import as_text
from provisioning.choices import CycleKind, CycleStatus
from provisioning.jobs.executions import WRITTEN
from provisioning.models import Cycle
from provisioning.templatetags.provisioning_texts import said

OBJECTS = "objects"
"""What progress counts: users and groups together."""


def execution_json(cycle: Cycle | None) -> dict[str, Any] | None:
    """One that has ended or was interrupted; none of its counts and times is ever null."""
    if cycle is None:
        return None
    exported = sum(getattr(cycle, name) for name in WRITTEN)
    entitled = max(cycle.looked_at - cycle.skipped, 0)
    return {
        "activityIdentifier": str(cycle.cycle_id),
        "countEntitled": entitled,
        "countEntitledForProvisioning": entitled,
        "countEscrowed": cycle.failed,
        "countEscrowedRaw": cycle.failed,
        "countExported": exported,
        "countExports": exported + cycle.failed + cycle.held,
        "countImported": cycle.looked_at,
        "countImportedDeltas": cycle.looked_at if cycle.kind == CycleKind.INCREMENTAL else 0,
        "countImportedReferenceDeltas": 0,
        "error": _error(cycle),
        "state": _result(cycle),
        "timeBegan": as_text(cycle.started_at),
        "timeEnded": as_text(cycle.ended_at or cycle.stopped_at or cycle.started_at),
    }


def progress_json(cycle: Cycle | None, now: datetime) -> list[dict[str, Any]]:
    """How far the running cycle is; empty while none runs."""
    if cycle is None:
        return []
    return [
        {
            "completedUnits": cycle.looked_at,
            "progressObservationDateTime": as_text(now),
            "totalUnits": max(cycle.total, cycle.looked_at),
            "units": OBJECTS,
        }
    ]


def _result(cycle: Cycle) -> str:
    if cycle.status == CycleStatus.INTERRUPTED:
        return "Failed"
    return "EntryLevelErrors" if cycle.failed else "Succeeded"


def _error(cycle: Cycle) -> dict[str, Any] | None:
    if cycle.status != CycleStatus.INTERRUPTED:
        return None
    return {"code": cycle.stop_code, "message": said(cycle.stop_message), "tenantActionable": True}
