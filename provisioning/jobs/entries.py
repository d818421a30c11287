"""Outcomes as the activity report and previews tell them."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from provisioning.engine.members import NAMED
from provisioning.jobs.activity_counts import count
from provisioning.jobs.bulk import Table
from provisioning.models import Activity, ActivityExchange, Cycle, PreviewEntry, ProvisioningJob
from provisioning.records import Exchange, MemberWork, Outcome, Step

TOLD = (
    "occurred_at", "action", "status", "code", "object_type", "source_id", "source_label", "source_name", "identity",
    "label_lower", "target_id", "target_label", "reason", "remedy", "steps", "modified", "milliseconds", "next_try_at",
)  # fmt: skip
"""The columns of an entry."""
ACTIVITIES = Table(Activity, ("activity_id", "change_id", "job", "cycle", *TOLD))
EXCHANGES = Table(ActivityExchange, ("activity", "exchanges"))
PREVIEWS = Table(PreviewEntry, ("change_id", "cycle", "source_key", *TOLD))


def write(job: ProvisioningJob, cycle: Cycle | None, outcomes: Sequence[Outcome], now: datetime) -> None:
    """The activities of these outcomes with their exchanges. A group has one for all its members of a cycle."""
    logged = [each for each in outcomes if not (each.members and cycle and _was_added_to(cycle, each, now))]
    of_cycle = cycle.pk if cycle else None
    rows = [(uuid.uuid4(), uuid.uuid4(), job.pk, of_cycle, *_told(each, now)) for each in logged]
    keys = ACTIVITIES.write(rows, "id", "activity_id")
    by_id = {uuid.UUID(str(activity_id)): key for key, activity_id in keys}
    exchanges = [
        (by_id[row[0]], [_exchange(one) for one in outcome.exchanges])
        for outcome, row in zip(logged, rows, strict=True)
        if outcome.exchanges
    ]
    EXCHANGES.write(exchanges)
    count(job.pk, ((each.action, each.status, each.code) for each in logged), now)


def write_preview(cycle: Cycle, outcomes: Sequence[Outcome], now: datetime) -> None:
    rows = [(uuid.uuid4(), cycle.pk, each.source.key, *_told(each, now)) for each in outcomes]
    PREVIEWS.write(rows)


def fields(outcome: Outcome, now: datetime) -> dict[str, Any]:
    """Everything an entry says, by column."""
    return dict(zip(TOLD, _told(outcome, now), strict=True))


def _told(outcome: Outcome, now: datetime) -> tuple[Any, ...]:
    """In the order of TOLD."""
    source, number = outcome.source, _number(outcome.members)
    name = str(source.attributes.get("userPrincipalName", ""))
    return (
        now,
        outcome.action.value,
        outcome.status.value,
        outcome.code,
        source.type.value,
        source.id,
        source.label[:256],
        name[:256],
        name.lower()[:256],
        source.label.lower()[:256],
        outcome.target_id,
        outcome.target_label[:256],
        outcome.reason.as_json(),
        outcome.remedy,
        [_step(each) for each in outcome.steps],
        [{"displayName": each.name, "oldValue": each.old, "newValue": each.new, **number} for each in outcome.modified],
        outcome.milliseconds,
        _next_try(outcome),
    )


def _next_try(outcome: Outcome) -> datetime | None:
    state = outcome.state
    return (state.deferred_until or state.next_try_at) if state else None


def _number(work: MemberWork | None) -> dict[str, int]:
    """How many members changed: only the first are named."""
    return {"number": len(work.add) + len(work.remove)} if work else {}


def _was_added_to(cycle: Cycle, outcome: Outcome, now: datetime) -> bool:
    """Whether the group has an activity of this kind in this cycle already, which then tells of these members too."""
    found = Activity.objects.filter(cycle=cycle, source_id=outcome.source.id, code=outcome.code).first()
    if found is None or not found.modified:
        return False
    before, more = found.modified[0], fields(outcome, now)
    for side in ("oldValue", "newValue"):
        if more["modified"] and more["modified"][0][side]:
            before[side] = [*(before[side] or ()), *more["modified"][0][side]][:NAMED]
    before["number"] = before.get("number", 0) + sum(each["number"] for each in more["modified"])
    found.occurred_at, found.steps = now, [*found.steps, *more["steps"][1:]]
    reason = dict(found.reason)
    reason["values"] = {**reason.get("values", {}), "number": before["number"]}
    found.reason = reason
    found.milliseconds += outcome.milliseconds
    found.save(update_fields=["modified", "occurred_at", "steps", "reason", "milliseconds"])
    return True


def _exchange(one: Exchange) -> dict[str, Any]:
    return {
        "method": one.method,
        "url": one.url,
        "request": one.request,
        "status": one.status,
        "response": one.response,
        "milliseconds": one.milliseconds,
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "name": step.name,
        "provisioningStepType": step.type,
        "status": step.status,
        "text": step.text.as_json(),
        "details": dict(step.details),
        "milliseconds": step.milliseconds,
    }
