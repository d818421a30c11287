"""The world of rows, for tests that run whole cycles over them."""

import pytest

from tests.jobs.world import RowWorld


@pytest.fixture
def world(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> RowWorld:
    return RowWorld(monkeypatch)


@pytest.fixture
def rows(db: None, monkeypatch: pytest.MonkeyPatch) -> RowWorld:
    """The same inside one transaction that is rolled back: quicker, for tests with one connection."""
    return RowWorld(monkeypatch)
