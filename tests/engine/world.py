"""A job with assigned people, its target in memory, and a clock that stands until it is moved."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from provisioning.choices import CycleKind, ObjectType, Work
from provisioning.connectors.memory import Memory
from provisioning.engine.cycle import work
from provisioning.records import GuardRules, JobRules, ObjectRules, ObjectState, Outcome, Rule
from tests.engine.clocks import FakeClock, Inline, OneByOne
from tests.engine.memory_directory import MemoryDirectory
from tests.engine.memory_job import MemoryCycle, MemoryJob, MemorySlice
from tests.engine.memory_phases import begin
from tests.engine.memory_store import MemoryStore
from tests.engine.values import RULES, make_rules

SECONDS = 45.0
USER, GROUP = ObjectType.USER, ObjectType.GROUP
PEOPLE = (*RULES, Rule(target="externalId", source="objectId"), Rule(target="manager", source="manager"))
GROUPS = (
    Rule(target="displayName", source="displayName", matching=1),
    Rule(target="members", source="members"),
)


def both_rules(guard: GuardRules | None = None) -> JobRules:
    """Users with their managers, and groups with their members."""
    return JobRules(
        version=1,
        directory_label="Azure Active Directory",
        target_label="Memory",
        objects={USER: ObjectRules(type=USER, rules=PEOPLE), GROUP: ObjectRules(type=GROUP, rules=GROUPS)},
        guard=guard,
    )


class World:
    """A job with a number of assigned people, its target, and a clock. The first cycle has begun."""

    def __init__(self, number: int, slice_size: int = 500, rules: JobRules | None = None) -> None:
        self.job = MemoryJob(rules=rules or make_rules())
        self.target, self.clock = Memory(), FakeClock()
        for key in range(1, number + 1):
            self.add(key)
        self.created: Counter[str] = Counter()
        self.on_create: dict[str, Callable[[], Any]] = {}
        self.target.service.before = self.before
        self.begin(slice_size=slice_size)

    # --- the directory

    @property
    def directory(self) -> MemoryDirectory:
        return self.job.directory

    def add(self, key: int, **attributes: Any) -> None:
        """One more person who is assigned."""
        self.directory.add_user(key, **attributes)
        self.directory.assign((USER, key))

    def unassign(self, *keys: int) -> None:
        for key in keys:
            self.directory.assign((USER, key), present=False)

    # --- cycles

    def begin(self, kind: CycleKind | None = None, slice_size: int = 500, **options: bool) -> MemoryCycle:
        return begin(self.job, kind, slice_size, now=self.clock.now(), **options)

    @property
    def cycle(self) -> MemoryCycle:
        assert self.job.cycle is not None
        return self.job.cycle

    def store(self) -> MemoryStore:
        return MemoryStore(self.job, self.clock)

    def work(self, pool: Inline | OneByOne | None = None, seconds: float = SECONDS) -> MemoryStore:
        store = self.store()
        work(store, self.target, pool or Inline(), self.clock, seconds)
        return store

    def run(self, kind: CycleKind | None = None, **options: bool) -> MemoryCycle:
        """A whole cycle more."""
        cycle = self.begin(kind, **options)
        self.work()
        return cycle

    # --- what happens meanwhile

    def before(self, operation: str, about: Any) -> None:
        """Counts creations by user name; `on_create` holds what happens before one."""
        if operation == "create":
            self.created[about.get("userName", "")] += 1
            if do := self.on_create.pop(about["displayName"], None):
                do()

    def fail(self, name: str, error: BaseException, after: float = 0.0) -> None:
        def raise_it() -> None:
            self.clock.advance(after)
            raise error

        self.on_create[name] = raise_it

    # --- what is there

    @property
    def slices(self) -> list[MemorySlice]:
        """All but those that list the target."""
        return [each for each in self.cycle.slices if each.work is not Work.SURVEY]

    @property
    def lows(self) -> list[int]:
        return [each.low for each in self.slices]

    @property
    def accounts(self) -> int:
        return len(self.target.service.users)

    @property
    def counters(self) -> dict[str, int]:
        return {name: number for name, number in self.cycle.counters.items() if number}

    def state(self, key: int, type_: ObjectType = USER) -> ObjectState:
        return self.job.states[type_, key]

    def states(self) -> list[int]:
        return sorted(key for _, key in self.job.states)

    def failures(self) -> list[Outcome]:
        return [each for each in self.cycle.activities if each.status == "failure"]
