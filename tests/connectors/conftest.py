"""One stand-in for GoTo for all tests of this folder, with the demo data fresh for each test."""

from collections.abc import Callable, Iterator

import pytest

from provisioning.connectors.goto import GoTo
from provisioning.connectors.http import new_session
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
    """Make connectors to the stand-in; `connect(password="wrong")` changes a setting."""
    sessions = []

    def connect(**settings: str) -> GoTo:
        sessions.append(new_session(timeout=10, allow_private=True))
        credentials = {
            "username": service.admin,
            "password": service.admin_password,
            "client_id": service.client_id,
            "client_secret": service.client_secret,
            "token_url": service.token_url,
            "api_url": service.url,
        }
        return GoTo({**credentials, **settings}, sessions[-1])

    yield connect
    for session in sessions:
        session.close()
