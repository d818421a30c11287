"""The store in memory keeps the contract, so that what is tested over it holds over rows."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from provisioning.choices import CycleStatus, Kind, ObjectType, Staging
from provisioning.records import GuardRules, ObjectState
from tests.engine.clocks import FakeClock
from tests.engine.memory_job import MemoryCycle, MemoryJob
from tests.engine.memory_phases import begin
from tests.engine.memory_store import LEASE_SECONDS, MemoryStore
from tests.engine.store_contract import StoreContract
from tests.engine.world import GROUP, USER, both_rules


class MemoryWorld:
    """See `StoreWorld`."""

    def __init__(self) -> None:
        self.job, self.clock = MemoryJob(), FakeClock()

    @property
    def cycle(self) -> MemoryCycle:
        assert self.job.cycle is not None
        return self.job.cycle

    def begin(self, people: int, slice_size: int = 500) -> Sequence[int]:
        keys = [10 * number for number in range(1, people + 1)]
        for key in keys:
            self.job.directory.add_user(key)
            self.job.directory.assign((USER, key))
        begin(self.job, None, slice_size, now=self.clock.now())
        return keys

    def begin_again(self) -> None:
        begin(self.job, now=self.clock.now())

    def name(self, number: int) -> str:
        return f"user{10 * number}@contoso.example"

    def guard(self, number: int) -> None:
        self.job.rules = replace(self.job.rules, guard=GuardRules(number=number))

    def group(self, members: Sequence[int]) -> int:
        self.job.rules = both_rules(self.job.rules.guard)
        self.job.directory.add_group(5)
        self.job.directory.assign((GROUP, 5))
        for number in members:
            self.job.directory.join(5, (USER, 10 * number))
        return 5

    def leave(self, group: int, member: int) -> None:
        self.job.directory.join(group, (USER, member), present=False)

    def wait(self, seconds: float) -> None:
        self.clock.advance(seconds)

    def staged(self) -> dict[int, Staging]:
        return {key[1]: each.status for (key, kind), each in self.job.staged.items() if kind is Kind.ACCOUNT}

    def decide(self, key: int, status: Staging) -> None:
        self.job.decide(((USER, key), Kind.ACCOUNT), status)

    def on_demand(self, key: int, *, in_hand: bool) -> None:
        (self.job.claims.add if in_hand else self.job.claims.discard)((USER, key))

    def store(self) -> MemoryStore:
        return MemoryStore(self.job, self.clock)

    def lapse(self) -> None:
        self.clock.advance(LEASE_SECONDS + 1)

    def low(self, slice_id: int) -> int:
        return self.cycle.slices[slice_id].low

    def is_done(self, slice_id: int) -> bool:
        return self.cycle.slices[slice_id].done

    def states(self) -> dict[int, ObjectState]:
        return {key: state for (type_, key), state in self.job.states.items() if type_ is ObjectType.USER}

    def counters(self) -> dict[str, int]:
        return {name: number for name, number in self.cycle.counters.items() if number}

    def logged(self) -> int:
        return len(self.cycle.activities)

    def status(self) -> CycleStatus:
        return self.cycle.status

    def head(self) -> int:
        return self.cycle.head

    def watermark(self) -> int | None:
        return self.job.watermark

    def reason(self) -> str:
        return str(self.job.quarantine or "")

    def switch_off(self) -> None:
        self.job.switch_off()

    def reconfigure(self) -> None:
        self.job.reconfigure()

    def resume(self) -> None:
        self.job.resume()


class TestMemoryStore(StoreContract):
    @pytest.fixture
    def world(self) -> MemoryWorld:
        return MemoryWorld()
