"""The world of rows, for pages that show what whole cycles left."""

import pytest

from tests.jobs.world import RowWorld


@pytest.fixture
def world(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> RowWorld:
    return RowWorld(monkeypatch)
