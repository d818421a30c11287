"""The phases of a cycle in memory: which slices are opened, the guard's decision, and the end."""

from dataclasses import replace
from datetime import datetime, timedelta

from provisioning.choices import Action, CycleKind, CycleStatus, Kind, Phase, QuarantineReason, Staging, Status, Work
from provisioning.connectors.base import Connector
from provisioning.connectors.memory import Memory
from provisioning.engine.guard import holds
from provisioning.engine.phases import WORKS, Move, Standing, following, move
from provisioning.engine.ports import Progress
from provisioning.engine.survey import is_worth_trying
from provisioning.engine.thresholds import reason_for
from provisioning.records import Outcome
from tests.engine.memory_candidates import Candidates
from tests.engine.memory_directory import ObjectKey
from tests.engine.memory_job import MemoryCycle, MemoryJob, MemorySlice, StagedKey, ranges
from tests.engine.values import NOW


def begin(
    job: MemoryJob,
    kind: CycleKind | None = None,
    slice_size: int = 500,
    *,
    repair: bool = False,
    now: datetime = NOW,
    target: type[Connector] = Memory,
) -> MemoryCycle:
    """A new cycle by the rules of this moment; only while no slice of the last one is in hand."""
    job.bury()
    kind = kind or (CycleKind.INITIAL if job.watermark is None else CycleKind.INCREMENTAL)
    is_preview, is_reconcile = kind is CycleKind.PREVIEW, kind is CycleKind.RECONCILE
    rules = replace(job.rules, version=job.version, preview=is_preview, reconcile=is_reconcile, repair=repair)
    cycle = MemoryCycle(kind, rules, job.directory.head, job.watermark, Phase.SURVEY, {}, slice_size)
    job.cycles += 1
    job.cycle, cycle.number = cycle, job.cycles
    candidates = Candidates(job, cycle, now)
    for type_ in rules.objects:
        looked_at = candidates.of(Work.OBJECTS, type_)
        cycle.unlinked[type_] = sum(not job.target_id(each) for each in looked_at)
        if is_worth_trying(cycle.unlinked[type_], target, reconcile=rules.reconcile):
            cycle.slices.append(MemorySlice(Work.SURVEY, type_))
    if not cycle.slices:
        _next_phase(job, now)
    return cycle


def advance(job: MemoryJob, cycle: MemoryCycle, now: datetime) -> Progress:
    """See `Store.advance`."""
    if cycle.status is not CycleStatus.RUNNING or cycle is not job.cycle:
        return Progress.ENDED
    if job.version != cycle.rules.version:
        cycle.status = CycleStatus.SUPERSEDED
        job.drop_undecided()
        return Progress.ENDED
    if not (job.is_on or cycle.rules.preview):
        job.switch_off()
        return Progress.ENDED
    return _move(job, now)


def _move(job: MemoryJob, now: datetime) -> Progress:
    cycle = job.cycle
    assert cycle is not None
    standing = Standing(
        phase=cycle.phase,
        is_open=not all(each.done for each in cycle.slices),
        waiting=bool(cycle.deferrals),
        seats=_seats(cycle),
    )
    step = move(standing)
    if step is Move.STAY:
        return Progress.WORK_OPEN
    if step is Move.AGAIN:
        _open_again(cycle)
    elif step is Move.SEATS:
        cycle.seats_tried = True
        _open(job, Work.SEATS, cycle.missed)
    else:
        return _next_phase(job, now)
    return Progress.OPENED


def _seats(cycle: MemoryCycle) -> bool:
    has_removed = bool(cycle.counters["disabled"] + cycle.counters["deleted"])
    return has_removed and bool(cycle.missed) and not cycle.seats_tried


def _open_again(cycle: MemoryCycle) -> None:
    """One slice for each kind of work that waits; it can be claimed when the first one's time has come."""
    cycle.round += 1
    waiting = {(work, key[0]) for key, work in cycle.deferrals}
    for work, type_ in sorted(waiting):
        times = [each.at for (key, its), each in cycle.deferrals.items() if (its, key[0]) == (work, type_)]
        cycle.slices.append(MemorySlice(work, type_, round=cycle.round, not_before=min(times)))


def _next_phase(job: MemoryJob, now: datetime) -> Progress:
    """The next phase that has anything to do; after the last the cycle is over."""
    cycle = job.cycle
    assert cycle is not None
    while all(each.done for each in cycle.slices):
        cycle.phase = following(cycle.phase, preview=cycle.rules.preview)
        if cycle.phase is Phase.DECIDE:
            _decide(job)
        if cycle.phase is Phase.FINISH:
            _finish(job)
            return Progress.ENDED
        candidates = Candidates(job, cycle, now)
        for work, type_ in WORKS[cycle.phase]:
            _open(job, work, candidates.of(work, type_))
    return Progress.OPENED


def _open(job: MemoryJob, work: Work, found: set[ObjectKey]) -> None:
    cycle = job.cycle
    assert cycle is not None
    for type_ in sorted({each[0] for each in found}):
        keys = sorted(key for each, key in found if each is type_)
        cycle.slices += [MemorySlice(work, type_, low, high) for low, high in ranges(keys, cycle.slice_size)]


def _decide(job: MemoryJob) -> None:
    """The guard looks at accounts and at memberships apart: staged in this cycle, and held before."""
    cycle = job.cycle
    assert cycle is not None
    existing = {Kind.ACCOUNT: job.linked(), Kind.MEMBERS: sum(len(each.members) for each in job.members.values())}
    for kind in Kind:
        rows = {key: each for key, each in job.staged.items() if key[1] is kind}
        open_ = [each for each in rows.values() if each.status in (Staging.STAGED, Staging.HELD)]
        is_held = holds(cycle.rules.guard, sum(each.number for each in open_), existing[kind])
        for key, each in rows.items():
            if each.status is Staging.STAGED:
                job.decide(key, Staging.HELD if is_held else Staging.PASSED)
                if is_held:
                    cycle.activities.append(_held(job, key))
    held = [key for key in cycle.restaged if key in job.staged and job.staged[key].status is Staging.HELD]
    cycle.counters.update({"looked_at": len(held), "held": len(held)} if held else {})


def _held(job: MemoryJob, key: StagedKey) -> Outcome:
    source = job.directory.source(key[0], job.target_id)
    staged = job.staged[key]
    return Outcome(
        source=source,
        action=Action.STAGED_DELETE,
        status=Status.SKIPPED,
        reason=staged.reason,
        code=staged.code,
        staged=staged,
    )


def _finish(job: MemoryJob) -> None:
    """The watermark is the head that the cycle began with: what changed since then is looked at by the next one."""
    cycle = job.cycle
    assert cycle is not None
    cycle.status = CycleStatus.COMPLETED
    cycle.drop_survey()
    if cycle.kind is CycleKind.PREVIEW:
        return
    job.drop_undecided()
    if job.version == cycle.rules.version:
        job.watermark = cycle.head
    failing = [each for each in job.states.values() if each.status is Status.FAILURE]
    of_members = sum(each.members_failed for each in failing)
    reason = reason_for(len(failing) - of_members, of_members, len(job.states) - len(failing))
    if reason is not QuarantineReason.NONE:
        job.quarantine = reason


def later(now: datetime, seconds: float) -> datetime:
    return now + timedelta(seconds=seconds)
