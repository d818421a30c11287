"""One stand-in for all tests of this folder, with the demo data fresh for each test."""

from collections.abc import Iterator

import pytest

from tests.goto_service import GotoService, running_service
from tests.sandbox.api import AdminApi, Scim, signed_in


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GotoService]:
    with running_service(tmp_path_factory.mktemp("goto")) as service:
        yield service


@pytest.fixture
def service(running: GotoService) -> GotoService:
    running.reset()
    return running


@pytest.fixture
def admin(service: GotoService) -> Iterator[AdminApi]:
    with signed_in(service, service.admin, service.admin_password) as api:
        yield api


@pytest.fixture
def scim(service: GotoService, admin: AdminApi) -> Iterator[Scim]:
    with Scim(service, str(admin.headers["Authorization"]).removeprefix("Bearer ")) as api:
        yield api
