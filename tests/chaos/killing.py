"""Killing and freezing the workers that have something in hand, at random moments."""

import random
import signal
import time

from tests.chaos import processes
from tests.chaos.portal import Portal
from tests.chaos.world import World

LOOKS_A_SECOND = 20


def kill_busy_workers(world: World, dice: random.Random, kills: int, pause: float) -> int:
    """SIGKILL one busy worker after another, each after a random pause. Gives how many, as the cycle may end before."""
    killed = 0
    while killed < kills:
        time.sleep(dice.uniform(0, pause))
        pid = await_busy(world, dice)
        if pid is None:
            break
        processes.send(pid, signal.SIGKILL)
        killed += 1
    return killed


def await_busy(world: World, dice: random.Random, seconds: float = 60) -> int | None:
    """A worker that holds a slice; None when the cycle has ended."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        living = sorted(pid for pid in world.portal.busy() if processes.is_alive(pid))
        if living:
            return dice.choice(living)
        if world.cycle_id() and not world.is_running():
            return None
        time.sleep(1 / LOOKS_A_SECOND)
    raise TimeoutError(f"For {seconds} s nobody took up the cycle: {world.status()}")


def freeze(portal: Portal, pid: int) -> None:
    """Outside a transaction: frozen inside one, a worker would hold up everybody until it wakes, by SQLite's nature."""
    processes.send(pid, signal.SIGSTOP)
    while not portal.ask("may_write"):
        processes.send(pid, signal.SIGCONT)
        time.sleep(0.05)
        processes.send(pid, signal.SIGSTOP)
