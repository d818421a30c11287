"""What keeps a cycle right is broken on purpose, one at a time: the simulator must find each within a few seeds."""

from collections.abc import Callable, Sequence

import pytest

from provisioning.choices import CycleKind, CycleStatus
from provisioning.connectors.base import Write, Written
from provisioning.engine.budget import Budget
from provisioning.engine.ports import Lease, Progress
from provisioning.records import GuardRules
from tests.engine import memory_phases
from tests.engine.memory_job import MemoryJob, MemorySlice
from tests.engine.memory_store import MemoryStore
from tests.simulator import world
from tests.simulator.simulation import Simulation
from tests.simulator.stage import Odds, Violation
from tests.simulator.world import TargetWithBulk

SEEDS = range(1, 121)
FROZEN = Odds(switch=0.5, kill=0.0, freeze=0.02)
DEADLY = Odds(switch=0.5, kill=0.01, freeze=0.0)


class WithoutLease(MemoryStore):
    """A claim takes what others have in hand."""

    def _has_lapsed(self, slice_: MemorySlice) -> bool:
        return True


class WithoutFencing(MemoryStore):
    """Who lost a slice may still record for it."""

    def _is_mine(self, lease: Lease) -> bool:
        return not self.cycle.slices[lease.slice_id].done


class StaleWatermark(MemoryStore):
    """The watermark is the head at the end of the cycle: what changed meanwhile is never looked at."""

    def advance(self) -> Progress:
        progress = super().advance()
        if self.cycle.status is CycleStatus.COMPLETED and self.cycle.kind is not CycleKind.PREVIEW:
            self.job.watermark = self.job.directory.head
        return progress


def found(make_store: Callable[..., MemoryStore] = MemoryStore, odds: Odds = FROZEN) -> list[str]:
    """What was violated, up to the first seed that finds anything."""
    for seed in SEEDS:
        try:
            Simulation(seed, make_store, odds).run()
        except Violation as violation:
            return [str(violation)]
    return []


@pytest.mark.parametrize("broken", [WithoutLease, WithoutFencing, StaleWatermark])
def test_a_broken_store_is_found(broken: type[MemoryStore]) -> None:
    assert found(broken)


def test_a_broken_guard_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def lets_pass(rules: GuardRules | None, removals: int, existing: int) -> bool:
        return False

    monkeypatch.setattr(memory_phases, "holds", lets_pass)

    assert "the guard let" in found()[0]


def test_requests_that_outlive_their_lease_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Budget, "check", lambda self: None)

    assert "without a lease" in found()[0]


def test_a_bulk_without_an_answer_that_is_taken_for_not_done_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    sends = TargetWithBulk.bulk

    def not_done(target: TargetWithBulk, writes: Sequence[Write]) -> Sequence[Written]:
        return [Written(alone=True) if each.whole else each for each in sends(target, writes)]

    monkeypatch.setattr(TargetWithBulk, "bulk", not_done)
    monkeypatch.setattr(world, "KINDS", (TargetWithBulk,))

    assert "gets a second account" in found()[0]


def test_a_dead_workers_accounts_that_are_forgotten_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def forget(job: MemoryJob, slice_: MemorySlice) -> None:
        slice_.intents.clear()

    monkeypatch.setattr(MemoryJob, "vanished", forget)

    assert found(odds=DEADLY)
