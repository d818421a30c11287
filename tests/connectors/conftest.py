"""One stand-in for GoTo for all tests of this folder, with the demo data fresh for each test."""

from collections.abc import Callable, Iterator

import pytest

from provisioning.connectors.goto import GoTo
from tests.connectors.connecting import connecting
from tests.goto_service import GotoService, running_service

Connect = Callable[..., GoTo]


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GotoService]:
    with running_service(tmp_path_factory.mktemp("goto")) as service:
        yield service


@pytest.fixture
def service(running: GotoService) -> GotoService:
    running.reset()
    running.clear_faults()
    return running


@pytest.fixture
def connect(service: GotoService) -> Iterator[Connect]:
    with connecting(service, GoTo) as connect:
        yield connect
