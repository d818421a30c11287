"""The few faults with real processes that every change has to survive: three kills, and one of an idle worker."""

import random
import signal
import time

import pytest

from tests.chaos import processes
from tests.chaos.killing import kill_busy_workers
from tests.chaos.portal import Portal
from tests.chaos.world import World

pytestmark = pytest.mark.chaos_ci
RECOVERY_SECONDS = 120


def test_a_first_cycle_survives_three_killed_workers(world: World, portal: Portal, dice: random.Random) -> None:
    world.service.fault("users.*", "latency_ms", latency_ms=100, times=0)
    world.start()

    assert kill_busy_workers(world, dice, kills=3, pause=1.5) == 3
    world.rest()
    world.clean()
    world.check_quiet()


def test_a_cluster_that_hangs_since_an_idle_worker_was_killed_is_back_within_two_minutes(
    world: World, portal: Portal
) -> None:
    cluster = portal.cluster()
    for pid in cluster.workers:
        processes.send(pid, signal.SIGKILL)
    began = time.monotonic()

    world.start()
    world.wait(lambda: world.cycle_id() > 0, "nothing was done", seconds=RECOVERY_SECONDS)
    assert not processes.is_alive(cluster.pid), "It did not hang; nothing was recovered."
    world.clean()
    world.check_quiet()
    assert time.monotonic() - began < 2 * RECOVERY_SECONDS
