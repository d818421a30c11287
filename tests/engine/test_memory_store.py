"""The store in memory keeps the contract, so that what is tested over it holds over rows."""

from collections.abc import Sequence

import pytest

from provisioning.choices import CycleStatus
from provisioning.records import ObjectState
from tests.engine.clocks import FakeClock
from tests.engine.memory_store import LEASE_SECONDS, MemoryCycle, MemoryJob, MemoryStore
from tests.engine.store_contract import StoreContract
from tests.engine.values import make_source


class MemoryWorld:
    """See `StoreWorld`."""

    def __init__(self) -> None:
        self.job, self.clock = MemoryJob(), FakeClock()

    @property
    def cycle(self) -> MemoryCycle:
        assert self.job.cycle is not None
        return self.job.cycle

    def begin(self, people: int, slice_size: int = 500) -> Sequence[int]:
        self.job.add(*(make_source(10 * number) for number in range(1, people + 1)))
        self.job.begin(slice_size)
        return sorted(self.job.people)

    def store(self) -> MemoryStore:
        return MemoryStore(self.job, self.clock)

    def lapse(self) -> None:
        self.clock.advance(LEASE_SECONDS + 1)

    def low(self, slice_id: int) -> int:
        return self.cycle.slices[slice_id].low

    def is_done(self, slice_id: int) -> bool:
        return self.cycle.slices[slice_id].done

    def states(self) -> dict[int, ObjectState]:
        return self.job.states

    def counters(self) -> dict[str, int]:
        return dict(self.cycle.counters)

    def logged(self) -> int:
        return len(self.cycle.activities)

    def status(self) -> CycleStatus:
        return self.cycle.status

    def head(self) -> int:
        return self.job.head

    def watermark(self) -> int | None:
        return self.job.watermark

    def reason(self) -> str:
        return str(self.job.quarantine or "")

    def switch_off(self) -> None:
        self.job.switch_off()

    def reconfigure(self) -> None:
        self.job.version += 1

    def resume(self) -> None:
        self.job.resume()


class TestMemoryStore(StoreContract):
    @pytest.fixture
    def world(self) -> MemoryWorld:
        return MemoryWorld()
