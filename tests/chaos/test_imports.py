"""Workers that die or freeze while the directory is imported over HTTPS from a Graph of the test's own."""

import random
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.chaos.importing import APPLY, READ, Importing, SlowGraph
from tests.chaos.portal import Portal, running_portal
from tests.chaos.servers import free_port, running_postgres
from tests.wire.servers import http_server, local_authority

pytestmark = pytest.mark.chaos
PEOPLE, TEAMS = 3000, 30
LATENCY = 0.25


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def portal(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """With an empty directory, on either database."""
    with ExitStack() as stack:
        environment = {}
        if request.param == "postgresql":
            environment["PORTAL_DATABASE_URL"] = stack.enter_context(running_postgres(free_port())).url
        folder = tmp_path_factory.mktemp("portal")
        yield stack.enter_context(running_portal(folder, free_port(), **environment))


@pytest.fixture
def importing(portal: Portal, tmp_path_factory: pytest.TempPathFactory, dice: random.Random) -> Iterator[Importing]:
    """A portal that reads an empty tenant, with certificates of an authority of the tenant's own."""
    authority = local_authority(tmp_path_factory.mktemp("authority"))
    graph = SlowGraph(authority)
    with http_server(graph.answering, authority.server) as graph.url:
        yield Importing(portal, graph, dice)


def test_a_whole_import_survives_many_killed_workers(importing: Importing) -> None:
    importing.fill(PEOPLE, TEAMS)
    importing.graph.latency = LATENCY
    importing.start()

    killed = [importing.kill(phase) for phase in (READ, READ, READ, READ, APPLY, APPLY, APPLY)]
    told = importing.rest()

    assert killed[:5] == [True] * 5, "It was over too early: this proves nothing."
    importing.check_told(told, "snapshot", claims=1 + sum(killed))
    importing.check_equal()


def test_an_import_of_changes_survives_killed_workers_and_takes_nothing_from_anybody(importing: Importing) -> None:
    importing.fill(PEOPLE, TEAMS)
    importing.start()
    importing.rest()
    before = importing.here()
    importing.alter()
    importing.graph.latency = LATENCY
    importing.start()
    killed = []
    for phase in (READ, READ, APPLY, APPLY, APPLY):
        killed.append(importing.kill(phase))
        importing.check_nobody_lost(before)
    told = importing.rest()

    assert killed[:3] == [True] * 3, "It was over too early: this proves nothing."
    importing.check_told(told, "changes", claims=1 + sum(killed))
    importing.check_equal()


@pytest.mark.parametrize("phase", [READ, APPLY])
def test_a_worker_frozen_past_its_lease_does_no_harm_when_it_wakes(importing: Importing, phase: str) -> None:
    importing.fill(PEOPLE, TEAMS)
    importing.graph.latency = LATENCY
    importing.start()

    assert importing.freeze(phase), "It was over before the worker froze: this proves nothing."
    told = importing.rest()

    importing.check_told(told, "snapshot", claims=2)
    importing.check_equal()
