"""Two hundred seeds: whatever happens, the target ends as the directory says, and nothing forbidden was ever done."""

import pytest

from tests.simulator.simulation import Simulation

CHUNK, SEEDS = 10, 200


@pytest.mark.parametrize("first", range(1, SEEDS + 1, CHUNK))
def test_nothing_is_violated(first: int) -> None:
    for seed in range(first, first + CHUNK):
        Simulation(seed).run()


def test_a_seed_is_replayed_exactly() -> None:
    first, second = Simulation(7), Simulation(7)

    first.run()
    second.run()

    assert first.stage.trace == second.stage.trace
