"""Cutting the objects of a phase into slices by key range. The first is open below, the last above."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise

from django.db.models import F, Min, Q

from provisioning.choices import CycleKind, ObjectType, Phase, Work
from provisioning.engine.mapping import maps_members
from provisioning.jobs import members
from provisioning.jobs.candidates import object_keys, states
from provisioning.jobs.keys import removal_keys, seat_keys, waiting_keys
from provisioning.jobs.references import referring_keys
from provisioning.jobs.rules import job_rules
from provisioning.models import Cycle, ProvisioningJob, Slice

SLICE, LARGEST_SLICE = 500, 2_500
SHARES = 4
"""A slice is a quarter of the objects within these bounds: few enough to spread over the workers of two hosts, and
many, for at the end of each slice no request is under way."""
PREVIEWS = 3
"""So many previews are kept."""
FEW = 5_000
"""Up to so many candidates are looked up one by one; more are a full cycle."""


def types(cycle: Cycle) -> list[ObjectType]:
    """Object types whose mapping is switched on."""
    enabled = cycle.job.mappings.filter(enabled=True).values_list("object_type", flat=True)
    return [type_ for type_ in ObjectType if type_ in set(enabled)]


def counts(cycle: Cycle, type_: ObjectType, now: datetime) -> tuple[int, int]:
    """How many objects the cycle looks at, and how many of them have no account."""
    keys = list(object_keys(cycle, type_, 0, None, now).values_list("pk", flat=True))
    linked = states(cycle.job, type_).exclude(target_id="")
    if len(keys) <= FEW:
        linked = linked.filter(source_key__in=keys)
    return len(keys), max(len(keys) - linked.count(), 0)


def surveys(cycle: Cycle, surveyed: Iterable[ObjectType]) -> bool:
    rows = [Slice(cycle=cycle, phase=Phase.SURVEY, work=Work.SURVEY, object_type=type_) for type_ in surveyed]
    return bool(Slice.objects.bulk_create(rows))


def objects(cycle: Cycle, type_: ObjectType, now: datetime) -> bool:
    if type_ not in types(cycle):
        return False
    keys = list(object_keys(cycle, type_, 0, None, now).values_list("pk", flat=True))
    return _cut(cycle, Work.OBJECTS, type_, keys)


def references(cycle: Cycle, job: ProvisioningJob, now: datetime) -> bool:
    """Objects that refer to an account which is another one now, and groups whose members differ.

    Whoever moves from here on moves in the next epoch, and is followed by the next cycle.
    """
    if cycle.references_to == 0:
        cycle.references_from, cycle.references_to = job.references_done, job.epoch
        Cycle.objects.filter(pk=cycle.pk).update(
            references_from=cycle.references_from, references_to=cycle.references_to
        )
        ProvisioningJob.objects.filter(pk=job.pk).update(epoch=F("epoch") + 1)
        job.epoch += 1
        members.to_be_tried(cycle)
    opened = False
    if cycle.kind != CycleKind.PREVIEW and ObjectType.USER in types(cycle):
        keys = list(referring_keys(cycle, 0, None).values_list("source_key", flat=True))
        opened |= _cut(cycle, Work.REFERENCES, ObjectType.USER, keys)
    if has_members(cycle):
        groups = members.group_keys(cycle, Work.MEMBERS, now)
        opened |= _cut(cycle, Work.MEMBERS, ObjectType.GROUP, list(groups.values_list("source_key", flat=True)))
    return opened


def has_members(cycle: Cycle) -> bool:
    rules = job_rules(cycle.job).objects.get(ObjectType.GROUP)
    return rules is not None and maps_members(rules)


def removals(cycle: Cycle, now: datetime) -> bool:
    """What passed the guard or was approved; then who had no seat, if a removal may have freed one."""
    opened = False
    if not cycle.slices.filter(phase=Phase.REMOVALS).exists():
        for type_ in ObjectType:
            keys = list(removal_keys(cycle, type_, now).values_list("source_key", flat=True))
            opened |= _cut(cycle, Work.REMOVALS, type_, keys)
        groups = members.group_keys(cycle, Work.MEMBER_REMOVALS, now)
        opened |= _cut(cycle, Work.MEMBER_REMOVALS, ObjectType.GROUP, list(groups.values_list("source_key", flat=True)))
    return opened or _seats(cycle)


def _seats(cycle: Cycle) -> bool:
    removed = Cycle.objects.filter(pk=cycle.pk).filter(Q(disabled__gt=0) | Q(deleted__gt=0)).exists()
    if not removed or cycle.slices.filter(work=Work.SEATS, again=False).exists():
        return False
    return _cut(cycle, Work.SEATS, ObjectType.USER, list(seat_keys(cycle).values_list("source_key", flat=True)))


def again(cycle: Cycle, now: datetime) -> bool:
    """Slices over the objects that wait for another try in this phase, from the earliest of their times on."""
    opened = False
    for work, type_ in AGAIN.get(Phase(cycle.phase), ()):
        first = waiting_keys(cycle, work, type_, now).order_by().aggregate(first=Min("deferred_until"))["first"]
        if first is not None:
            Slice.objects.create(
                cycle=cycle, phase=cycle.phase, work=work, object_type=type_, again=True, not_before=first
            )
            opened = True
    return opened


AGAIN: dict[Phase, Sequence[tuple[Work, ObjectType]]] = {
    Phase.USERS: [(Work.OBJECTS, ObjectType.USER)],
    Phase.GROUPS: [(Work.OBJECTS, ObjectType.GROUP)],
    Phase.REFERENCES: [(Work.REFERENCES, ObjectType.USER), (Work.MEMBERS, ObjectType.GROUP)],
    Phase.REMOVALS: [
        (Work.REMOVALS, ObjectType.USER),
        (Work.REMOVALS, ObjectType.GROUP),
        (Work.MEMBER_REMOVALS, ObjectType.GROUP),
        (Work.SEATS, ObjectType.USER),
    ],
}
"""What may have been left waiting in a phase."""


def keep_last_previews(job: ProvisioningJob) -> None:
    previews = job.cycles.filter(kind=CycleKind.PREVIEW).exclude(ended_at=None).order_by("-pk")
    Cycle.objects.filter(pk__in=list(previews.values_list("pk", flat=True)[PREVIEWS:])).delete()


def _cut(cycle: Cycle, work: Work, type_: ObjectType, keys: Sequence[int]) -> bool:
    """The total follows: what was counted, and what is opened now."""
    if not keys:
        return False
    size = min(max(len(keys) // SHARES, SLICE), LARGEST_SLICE)
    bounds = [0, *keys[size - 1 : -1 : size], None]
    Slice.objects.bulk_create(
        Slice(cycle=cycle, phase=cycle.phase, work=work, object_type=type_, low=low or 0, high=high)
        for low, high in pairwise(bounds)
    )
    if work is not Work.OBJECTS:
        Cycle.objects.filter(pk=cycle.pk).update(total=F("looked_at") + len(keys))
    return True
