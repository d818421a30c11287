"""Redis as the queue's broker, which forgets what a worker has taken, and loses what it is told to."""

import random
import signal
import time
from collections.abc import Iterator

import pytest
from redis import Redis

from tests.chaos import processes
from tests.chaos.killing import kill_busy_workers
from tests.chaos.servers import free_port, running_redis
from tests.chaos.world import World

pytestmark = pytest.mark.chaos
FOUND_AGAIN_SECONDS = 120


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    with running_redis(free_port()) as url:
        yield {"PORTAL_REDIS_URL": url}


def test_a_message_that_the_broker_loses_is_queued_again(world: World, environment: dict[str, str]) -> None:
    pusher = world.portal.cluster().pusher
    processes.send(pusher, signal.SIGSTOP)
    time.sleep(2)  # longer than the pusher waits in Redis, which would hand the message to it
    world.start()
    with Redis.from_url(environment["PORTAL_REDIS_URL"]) as redis:
        lost = redis.delete("django_q:cycles:q")
    processes.send(pusher, signal.SIGCONT)

    world.wait(lambda: world.cycle_id() > 0, "the job was not queued again", seconds=FOUND_AGAIN_SECONDS)
    assert lost == 1
    world.clean()
    world.check_quiet()


def test_tasks_that_die_with_their_workers_are_queued_again(world: World, dice: random.Random) -> None:
    world.service.fault("users.*", "latency_ms", latency_ms=100, times=0)
    world.start()

    assert kill_busy_workers(world, dice, kills=5, pause=1.5) == 5
    world.rest()
    world.check_safe()
    world.clean()
    world.check_quiet()
