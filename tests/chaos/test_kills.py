"""Workers that die or freeze, and messages that come twice, in the midst of a cycle over 2,000 people."""

import random
import signal
import time

import pytest

from tests.chaos import processes
from tests.chaos.killing import await_busy, freeze, kill_busy_workers
from tests.chaos.portal import pid_of
from tests.chaos.world import World

pytestmark = pytest.mark.chaos
PEOPLE = 2000
KILLS = 20


def slowly(world: World) -> None:
    """Slow enough answers that a cycle over everybody lasts a while."""
    world.service.fault("users.*", "latency_ms", latency_ms=150, times=0)


def freeze_one(world: World, dice: random.Random) -> bool:
    """Freeze a worker until another one has taken its slice over, and wake it. False when the slice was done before."""
    time.sleep(dice.uniform(0, 2))
    if not await_busy(world, dice):
        return False
    pk, owner = dice.choice(sorted(world.portal.ask("owners").items()))
    freeze(world.portal, pid_of(owner))

    def now() -> dict[str, str | None]:
        found: dict[str, str | None] = world.portal.ask("slice_of", pk=int(pk))
        return found

    world.wait(lambda: now()["owner"] != owner or bool(now()["done_at"]), "nobody took the slice over")
    time.sleep(dice.uniform(0, 1))
    processes.send(pid_of(owner), signal.SIGCONT)
    return now()["owner"] != owner


def test_a_first_cycle_survives_twenty_killed_workers(world: World, dice: random.Random) -> None:
    slowly(world)
    world.start()

    assert kill_busy_workers(world, dice, KILLS, pause=3) == KILLS
    world.rest()
    world.check_safe()
    world.clean()
    world.check_quiet()


def test_a_cycle_of_changes_survives_killed_workers(world: World, dice: random.Random) -> None:
    world.start()
    world.rest()
    world.clean()
    world.check_quiet()
    world.alter(count=30)
    slowly(world)
    world.sync()
    kill_busy_workers(world, dice, kills=5, pause=1)
    world.rest()
    world.check_safe()
    world.clean()
    world.check_quiet()


def test_changes_that_come_while_a_cycle_runs_are_not_lost(world: World, dice: random.Random) -> None:
    everybody = [each["id"] for each in world.rows()["users"]]
    slowly(world)
    world.start()
    for number in range(4):
        time.sleep(dice.uniform(0, 1.5))
        world.portal.ask("touch", keys=dice.sample(everybody, 40), surname=f"Changed {number}")
        kill_busy_workers(world, dice, kills=1, pause=0.5)
    world.rest()
    world.check_safe()
    world.clean()
    world.check_quiet()


def test_a_worker_that_was_frozen_past_its_lease_does_no_harm_when_it_wakes(world: World, dice: random.Random) -> None:
    slowly(world)
    world.start()
    taken_over = [freeze_one(world, dice) for _ in range(3)]
    assert any(taken_over), "Each slice was done before its worker froze: this proves nothing."
    world.rest()
    world.check_safe()
    world.clean()
    world.check_quiet()


def test_messages_that_come_many_times_start_one_cycle(world: World) -> None:
    world.start()
    for _ in range(10):
        world.portal.ask("queue", job=world.job, times=3)
        time.sleep(0.5)
    world.rest()

    assert len(world.portal.ask("facts", job=world.job)["cycles"]) == 1
    world.check_safe()
    world.clean()
    world.check_quiet()
