"""Fixtures and rules used by more than one folder, nothing else. The environment is made in settings.py beside this."""

import os
from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import timezone, translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoAssertNumQueries, Settings

from portal.accounts.models import Account
from provisioning.jobs import beat
from tests.factories import make_administrator
from tests.goto_service import GotoService, running_service
from tests.parts import ON_POSTGRES, chromium_path, find_parts

# How fast a machine makes up examples is no property of the product.
hypothesis_settings.register_profile("portal", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("portal")


@pytest.fixture(autouse=True)
def nobodys_language_and_time_zone() -> Iterator[None]:
    """A request leaves those of whoever made it behind in the thread; the next test must not speak them."""
    yield
    translation.deactivate()
    timezone.deactivate()


@pytest.fixture
def no_beat(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sign of life falls due by the clock: a test that counts statements would see its own now and then."""
    monkeypatch.setattr(beat, "write", lambda: None)


@pytest.fixture
def django_assert_num_queries(
    django_assert_num_queries: DjangoAssertNumQueries, no_beat: None
) -> DjangoAssertNumQueries:
    """What pytest-django gives, with the same statements at any time of the clock."""
    return django_assert_num_queries


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the system's Chromium, for tests marked `browser`."""
    path = chromium_path()
    assert path, "This run asks for browser tests (PORTAL_TEST_BROWSER), but no Chromium was found on the PATH."
    return path


@pytest.fixture(scope="session")
def redis_url() -> str:
    """The address of a Redis server whose database may be emptied, for tests marked `redis`."""
    return os.environ["PORTAL_TEST_REDIS"]


@pytest.fixture
def administrator(db: None) -> Account:
    """An Application Administrator, not signed in."""
    return make_administrator()


@pytest.fixture
def signed_in(client: Client, administrator: Account) -> Client:
    """A browser in which `administrator` has signed in."""
    client.force_login(administrator)
    return client


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GotoService]:
    """The stand-in for GoTo over real HTTP, one for the tests of a file."""
    with running_service(tmp_path_factory.mktemp("goto")) as service:
        yield service


@pytest.fixture
def service(running: GotoService, settings: Settings) -> GotoService:
    """The stand-in with its demo data and no faults, which the portal may reach."""
    settings.PORTAL_ALLOW_PRIVATE = True
    running.reset()
    running.clear_faults()
    return running


LONG = ("walk", "sdk")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = {part.marker for part in find_parts() if part.missing}
    if not ON_POSTGRES:
        left_out.add("postgres")  # they have a run of their own, with PostgreSQL as the database
    dropped = [item for item in items if any(item.get_closest_marker(marker) for marker in left_out)]
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = [item for item in items if item not in set(dropped)]
    # Files that take minutes go first: begun last, one would keep one process busy while the others wait for it.
    items.sort(key=lambda item: item.path.parent.name not in LONG)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for part in find_parts():
        if part.missing:
            terminalreporter.write_line(f"Left out: {part.label}: {part.missing}")
