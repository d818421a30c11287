"""Writes that go together in one request: every object keeps an outcome of its own."""

from typing import Any

import pytest

from provisioning.choices import MappingType
from provisioning.connectors.memory import MemoryWithSwitch
from provisioning.errors import (
    Rejected,
    ServerError,
    TooManyRequests,
)
from provisioning.records import Rule
from provisioning.texts import say
from tests.engine.bulk_world import PEOPLE, SWITCH, USER, again, bulk_world, failing, once, sent, work
from tests.engine.clocks import Inline
from tests.engine.memory_store import MemoryStore
from tests.engine.values import RULES, make_rules
from tests.engine.world import both_rules

# --- all is well


def test_the_writes_of_a_portion_go_in_one_request() -> None:
    world = bulk_world()

    work(world)

    assert sent(world) == {"bulk": 1, "create": PEOPLE}
    assert world.counters == {"looked_at": PEOPLE, "created": PEOPLE}
    assert [each.target_id for each in map(world.state, world.states())] == [str(n + 1) for n in range(PEOPLE)]


@pytest.mark.parametrize(("size", "requests", "alone"), [(2, 3, 0), (4, 2, 0), (5, 2, 0), (1, 0, 6)])
def test_as_few_requests_as_the_target_takes(size: int, requests: int, alone: int) -> None:
    world = bulk_world(size=size)

    work(world)

    assert sent(world, "bulk").get("bulk", 0) == requests
    assert world.accounts == PEOPLE


def test_one_that_is_left_over_goes_by_itself() -> None:
    world = bulk_world(number=1)

    work(world)

    assert sent(world) == {"create": 1}


def test_changes_go_together_and_only_who_differs() -> None:
    world = bulk_world()
    work(world)
    for key in (1, 2, 3):
        world.directory.change(world.directory.objects[USER, key], displayName=f"Other {key}")
    world.begin()

    work(world)

    assert sent(world) == {"bulk": 1, "update": 3}
    assert world.counters == {"looked_at": 3, "updated": 3}


def test_accounts_that_were_there_are_linked_before_they_are_changed_together() -> None:
    world = bulk_world()
    for key in (1, 2, 3):
        world.target.create(USER, {"userName": f"user{key}@contoso.example", "displayName": "Somebody"})
    linked: list[bool] = []
    world.target.service.before = lambda operation, about: linked.extend(
        bool(world.job.target_id((USER, int(each.id)))) for each in about if operation == "bulk" and each.id
    )

    work(world)

    assert linked == [True, True, True]
    assert sent(world) == {"bulk": 2, "create": 3, "update": 3}
    assert world.counters == {"looked_at": PEOPLE, "created": 3, "updated": 3}


def test_who_leaves_is_disabled_with_the_others() -> None:
    switch = Rule(target="active", type=MappingType.EXPRESSION, source=SWITCH)
    world = bulk_world(target=MemoryWithSwitch(), rules=make_rules(*RULES, switch))
    work(world)
    world.unassign(1, 2, 3)
    world.begin()

    work(world)

    assert sent(world) == {"bulk": 1, "update": 3}
    assert world.counters == {"looked_at": 3, "disabled": 3}


def test_who_was_deleted_for_good_is_deleted_with_the_others() -> None:
    world = bulk_world()
    work(world)
    for key in (1, 2, 3):
        world.directory.purge(world.directory.objects[USER, key])
    world.target.service.remove(USER, world.state(2).target_id)
    world.begin()

    work(world)

    assert sent(world, "bulk", "delete") == {"bulk": 1, "delete": 3}
    assert world.counters == {"looked_at": 3, "deleted": 3}
    assert world.accounts == PEOPLE - 3


def test_managers_are_referred_to_together() -> None:
    world = bulk_world(rules=both_rules())
    for key in (1, 2, 3):
        world.directory.change(world.directory.objects[USER, key], manager=6)

    work(world)

    assert sent(world) == {"bulk": 2, "create": PEOPLE, "update": 3}
    assert world.target.service.users[world.state(1).target_id].attributes["manager"] == world.state(6).target_id


# --- one of them fails


def test_the_failure_of_one_is_no_failure_of_the_others() -> None:
    world = bulk_world()
    failing(world, "create", Rejected(say("no")))

    work(world)

    assert world.counters == {"looked_at": PEOPLE, "created": PEOPLE - 1, "failed": 1}
    assert [each.code for each in world.failures()] == ["UnprocessableEntity"]
    assert sent(world) == {"bulk": 1, "create": PEOPLE}


def test_who_failed_before_goes_alone() -> None:
    world = bulk_world()
    failing(world, "create", ServerError(say("busy")))
    failing(world, "create", ServerError(say("busy")))
    work(world)

    again(world)

    assert sent(world) == {"create": 2}
    assert world.counters == {"looked_at": PEOPLE, "created": PEOPLE}


def test_who_is_there_after_all_is_found_and_linked() -> None:
    world = bulk_world()
    world.target.service.before = once(
        "bulk", lambda: world.target.create(USER, {"userName": "user3@contoso.example", "displayName": "Somebody"})
    )

    work(world)

    assert world.counters == {"looked_at": PEOPLE, "created": PEOPLE - 1, "updated": 1}
    assert (world.accounts, sent(world, "bulk", "update")) == (PEOPLE, {"bulk": 1, "update": 1})


def test_whose_account_is_gone_gets_another_one() -> None:
    world = bulk_world()
    work(world)
    for key in (1, 2, 3):
        world.directory.change(world.directory.objects[USER, key], displayName=f"Other {key}")
    world.target.service.remove(USER, world.state(2).target_id)
    world.begin()

    work(world)

    assert world.counters == {"looked_at": 3, "updated": 2, "created": 1}
    assert sent(world) == {"bulk": 1, "update": 3, "create": 1}


def test_one_429_lets_the_whole_job_wait_and_the_others_are_recorded() -> None:
    world = bulk_world()
    failing(world, "create", TooManyRequests(say("slower")))

    work(world)

    assert world.job.not_before is not None
    assert world.counters["created"] == PEOPLE - 1
    assert not any(world.state(key).uncertain for key in world.states())
    again(world)
    assert world.counters == {"looked_at": PEOPLE, "created": PEOPLE}


def test_the_writes_of_the_next_portion_are_on_their_way_while_this_one_is_recorded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = bulk_world(number=9)
    order: list[str] = []
    world.target.service.before = lambda operation, about: order.append(operation) if operation == "bulk" else None
    record = MemoryStore.record

    def recorded(store: MemoryStore, *values: Any) -> Any:
        order.append("record")
        return record(store, *values)

    monkeypatch.setattr(MemoryStore, "record", recorded)
    work(world, size=1)

    assert order[:4] == ["bulk", "bulk", "record", "bulk"]
    assert world.accounts == 9


def test_the_writes_of_a_portion_mapped_meanwhile_are_on_their_way_before_the_next_is_loaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, pool = bulk_world(number=9), Inline(size=1)
    order: list[str] = []
    world.target.service.before = lambda operation, about: order.append(operation) if operation == "bulk" else None
    for name in ("load", "record"):
        done = getattr(MemoryStore, name)

        def told(store: MemoryStore, *values: Any, name: str = name, done: Any = done) -> Any:
            order.append(name)
            return done(store, *values)

        monkeypatch.setattr(MemoryStore, name, told)
    # Mapping takes until the portion before is recorded.
    monkeypatch.setattr(pool, "wait", lambda futures, seconds: bool(seconds) or order[-1] == "record")
    world.work(pool)

    assert order[:6] == ["load", "load", "bulk", "record", "bulk", "load"]
    assert world.accounts == 9
