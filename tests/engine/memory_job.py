"""What the database would hold of one job: its states, its removals that wait, its cycle; and what people do to it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise

from provisioning.choices import CycleKind, CycleStatus, Kind, ObjectType, Phase, QuarantineReason, Staging, Work
from provisioning.engine.intents import in_doubt
from provisioning.engine.taken import TakenInMemory
from provisioning.errors import StopJob
from provisioning.records import JobRules, ObjectState, Outcome, Staged, TargetObject
from tests.engine.memory_directory import MemoryDirectory, ObjectKey
from tests.engine.values import make_rules

StagedKey = tuple[ObjectKey, Kind]
OPEN = (CycleStatus.RUNNING, CycleStatus.STOPPED, CycleStatus.INTERRUPTED)


@dataclass(slots=True)
class MemorySlice:
    """Keys above `low`, up to `high` (None: no end). `round`: it goes over objects that were deferred before it.

    What its owner has in hand: `intents` are objects whose account may be changed, `members` those of each group.
    """

    work: Work
    type: ObjectType
    low: int = 0
    high: int | None = None
    round: int = 0
    not_before: datetime | None = None
    token: int = 0
    expires: float | None = None
    done: bool = False
    clean: bool = True
    careful: bool = False
    claims: int = 0
    in_hand: int | None = None
    ahead: set[int] = field(default_factory=set)
    intents: set[int] = field(default_factory=set)
    members: dict[int, dict[str, ObjectKey]] = field(default_factory=dict)


@dataclass(slots=True)
class Deferral:
    """An object that is looked at again in this cycle, by a slice of a later round."""

    at: datetime
    round: int


@dataclass(slots=True)
class Accepted:
    """The members that a group of the target took, by their target ids; of the `doubtful` nobody knows."""

    group: str
    members: dict[str, ObjectKey] = field(default_factory=dict)
    doubtful: dict[str, ObjectKey] = field(default_factory=dict)


@dataclass(slots=True)
class MemoryCycle:
    """`seen` were recorded in this cycle; `missed` found no seat in it; `restaged` are removals that it found."""

    kind: CycleKind
    rules: JobRules
    head: int
    watermark: int | None
    phase: Phase
    unlinked: dict[ObjectType, int]
    slice_size: int = 500
    number: int = 1
    slices: list[MemorySlice] = field(default_factory=list)
    status: CycleStatus = CycleStatus.RUNNING
    counters: Counter[str] = field(default_factory=Counter)
    activities: list[Outcome] = field(default_factory=list)
    listed: dict[ObjectType, list[TargetObject]] = field(default_factory=dict)
    surveyed: set[ObjectType] = field(default_factory=set)
    deferrals: dict[tuple[ObjectKey, Work], Deferral] = field(default_factory=dict)
    round: int = 0
    seen: set[ObjectKey] = field(default_factory=set)
    missed: set[ObjectKey] = field(default_factory=set)
    seats_tried: bool = False
    restaged: set[StagedKey] = field(default_factory=set)

    @property
    def is_full(self) -> bool:
        return self.watermark is None or self.kind is not CycleKind.INCREMENTAL

    def drop_survey(self) -> None:
        self.listed, self.surveyed = {}, set()


@dataclass(slots=True)
class MemoryJob:
    """`references` are the accepted and the wanted ones, by source object: whose account, and the id that was sent."""

    directory: MemoryDirectory = field(default_factory=MemoryDirectory)
    rules: JobRules = field(default_factory=make_rules)
    states: dict[ObjectKey, ObjectState] = field(default_factory=dict)
    staged: dict[StagedKey, Staged] = field(default_factory=dict)
    references: dict[ObjectKey, dict[str, tuple[ObjectKey, str]]] = field(default_factory=dict)
    members: dict[int, Accepted] = field(default_factory=dict)
    claims: set[ObjectKey] = field(default_factory=set)
    detached: set[ObjectKey] = field(default_factory=set)
    is_on: bool = True
    version: int = 1
    watermark: int | None = None
    quarantine: StopJob | QuarantineReason | None = None
    not_before: datetime | None = None
    cycle: MemoryCycle | None = None
    cycles: int = 0
    taken: TakenInMemory = field(default_factory=TakenInMemory)

    # --- reading

    def target_id(self, object_: ObjectKey) -> str:
        state = self.states.get(object_)
        return state.target_id if state else ""

    def holder(self, type_: ObjectType, target_id: str) -> ObjectKey | None:
        found = (key for key, state in self.states.items() if key[0] is type_ and state.target_id == target_id)
        return next((key for key in found if key not in self.detached), None)

    def linked(self) -> int:
        return sum(bool(state.target_id) for state in self.states.values())

    @property
    def is_open(self) -> bool:
        return self.cycle is not None and self.cycle.status in OPEN

    def live(self, now: float) -> list[MemorySlice]:
        """Slices in somebody's hands."""
        slices = self.cycle.slices if self.cycle else []
        return [each for each in slices if not each.done and each.expires is not None and each.expires >= now]

    # --- what people do

    def switch_off(self) -> None:
        self.is_on = False
        if self.cycle and self.cycle.status is CycleStatus.RUNNING:
            self.cycle.status = CycleStatus.STOPPED
            self.cycle.drop_survey()

    def resume(self) -> None:
        """Switched on again, or the target can be used again: the open cycle goes on."""
        self.is_on, self.quarantine = True, None
        if self.is_open:
            self._go_on(CycleStatus.RUNNING)

    def _go_on(self, status: CycleStatus) -> None:
        """By another configuration it does not go on: it is over."""
        assert self.cycle is not None
        is_old = self.cycle.rules.version != self.version
        self.cycle.status = CycleStatus.SUPERSEDED if is_old else status
        if is_old:
            self.drop_undecided()

    def reconfigure(self, rules: JobRules | None = None) -> None:
        """Another mapping, filter or scope was saved."""
        self.rules, self.version, self.watermark = rules or self.rules, self.version + 1, None

    def restart(self) -> None:
        """Watermark, retries and quarantine are cleared, links are kept."""
        self.reconfigure()
        self.quarantine = None
        if self.cycle and self.cycle.status is CycleStatus.INTERRUPTED:
            self._go_on(CycleStatus.RUNNING)
        fresh = {"failures": 0, "first_failed_at": None, "next_try_at": None, "tries": 0}
        self.states = {key: replace(state, **fresh) for key, state in self.states.items()}

    def clear(self, now: float) -> bool:
        """Clear current state: the links are forgotten too. Refused while anything is in hand."""
        if self.live(now) or self.claims:
            return False
        self.bury()
        self.restart()
        for key, state in self.states.items():
            unknown = state.uncertain or bool(state.target_id)
            self.states[key] = replace(state, target_id="", sent={}, uncertain=unknown)
        self.staged.clear()
        self.references.clear()
        return True

    def decide(self, key: StagedKey, status: Staging) -> None:
        """A person approves or rejects a removal that is held."""
        self.staged[key] = replace(self.staged[key], status=status)

    def approve_all(self) -> None:
        for key, each in self.staged.items():
            if each.status is Staging.HELD:
                self.decide(key, Staging.APPROVED)

    def drop_undecided(self) -> None:
        """At the end of a cycle: what it found and neither did nor held is found again."""
        gone = (Staging.STAGED, Staging.PASSED)
        self.staged = {key: each for key, each in self.staged.items() if each.status not in gone}

    # --- slices whose owner vanished

    def vanished(self, slice_: MemorySlice) -> None:
        """What its owner may have created must be searched for; nobody believes the survey in this slice again."""
        assert self.cycle is not None
        slice_.clean = False
        if not self.cycle.rules.preview:
            for key in slice_.intents:
                self.states[slice_.type, key] = in_doubt(self.states.get((slice_.type, key)))
            for group, members in slice_.members.items():
                self.doubt_members(group, members)
        slice_.intents.clear()
        slice_.members.clear()

    def accepted(self, group: int) -> Accepted:
        """Of the account that the group has now."""
        id_, held = self.target_id((ObjectType.GROUP, group)), self.members.get(group)
        if held is None or held.group != id_:
            held = self.members[group] = Accepted(id_)
        return held

    def doubt_members(self, group: int, members: dict[str, ObjectKey]) -> None:
        """A request about these members was sent, and nobody knows whether it was done."""
        held = self.accepted(group)
        held.doubtful |= members
        held.members = {id_: each for id_, each in held.members.items() if id_ not in members}

    def bury(self) -> None:
        """Nobody may record for the last cycle any more."""
        for each in self.cycle.slices if self.cycle else ():
            if not each.done:
                if each.expires is not None:
                    self.vanished(each)
                each.done, each.token = True, each.token + 1


def member_changes(job: MemoryJob, group: int) -> tuple[dict[str, ObjectKey], dict[str, ObjectKey]]:
    """Who is missing in the group of the target, and who is to be taken out, by target ids.

    A member whose account is not known at the moment is left where he is.
    """
    held = job.accepted(group)
    accepted = held.members
    ties = job.directory.memberships.items()
    present = {member for (each, member), tie in ties if each == group and tie.present}
    wanted = {job.target_id(each): each for each in present if job.target_id(each)}
    gone = {
        id_: member
        for id_, member in {**accepted, **held.doubtful}.items()
        if id_ not in wanted and (member not in present or job.target_id(member))
    }
    return {id_: each for id_, each in wanted.items() if id_ not in accepted}, gone


def ranges(keys: Sequence[int], size: int) -> list[tuple[int, int | None]]:
    """Slices of so many keys; the first is open below, the last above."""
    bounds: list[int | None] = [0, *keys[size - 1 : -1 : size], None]
    return [(low or 0, high) for low, high in pairwise(bounds)] if keys else []
