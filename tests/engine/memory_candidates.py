"""Whom a cycle looks at, in memory: the same questions that rows answer by their indexes."""

from datetime import datetime

from provisioning.choices import Kind, ObjectType, Staging, Status, Work
from provisioning.connectors.base import TargetSchema
from provisioning.engine.mapping import maps_members
from provisioning.engine.matching import account_keys, match_keys
from provisioning.engine.values import Facts
from provisioning.records import Candidate, MemberWork, ObjectState, Reference, TargetObject
from tests.engine.memory_directory import ObjectKey
from tests.engine.memory_job import MemoryCycle, MemoryJob, MemorySlice, member_changes
from tests.engine.values import NOW

DECIDED = (Staging.PASSED, Staging.APPROVED)


class Candidates:
    """The objects of one slice, as they are at this moment."""

    def __init__(self, job: MemoryJob, cycle: MemoryCycle, now: datetime) -> None:
        self.job, self.cycle, self.now = job, cycle, now

    def keys(self, slice_: MemorySlice) -> list[int]:
        """Everybody of the slice's range that its work is about."""
        found = self._deferred(slice_) if slice_.round else self.of(slice_.work, slice_.type)
        high = slice_.high
        return sorted(key for type_, key in found if type_ is slice_.type and (high is None or key <= high))

    def of(self, work: Work, type_: ObjectType) -> set[ObjectKey]:
        if type_ not in self.cycle.rules.objects:
            return set()
        found = {
            Work.OBJECTS: self._objects,
            Work.REFERENCES: self._stale,
            Work.MEMBERS: self._with_members,
            Work.REMOVALS: lambda: self._decided(Kind.ACCOUNT),
            Work.MEMBER_REMOVALS: lambda: self._decided(Kind.MEMBERS),
            Work.SEATS: lambda: set(self.cycle.missed),
        }[work]()
        return {each for each in found if each[0] is type_}

    def candidate(self, object_: ObjectKey, kind: Kind = Kind.ACCOUNT) -> Candidate:
        source = self.job.directory.source(object_, self.job.target_id)
        return Candidate(source, self.job.states.get(object_), None, self.job.staged.get((object_, kind)))

    # --- objects

    def _objects(self) -> set[ObjectKey]:
        directory = self.job.directory
        if not self.cycle.is_full:
            assert self.cycle.watermark is not None
            changed = directory.changed_since(self.cycle.watermark)
            return changed | {key for key, state in self.job.states.items() if self._is_due(key, state)}
        everyone = self.cycle.rules.everyone
        entitled = {key for key in directory.objects if everyone or directory.entitled(key)}
        return {each for each in entitled | self.job.states.keys() if each not in self.job.detached}

    def _is_due(self, object_: ObjectKey, state: ObjectState) -> bool:
        if state.next_try_at and state.next_try_at <= self.now:
            return True
        if state.deferred_until and not any(key == object_ for key, _ in self.cycle.deferrals):
            return True
        staged = self.job.staged.get((object_, Kind.ACCOUNT))
        return bool(staged and staged.status is Staging.APPROVED) or object_ in self._stale()

    def _stale(self) -> set[ObjectKey]:
        """Whose reference has another account than was sent; who failed waits for his next try."""
        return {
            key
            for key, noted in self.job.references.items()
            if self.job.states[key].status is not Status.FAILURE
            and any(self.job.target_id(other) != sent for other, sent in noted.values())
        }

    def _decided(self, kind: Kind) -> set[ObjectKey]:
        return {key for (key, each), staged in self.job.staged.items() if each is kind and staged.status in DECIDED}

    def _deferred(self, slice_: MemorySlice) -> set[ObjectKey]:
        """Those whose time has come; a removal that was staged anew meanwhile is not decided on."""
        found = {
            key
            for (key, work), each in self.cycle.deferrals.items()
            if work is slice_.work and each.round < slice_.round and each.at <= self.now
        }
        if kind := {Work.REMOVALS: Kind.ACCOUNT, Work.MEMBER_REMOVALS: Kind.MEMBERS}.get(slice_.work):
            found &= self._decided(kind)
        return found

    # --- members

    def _with_members(self) -> set[ObjectKey]:
        if not maps_members(self.cycle.rules.objects[ObjectType.GROUP]):
            return set()
        return {key for key in self.job.states if key[0] is ObjectType.GROUP and self._differs(key)}

    def _differs(self, group: ObjectKey) -> bool:
        state, row = self.job.states[group], self.job.staged.get((group, Kind.MEMBERS))
        if not (state.target_id and state.managed) or (group, Kind.ACCOUNT) in self.job.staged:
            return False
        is_due = state.next_try_at is not None and state.next_try_at <= self.now
        if state.members_failed and not (is_due or self._is_new(group)):
            return False
        add, gone = member_changes(self.job, group[1])
        return bool(add or self._removals(group, len(gone))) or (row is not None and not gone)

    def _removals(self, group: ObjectKey, number: int) -> int:
        """Rejected ones are left alone until the group changes or a full pass."""
        row = self.job.staged.get((group, Kind.MEMBERS))
        is_rejected = row is not None and row.status is Staging.REJECTED
        return 0 if is_rejected and not self._is_new(group) else number

    def _is_new(self, group: ObjectKey) -> bool:
        cycle = self.cycle
        return cycle.is_full or group in self.job.directory.changed_since(cycle.watermark or 0)

    def members(self, slice_: MemorySlice, group: int, chunk: int) -> MemberWork | None:
        """One request's worth; None when nothing is left to do."""
        object_ = (ObjectType.GROUP, group)
        candidate = self.candidate(object_, Kind.MEMBERS)
        add, gone = member_changes(self.job, group)
        if slice_.work is Work.MEMBER_REMOVALS:
            taken = self._references(gone)
            more, number = len(taken) > chunk, len(gone)
            return MemberWork(candidate=candidate, remove=taken[:chunk], more=more, removals=number) if taken else None
        if not (candidate.state and candidate.state.target_id) or (slice_.round and not (add or gone)):
            return None
        missing, number = self._references(add), self._removals(object_, len(gone))
        return MemberWork(candidate=candidate, add=missing[:chunk], more=len(missing) > chunk, removals=number)

    def _references(self, members: dict[str, ObjectKey]) -> tuple[Reference, ...]:
        objects = self.job.directory.objects
        return tuple(
            Reference(type=key[0], key=key[1], label=objects[key].label, target_id=id_)
            for id_, key in sorted(members.items(), key=lambda each: (len(each[0]), each[0]))
        )


def surveyed(
    cycle: MemoryCycle, candidate: Candidate, schema: TargetSchema, *, is_first: bool
) -> tuple[TargetObject, ...] | None:
    """What the listing tells of this object; None where it is not believed."""
    source, state = candidate.source, candidate.state
    object_ = (source.type, source.key)
    tried = state is not None and (state.failures or state.tries or state.uncertain)
    if source.type not in cycle.surveyed or not is_first or tried or object_ in cycle.seen:
        return None
    rules = cycle.rules.objects[source.type]
    wanted = set(match_keys(rules, source, schema, Facts(now=NOW)))
    names = [rule.target for rule in rules.matching]
    own = state.target_id if state and cycle.rules.reconcile else ""
    return tuple(
        each
        for each in cycle.listed[source.type]
        if each.id == own or wanted.intersection(account_keys(each, names, schema))
    )
