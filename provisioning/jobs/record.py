"""Outcomes to rows, in bulk: object states, activities with their exchanges, staged removals, counters."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import F, IntegerField

from provisioning.choices import Action, ObjectType, Status
from provisioning.engine.escrow import escrowed
from provisioning.engine.phases import counter_of
from provisioning.engine.ports import Link
from provisioning.errors import InternalError
from provisioning.jobs import detached, entries, holders, members, staging
from provisioning.jobs.bulk import Table
from provisioning.jobs.candidates import states
from provisioning.jobs.prepared import Given, Prepared, PreparedUpdate
from provisioning.models import Cycle, MemberLink, ObjectStateRow, ProvisioningJob
from provisioning.records import ObjectState, Outcome
from provisioning.texts import gettext_noop, say

STATE_COLUMNS = (
    "job", "object_type", "source_key", "source_id", "label", "target_id", "origin", "was_in_scope", "managed",
    "disabled", "uncertain", "sent", "taken", "status", "code", "failures", "first_failed_at", "next_try_at",
    "tries", "deferred_until", "members_failed", "moved", "seen_at", "cycle_key",
)  # fmt: skip
EPOCH = Prepared(lambda: ProvisioningJob.objects.filter(pk=Given("job")).values_list("epoch"))
COUNTERS = (
    "created", "updated", "disabled", "deleted", "linked", "skipped", "held", "failed", "unchanged", "looked_at",
)  # fmt: skip
COUNTED = PreparedUpdate(
    lambda: Cycle.objects.filter(pk=Given("cycle")),
    **{name: F(name) + Given(name, IntegerField()) for name in COUNTERS},
)
OF_CYCLES = ("tries", "deferred_until", "cycle_key")
UNIQUE = ("job", "object_type", "source_key")
STATES = Table(ObjectStateRow, STATE_COLUMNS, UNIQUE, grow=["moved"])
STATES_ON_DEMAND = Table(ObjectStateRow, STATE_COLUMNS, UNIQUE, keep=OF_CYCLES, grow=["moved"])
"""What a cycle put off is left to the cycle."""


def write(
    job: ProvisioningJob, cycle: Cycle | None, outcomes: Sequence[Outcome], accounts: Mapping[int, str], now: datetime
) -> Sequence[Outcome]:
    """Write what became of these objects; the caller's transaction holds the fence.

    `accounts`: the target ids they had before, by source key; whoever refers to one that moved is looked at. Without a
    cycle it is a run on demand. Gives the outcomes as they were written.
    """
    outcomes = holders.one_each(job, outcomes, now)
    changed = [(each, each.state) for each in outcomes if each.state is not None and not _is_known(each)]
    moved = _moved(job, outcomes, accounts)
    values = [_state_values(job, *each, moved, now) for each in changed]
    of_cycle = cycle.pk if cycle else None
    rows: dict[int, int] = dict(
        (STATES if cycle else STATES_ON_DEMAND).write([(*each, of_cycle) for each in values], "source_key", "id")
    )
    if job.has_detached and changed:
        detached.take_over(job, outcomes[0].source.type, {each.source.key: state.target_id for each, state in changed})
    if moved and outcomes[0].source.type is ObjectType.GROUP:  # another group there: nobody is in it yet
        MemberLink.objects.filter(state__in=[rows[key] for key in moved if key in rows]).delete()
    for each in outcomes:
        if each.members and each.status == Status.SUCCESS and each.source.key in rows:
            members.accept(rows[each.source.key], each.members)
    entries.write(job, cycle, [each for each in outcomes if each.logged and not _waits(each)], now)
    if cycle:
        count(cycle, outcomes)
    staging.write(job, outcomes, rows, now)  # last: who ends a cycle has locked it before it looks at what is staged
    return outcomes


def count(cycle: Cycle, outcomes: Sequence[Outcome]) -> None:
    """Move the counters; what waits for another try or for the guard is counted when it is over."""
    counters = (counter_of(each) for each in outcomes if not (_waits(each) or _is_part(each)))
    counts = Counter(name for name in counters if name)
    if counts:
        COUNTED.run(cycle=cycle.pk, **{name: counts[name] for name in COUNTERS} | {"looked_at": counts.total()})


def unrecordable(job: ProvisioningJob, outcome: Outcome, now: datetime) -> Outcome:
    """What is left of an outcome that the database refuses: that it failed, and for whom.

    What was done in the target is not known any more, so its account is looked up before anything else.
    """
    row = states(job, outcome.source.type).filter(source_key=outcome.source.key).first()
    before = row.as_value() if row else ObjectState()
    if not before.target_id and (row is None or outcome.action is Action.CREATE):
        before = replace(before, was_in_scope=True, managed=True, uncertain=True)
    error = InternalError(say(gettext_noop("What became of this object could not be recorded.")))
    source = replace(outcome.source, attributes={})
    return Outcome(
        source=source,
        action=outcome.action,
        status=Status.FAILURE,
        reason=error.message,
        code=error.code,
        remedy=error.remedy,
        state=replace(escrowed(before, error.code, now), members_failed=outcome.members is not None),
    )


def _is_known(outcome: Outcome) -> bool:
    """Nothing new is remembered. Groups say all the same that this cycle looked at them: then it compares members."""
    return outcome.same and outcome.source.type is ObjectType.USER


def _waits(outcome: Outcome) -> bool:
    """A removal that was staged, with nothing sent."""
    return outcome.staged is not None and outcome.action is Action.STAGED_DELETE


def _is_part(outcome: Outcome) -> bool:
    """One of several chunks of members: the group counts once, with the last."""
    return outcome.members is not None and (outcome.members.more or not outcome.logged)


def _moved(job: ProvisioningJob, outcomes: Sequence[Outcome], accounts: Mapping[int, str]) -> dict[int, int]:
    """Keys of the objects whose account is another one now, or none, and the epoch in which they moved."""
    moved = [
        each.source.key for each in outcomes if each.state and each.state.target_id != accounts.get(each.source.key, "")
    ]
    return dict.fromkeys(moved, EPOCH.rows(job=job.pk)[0][0]) if moved else {}


def link_row(job: ProvisioningJob, link: Link) -> ObjectStateRow:
    """The row of an object whose account was found."""
    source, state = link.candidate.source, link.state
    return ObjectStateRow(
        job=job,
        object_type=source.type,
        source_key=source.key,
        source_id=source.id,
        label=source.label[:256],
        target_id=state.target_id,
        origin=state.origin,
        was_in_scope=state.was_in_scope,
        managed=state.managed,
        disabled=state.disabled,
        uncertain=state.uncertain,
        sent=dict(state.sent),
    )


def _state_values(
    job: ProvisioningJob, outcome: Outcome, state: ObjectState, moved: Mapping[int, int], now: datetime
) -> tuple[Any, ...]:
    """The columns of STATES in their order, but for the cycle."""
    return (
        job.pk,
        outcome.source.type.value,
        outcome.source.key,
        outcome.source.id,
        outcome.source.label[:256],
        state.target_id,
        state.origin.value,
        state.was_in_scope,
        state.managed,
        state.disabled,
        state.uncertain,
        dict(state.sent),
        dict(state.taken),
        state.status.value if state.status else "",
        state.code,
        state.failures,
        state.first_failed_at,
        state.next_try_at,
        state.tries,
        state.deferred_until,
        state.members_failed,
        moved.get(outcome.source.key, 0),
        now,
    )
