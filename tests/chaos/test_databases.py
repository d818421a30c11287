"""PostgreSQL as the database: it is restarted in the midst of a cycle, and two hosts share it."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests.chaos.killing import await_busy, kill_busy_workers
from tests.chaos.portal import ROOT, Portal
from tests.chaos.servers import Postgres, free_port, running_postgres
from tests.chaos.world import World

pytestmark = pytest.mark.chaos
PEOPLE = 2000


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with running_postgres(free_port()) as server:
        yield server


@pytest.fixture(scope="module")
def environment(postgres: Postgres) -> dict[str, str]:
    return {"PORTAL_DATABASE_URL": postgres.url}


@pytest.fixture
def other_host(portal: Portal) -> Iterator["subprocess.Popen[bytes]"]:
    """Another host's cluster on the portal's database, with workers of its own."""
    words = [sys.executable, "-m", "tests.chaos.second_host", "second-host", "qcluster", "--name", "cycles"]
    with (portal.folder / "second-host.log").open("wb") as log:
        process = subprocess.Popen(words, cwd=ROOT, env=portal.env, stdout=log, stderr=log, start_new_session=True)
    yield process
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.mark.parametrize("mode", ["immediate", "fast"])
def test_a_cycle_survives_restarts_of_the_database(
    world: World, postgres: Postgres, dice: random.Random, mode: str
) -> None:
    world.service.fault("users.*", "latency_ms", latency_ms=150, times=0)
    world.start()
    for _ in range(2):
        assert await_busy(world, dice), "The cycle ended too early for the restart to fall into it."
        time.sleep(dice.uniform(0, 1.5))
        postgres.restart(mode)
    world.rest()
    world.check_safe()
    world.clean()
    world.check_quiet()


def test_killed_workers_lose_nothing_on_postgresql(world: World, dice: random.Random) -> None:
    world.service.fault("users.*", "latency_ms", latency_ms=100, times=0)
    world.start()

    assert kill_busy_workers(world, dice, kills=5, pause=1.5) == 5
    world.rest()
    world.check_safe()
    world.clean()
    world.check_quiet()


def test_two_hosts_share_one_job(world: World, dice: random.Random, other_host: "subprocess.Popen[bytes]") -> None:
    world.service.fault("users.*", "latency_ms", latency_ms=150, times=0)
    world.start()
    hosts: set[str] = set()
    while len(hosts) < 2 and (world.is_running() or not world.cycle_id()):
        hosts |= {owner.rpartition(":")[0] for owner in world.portal.ask("owners").values()}
        world.portal.ask("queue", job=world.job, times=2)
        time.sleep(0.2)
    kill_busy_workers(world, dice, kills=3, pause=2)
    world.rest()

    assert "second-host" in hosts
    world.check_safe()
    world.clean()
    world.check_quiet()
