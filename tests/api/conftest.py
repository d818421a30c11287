"""Fixtures of the tests of the API."""

import pytest

from provisioning.choices import ApiScope
from tests.api.face import Face


@pytest.fixture
def face(db: None) -> Face:
    """A program that may manage."""
    return Face()


@pytest.fixture
def reader(db: None) -> Face:
    """A program that may only read."""
    return Face(ApiScope.READ)
