"""A portal over https for the tests of this folder."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.sdk.https_portal import https_portal


@pytest.fixture
def portal(transactional_db: None, settings: Settings, tmp_path: Path) -> Iterator[Mapping[str, str]]:
    """What a program needs to sign in to it."""
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    with https_portal(tmp_path) as told:
        yield told
