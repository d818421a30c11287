"""The target in memory, empty and with one account."""

import pytest

from provisioning.choices import ObjectType
from provisioning.connectors.memory import Memory
from tests.engine.values import make_state


@pytest.fixture
def target() -> Memory:
    """Nobody has an account."""
    return Memory()


@pytest.fixture
def linked(target: Memory) -> Memory:
    """Person 1 has the account that `make_state()` knows."""
    target.create(ObjectType.USER, make_state().sent)
    return target
