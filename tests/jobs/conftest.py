"""The world of rows, for tests that run whole cycles over them."""

import pytest

from tests.jobs.imports_world import ImportWorld
from tests.jobs.world import RowWorld


@pytest.fixture
def world(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> RowWorld:
    return RowWorld(monkeypatch)


@pytest.fixture
def rows(db: None, monkeypatch: pytest.MonkeyPatch) -> RowWorld:
    """The same inside one transaction that is rolled back: quicker, for tests with one connection."""
    return RowWorld(monkeypatch)


@pytest.fixture
def imports(db: None, monkeypatch: pytest.MonkeyPatch) -> ImportWorld:
    """A directory with a source in memory, inside one transaction that is rolled back."""
    return ImportWorld(monkeypatch)


@pytest.fixture
def real_imports(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> ImportWorld:
    """The same with real commits, for kills."""
    return ImportWorld(monkeypatch)
