"""Removals that wait: staged by the walk, decided on by the guard, approved or rejected by a person."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, Sum

from provisioning.choices import Action, Kind, Staging, Status
from provisioning.engine.guard import holds
from provisioning.engine.phases import keeps_staged, restaged
from provisioning.jobs import activity_counts, entries
from provisioning.jobs.prepared import Given, Prepared, among
from provisioning.models import Activity, Cycle, MemberLink, ObjectStateRow, ProvisioningJob, StagedRemoval
from provisioning.records import GuardRules, Outcome, Staged

FIELDS = ["action", "code", "reason", "number", "status", "entry", "staged_at", "decided_at", "decided_by"]
KNOWN = Prepared(
    lambda: StagedRemoval.objects.filter(
        among("source_key", "keys"), job=Given("job"), object_type=Given("type")
    ).order_by()
)


def write(job: ProvisioningJob, outcomes: Sequence[Outcome], states: dict[int, int], now: datetime) -> None:
    """Keep what these outcomes staged, and drop what was staged for them and is no longer true.

    `states`: the keys of the state rows by source key. A removal that failed stays as it was decided.
    """
    if not outcomes:
        return
    type_ = outcomes[0].source.type
    known = KNOWN.objects(job=job.pk, type=type_.value, keys=[each.source.key for each in outcomes])
    before = {(row.source_key, row.kind): row for row in known}
    rows, over = [], []
    for each in outcomes:
        kind = Kind.MEMBERS if each.members or (each.staged and each.staged.kind is Kind.MEMBERS) else Kind.ACCOUNT
        row = before.get((each.source.key, kind))
        if each.staged and each.source.key in states:
            rows.append(_row(job, each, restaged(row.as_value() if row else None, each.staged), now))
            rows[-1].state_id = states[each.source.key]
        elif row and not (keeps_staged(each) or _only_members_failed(each)):
            over.append(row.pk)
    StagedRemoval.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["state", "kind"], update_fields=FIELDS
    )
    if over:
        StagedRemoval.objects.filter(pk__in=over).delete()


def _only_members_failed(outcome: Outcome) -> bool:
    """Then nothing is known anew of the group's own removal."""
    state = outcome.state
    return state is not None and state.members_failed and (outcome.deferred or outcome.status == Status.FAILURE)


def _row(job: ProvisioningJob, outcome: Outcome, staged: Staged, now: datetime) -> StagedRemoval:
    entry = {name: value for name, value in entries.fields(outcome, now).items() if name != "occurred_at"}
    entry |= {"action": Action.STAGED_DELETE, "status": Status.SKIPPED, "code": staged.code, "next_try_at": None}
    return StagedRemoval(
        job=job,
        object_type=outcome.source.type,
        source_key=outcome.source.key,
        kind=staged.kind,
        action=staged.action,
        code=staged.code,
        reason=staged.reason.as_json(),
        number=staged.number,
        status=staged.status,
        entry={**entry, "reason": staged.reason.as_json()},
        staged_at=now,
    )


def decide(cycle: Cycle, job: ProvisioningJob, rules: GuardRules | None, now: datetime) -> bool:
    """The guard: all removals of a kind pass, or all of them wait for a person. True when something is newly held."""
    held = [_decide_kind(cycle, job, kind, rules, now) for kind in Kind]
    waits = StagedRemoval.objects.filter(job=job).held().exists()
    is_news = any(held) and job.held_at is None
    job.held_at = (job.held_at or now) if waits else None
    job.save(update_fields=["held_at"])
    return is_news


def _decide_kind(cycle: Cycle, job: ProvisioningJob, kind: Kind, rules: GuardRules | None, now: datetime) -> bool:
    waiting = StagedRemoval.objects.filter(job=job, kind=kind).waiting()
    number = waiting.aggregate(sum=Sum("number", default=0))["sum"]
    staged = StagedRemoval.objects.filter(job=job, kind=kind, status=Staging.STAGED)
    if not holds(rules, number, existing(job, kind)):
        staged.update(status=Staging.PASSED)
        return False
    tell_held(cycle, job, staged, now)
    return staged.update(status=Staging.HELD) > 0


def existing(job: ProvisioningJob, kind: Kind) -> int:
    """What the guard's percentage is of: the job's linked accounts, or its accepted memberships."""
    if kind is Kind.MEMBERS:
        return MemberLink.objects.filter(state__job=job, doubtful=False).count()
    return ObjectStateRow.objects.filter(job=job).exclude(target_id="").count()


def tell_held(cycle: Cycle, job: ProvisioningJob, staged: Iterable[StagedRemoval], now: datetime) -> None:
    """An activity for each, and the counter."""
    rows = [Activity(job=job, cycle=cycle, occurred_at=now, **row.entry) for row in staged]
    Activity.objects.bulk_create(rows, batch_size=500)
    activity_counts.count(job.pk, ((each.action, each.status, each.code) for each in rows), now)
    moved: dict[str, Any] = {"held": F("held") + len(rows), "looked_at": F("looked_at") + len(rows)}
    Cycle.objects.filter(pk=cycle.pk).update(**moved)


def drop_undecided(job: ProvisioningJob) -> None:
    """The cycle that staged them ends early: whoever looks at these objects next stages them anew."""
    StagedRemoval.objects.filter(job=job, status__in=[Staging.STAGED, Staging.PASSED]).delete()
