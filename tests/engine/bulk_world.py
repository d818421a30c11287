"""A job whose target takes several writes in one request."""

from collections.abc import Callable
from typing import Any

from provisioning.choices import ObjectType
from provisioning.connectors.memory import Memory
from provisioning.errors import (
    ProvisioningError,
)
from provisioning.records import JobRules
from tests.engine.clocks import Inline
from tests.engine.world import World

USER = ObjectType.USER
SIZE = 10
PEOPLE = 6
SWITCH = 'Switch([IsSoftDeleted], , "False", "True", "True", "False")'
"""Somebody is active until he leaves."""


def bulk_world(
    number: int = PEOPLE, size: int = SIZE, target: Memory | None = None, rules: JobRules | None = None
) -> World:
    """The first cycle has begun; so many writes may go in one request."""
    world = World(number, rules=rules)
    if target:
        world.target = target
        target.service.before = world.before
    world.target.bulk_size = size
    return world


def work(world: World, size: int = SIZE) -> None:
    """Portions of this size."""
    world.target.service.requests.clear()
    world.work(Inline(size=size))


def sent(world: World, *names: str) -> dict[str, int]:
    """Requests that changed something; what goes in a Bulk request counts as well."""
    names = names or ("bulk", "create", "update")
    return {name: number for name, number in world.target.service.requests.items() if name in names}


def again(world: World) -> None:
    """What waits for another try in the cycle gets it."""
    world.clock.advance(30)
    work(world)


def failing(world: World, operation: str, error: ProvisioningError, *, done: bool = False) -> None:
    world.target.service.fail(operation, error, done=done)


def once(operation: str, do: Callable[[], Any]) -> Callable[[str, Any], None]:
    """Something happens right before the first such request."""
    left = [do]

    def before(name: str, about: Any) -> None:
        if name == operation and left:
            left.pop()()

    return before


def raising(operation: str, error: Exception) -> Callable[[str, Any], None]:
    def before(name: str, about: Any) -> None:
        if name == operation:
            raise error

    return before
