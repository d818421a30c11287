"""A job with assigned people, its target in memory, and a clock that stands until it is moved."""

from collections import Counter
from typing import Any

from provisioning.connectors.memory import Memory
from provisioning.engine.cycle import work
from tests.engine.clocks import FakeClock, Inline, OneByOne
from tests.engine.memory_store import MemoryJob, MemoryStore
from tests.engine.values import make_source

SECONDS = 45.0


class World:
    """A job with a number of assigned people, its target, and a clock."""

    def __init__(self, number: int, slice_size: int = 500) -> None:
        self.job, self.target, self.clock = MemoryJob(), Memory(), FakeClock()
        self.job.add(*(make_source(key) for key in range(1, number + 1)))
        self.cycle = self.job.begin(slice_size)
        self.created: Counter[str] = Counter()
        self.target.service.before = self.before
        self.on_create: dict[str, Any] = {}

    def before(self, operation: str, about: Any) -> None:
        """Counts creations by user name; `on_create` holds what happens before one."""
        if operation == "create":
            self.created[about["userName"]] += 1
            if do := self.on_create.pop(about["displayName"], None):
                do()

    def work(self, pool: Inline | OneByOne | None = None, seconds: float = SECONDS) -> MemoryStore:
        store = MemoryStore(self.job, self.clock)
        work(store, self.target, pool or Inline(), self.clock, seconds)
        return store

    def fail(self, name: str, error: BaseException, after: float = 0.0) -> None:
        def raise_it() -> None:
            self.clock.advance(after)
            raise error

        self.on_create[name] = raise_it

    @property
    def lows(self) -> list[int]:
        return [each.low for each in self.cycle.slices]

    @property
    def accounts(self) -> int:
        return len(self.target.service.users)
