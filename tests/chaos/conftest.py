"""The stand-in, a portal for the tests of a file, and the seed of everything that is random."""

import os
import random
import secrets
import sys
from collections.abc import Iterator

import pytest

from tests.chaos.portal import Portal, running_portal
from tests.chaos.servers import free_port
from tests.chaos.world import World
from tests.goto_service import GotoService, running_service

SEED = os.environ.setdefault("CHAOS_SEED", str(secrets.randbelow(10**6)))
PEOPLE = 300


@pytest.fixture(autouse=True)
def dice(request: pytest.FixtureRequest) -> random.Random:
    """All chances of a test. A failure shows the seed; the same CHAOS_SEED gives the same chances again."""
    sys.stdout.write(f"CHAOS_SEED={SEED}\n")
    return random.Random(f"{SEED} {request.node.name}")


@pytest.fixture(scope="module")
def people(request: pytest.FixtureRequest) -> int:
    """How many people the directory has; a file that needs another number says so in PEOPLE."""
    return int(getattr(request.module, "PEOPLE", PEOPLE))


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    """More of the portal's environment; files override it."""
    return {}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GotoService]:
    with running_service(tmp_path_factory.mktemp("goto"), "--empty") as service:
        yield service


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory, people: int, environment: dict[str, str]) -> Iterator[Portal]:
    """A portal whose directory is filled."""
    with running_portal(tmp_path_factory.mktemp("portal"), free_port(), **environment) as portal:
        portal.ask("fill", users=people, seed=int(SEED))
        yield portal


@pytest.fixture
def service(running: GotoService) -> GotoService:
    return running


@pytest.fixture
def world(portal: Portal, service: GotoService, dice: random.Random) -> World:
    """A new job, nothing provisioned yet."""
    return World(portal, service, dice)
