"""Outcomes to rows, in bulk: object states, activities with their exchanges, counters."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from django.db.models import F

from provisioning.choices import Action, Status
from provisioning.engine.escrow import next_try
from provisioning.engine.export import LINKED
from provisioning.errors import DuplicateSourceEntries
from provisioning.models import Activity, ActivityExchange, Cycle, ObjectStateRow
from provisioning.records import ObjectState, Outcome, Step
from provisioning.texts import gettext_noop, say

STATE_FIELDS = [
    "source_id", "label", "target_id", "origin", "was_in_scope", "managed", "disabled", "sent", "status", "code",
    "failures", "first_failed_at", "next_try_at", "seen_at",
]  # fmt: skip
COUNTERS = {
    Action.CREATE: "created",
    Action.UPDATE: "updated",
    Action.DISABLE: "disabled",
    Action.DELETE: "deleted",
}
"""What a success counts as; without an action of these the account was linked, or left as it is."""


def write(cycle: Cycle, outcomes: Sequence[Outcome], now: datetime) -> None:
    """Write what became of these objects; the caller's transaction holds the fence."""
    outcomes = _one_holder_each(cycle, outcomes, now)
    ObjectStateRow.objects.bulk_create(
        [_state_row(cycle, each, each.state, now) for each in outcomes if each.state is not None],
        update_conflicts=True,
        unique_fields=["job", "object_type", "source_key"],
        update_fields=STATE_FIELDS,
    )
    logged = [(each, _activity(cycle, each, now)) for each in outcomes if each.logged]
    Activity.objects.bulk_create([activity for _, activity in logged])
    ActivityExchange.objects.bulk_create(
        ActivityExchange(activity=activity, exchanges=[asdict(one) for one in outcome.exchanges])
        for outcome, activity in logged
        if outcome.exchanges
    )
    counts = Counter(_counter(each) for each in outcomes)
    moved: dict[str, Any] = {name: F(name) + number for name, number in counts.items()}
    Cycle.objects.filter(pk=cycle.pk).update(looked_at=F("looked_at") + len(outcomes), **moved)


def _one_holder_each(cycle: Cycle, outcomes: Sequence[Outcome], now: datetime) -> Sequence[Outcome]:
    """An account has one source object. Whoever comes second gets DuplicateSourceEntries and no link."""
    linked = {
        each.state.target_id: each.source.key for each in reversed(outcomes) if each.state and each.state.target_id
    }
    if not linked:
        return outcomes
    states = ObjectStateRow.objects.filter(job=cycle.job, object_type=outcomes[0].source.type)  # a slice has one type
    holders = {**linked, **dict(states.filter(target_id__in=linked).values_list("target_id", "source_key"))}
    second = {
        each.source.key
        for each in outcomes
        if each.state and holders.get(each.state.target_id, each.source.key) != each.source.key
    }
    if not second:
        return outcomes
    before = {row.source_key: row.as_value() for row in states.filter(source_key__in=second)}
    return [
        _refused(each, before.get(each.source.key, ObjectState()), now) if each.source.key in second else each
        for each in outcomes
    ]


def _refused(outcome: Outcome, before: ObjectState, now: datetime) -> Outcome:
    error = DuplicateSourceEntries(
        say(
            gettext_noop("The account %(account)s belongs to another person of the directory already."),
            account=outcome.target_label or outcome.target_id,
        )
    )
    first, failures = before.first_failed_at or now, before.failures + 1
    kept = replace(
        before,
        target_id="",
        sent={},
        was_in_scope=True,
        status=Status.FAILURE,
        code=error.code,
        failures=failures,
        first_failed_at=first,
        next_try_at=next_try(first, now, failures),
    )
    return replace(
        outcome,
        status=Status.FAILURE,
        reason=error.message,
        code=error.code,
        remedy=error.remedy,
        state=kept,
        logged=True,
    )


def _counter(outcome: Outcome) -> str:
    if outcome.status == Status.FAILURE:
        return "failed"
    if outcome.status == Status.SKIPPED:
        return "skipped" if outcome.logged else "unchanged"
    return COUNTERS.get(outcome.action, "linked" if outcome.code == LINKED else "unchanged")


def _state_row(cycle: Cycle, outcome: Outcome, state: ObjectState, now: datetime) -> ObjectStateRow:
    return ObjectStateRow(
        job_id=cycle.job_id,
        object_type=outcome.source.type,
        source_key=outcome.source.key,
        source_id=outcome.source.id,
        label=outcome.source.label[:256],
        target_id=state.target_id,
        origin=state.origin,
        was_in_scope=state.was_in_scope,
        managed=state.managed,
        disabled=state.disabled,
        sent=dict(state.sent),
        status=state.status or "",
        code=state.code,
        failures=state.failures,
        first_failed_at=state.first_failed_at,
        next_try_at=state.next_try_at,
        seen_at=now,
    )


def _activity(cycle: Cycle, outcome: Outcome, now: datetime) -> Activity:
    name = str(outcome.source.attributes.get("userPrincipalName", ""))
    return Activity(
        job_id=cycle.job_id,
        cycle=cycle,
        occurred_at=now,
        action=outcome.action,
        status=outcome.status,
        code=outcome.code,
        object_type=outcome.source.type,
        source_id=outcome.source.id,
        source_label=outcome.source.label[:256],
        source_name=name[:256],
        identity=name.lower()[:256],
        label_lower=outcome.source.label.lower()[:256],
        target_id=outcome.target_id,
        target_label=outcome.target_label[:256],
        reason=outcome.reason.as_json(),
        remedy=outcome.remedy,
        steps=[_step(each) for each in outcome.steps],
        modified=[{"displayName": each.name, "oldValue": each.old, "newValue": each.new} for each in outcome.modified],
        milliseconds=outcome.milliseconds,
        next_try_at=outcome.state.next_try_at if outcome.state else None,
    )


def _step(step: Step) -> dict[str, Any]:
    return {
        "name": step.name,
        "provisioningStepType": step.type.value,
        "status": step.status.value,
        "text": step.text.as_json(),
        "details": dict(step.details),
        "milliseconds": step.milliseconds,
    }
