"""The disk is full while a cycle is recorded."""

import random
import time
from pathlib import Path

import pytest

from tests.chaos.full_disk import mark_of
from tests.chaos.killing import await_busy
from tests.chaos.world import World

pytestmark = pytest.mark.chaos


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    return {"DJANGO_SETTINGS_MODULE": "tests.chaos.full_disk_settings"}


def test_a_cycle_goes_on_when_a_full_disk_has_room_again(world: World, dice: random.Random) -> None:
    mark = Path(mark_of(world.portal.folder))
    world.service.fault("users.*", "latency_ms", latency_ms=100, times=0)
    world.start()
    assert await_busy(world, dice)
    mark.touch()
    time.sleep(dice.uniform(8, 12))
    mark.unlink()
    world.rest()

    assert "database or disk is full" in world.portal.said()
    world.check_safe()
    world.clean()
    world.check_quiet()
