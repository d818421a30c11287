"""The phases of a cycle in their order: which comes next, what is opened in it, and how cycles end."""

from datetime import datetime, timedelta

from provisioning.choices import CycleKind, CycleStatus, ObjectType, Phase
from provisioning.engine.survey import is_worth_trying
from provisioning.errors import StopJob
from provisioning.jobs import opening, profiles, staging, thresholds
from provisioning.jobs.notices import events
from provisioning.jobs.rules import guard_rules
from provisioning.models import Cycle, ProvisioningJob, SurveyRow


def break_off(cycle: Cycle, error: StopJob, now: datetime) -> None:
    """A preview that can't go on: it says why, and the job is not to blame."""
    Cycle.objects.filter(pk=cycle.pk).update(stop_code=error.code, stop_message=error.message.as_json())
    end(cycle, cycle.job, CycleStatus.INTERRUPTED, now)


STALE = timedelta(hours=24)
"""A cycle that stood still for longer is not resumed: too much has changed under it."""
ORDER = tuple(Phase)


def open_next(cycle: Cycle, job: ProvisioningJob, now: datetime) -> bool:
    """Open the next phase that has something to do; False when the cycle has ended instead.

    The caller has locked both rows and seen that no slice of the running phase is open.
    """
    if opening.again(cycle, now) or (cycle.phase == Phase.REMOVALS and opening.removals(cycle, now)):
        return True
    for phase in ORDER[ORDER.index(Phase(cycle.phase)) + 1 :]:
        cycle.phase = phase
        Cycle.objects.filter(pk=cycle.pk).update(phase=phase)
        if phase is Phase.FINISH:
            finish(cycle, job, now)
            return False
        if _open(cycle, job, phase, now):
            return True
    return False


def begin(cycle: Cycle, job: ProvisioningJob, now: datetime) -> None:
    """Count whom the cycle looks at, and open its first phase."""
    counts = {type_: opening.counts(cycle, type_, now) for type_ in opening.types(cycle)}
    cycle.unlinked = {type_.value: [unlinked, total] for type_, (total, unlinked) in counts.items()}
    cycle.total = sum(total for total, _ in counts.values())
    cycle.phase = Phase.SURVEY
    cycle.save(update_fields=["unlinked", "total", "phase"])
    if not _open(cycle, job, Phase.SURVEY, now):
        open_next(cycle, job, now)


def _open(cycle: Cycle, job: ProvisioningJob, phase: Phase, now: datetime) -> bool:
    if phase is Phase.SURVEY:
        return opening.surveys(cycle, _surveyed(cycle))
    if phase is Phase.USERS:
        return opening.objects(cycle, ObjectType.USER, now)
    if phase is Phase.GROUPS:
        return opening.objects(cycle, ObjectType.GROUP, now)
    if phase is Phase.REFERENCES:
        return cycle.kind != CycleKind.RECONCILE and opening.references(cycle, job, now)
    if phase is Phase.DECIDE:
        return _decide(cycle, job, now)
    return cycle.kind != CycleKind.PREVIEW and opening.removals(cycle, now)


def _surveyed(cycle: Cycle) -> list[ObjectType]:
    target = profiles.kind_of(cycle.job.application)
    is_full = cycle.kind == CycleKind.RECONCILE
    return [
        type_ for type_ in opening.types(cycle) if is_worth_trying(cycle.unlinked_of(type_), target, reconcile=is_full)
    ]


def _decide(cycle: Cycle, job: ProvisioningJob, now: datetime) -> bool:
    """Needs no worker: the guard decides in the transaction that opens the phase."""
    if cycle.kind != CycleKind.PREVIEW and staging.decide(cycle, job, guard_rules(job), now):
        events.held(job, now)
    elif cycle.kind != CycleKind.PREVIEW and job.held_at is None:
        events.nothing_is_held(job, now)
    return False


def finish(cycle: Cycle, job: ProvisioningJob, now: datetime) -> None:
    """The last phase. The watermark is the head that was read when the cycle began: what changed since is looked at
    again next time."""
    if cycle.kind in (CycleKind.INITIAL, CycleKind.INCREMENTAL):
        job.watermark = cycle.head
        job.references_done = max(job.references_done, cycle.references_to)
        job.save(update_fields=["watermark", "references_done"])
    end(cycle, job, CycleStatus.COMPLETED, now)
    if cycle.kind in (CycleKind.INITIAL, CycleKind.INCREMENTAL):
        thresholds.judge(job, now)
    events.cycle_ended(cycle, job, now)


def supersede(cycle: Cycle, job: ProvisioningJob, now: datetime) -> None:
    """The configuration changed: this cycle ends as it stands, and a full one follows at once."""
    end(cycle, job, CycleStatus.SUPERSEDED, now)
    if cycle.kind != CycleKind.PREVIEW:
        job.next_start_at = now
        job.save(update_fields=["next_start_at"])


def end(cycle: Cycle, job: ProvisioningJob, status: CycleStatus, now: datetime) -> None:
    """End it. A job whose next start passed while the cycle ran starts again now, not in the past.

    What was listed is not needed any more, except by the page of a reconcile cycle.
    """
    Cycle.objects.filter(pk=cycle.pk).update(status=status, phase=Phase.FINISH, ended_at=now, stopped_at=None)
    kept = SurveyRow.objects.filter(cycle__job=job)
    if cycle.kind == CycleKind.RECONCILE:
        kept = kept.exclude(cycle=cycle)
    else:
        kept = kept.exclude(cycle__kind=CycleKind.RECONCILE)
    kept.delete()
    if cycle.kind == CycleKind.PREVIEW:
        opening.keep_last_previews(job)
        return
    staging.drop_undecided(job)
    if job.next_start_at and job.next_start_at < now:
        job.next_start_at = now
        job.save(update_fields=["next_start_at"])
