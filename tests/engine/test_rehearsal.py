"""A preview walks the whole way and leaves nothing behind."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from provisioning.choices import Action, ObjectType
from provisioning.connectors.base import Connector
from provisioning.connectors.memory import Memory, MemoryWithSwitch, Service
from provisioning.engine.rehearsal import Rehearsal
from provisioning.errors import ServerError
from provisioning.records import Candidate, Exchange, ObjectState
from provisioning.texts import say
from tests.engine.values import make_rules, make_source, make_state
from tests.engine.walking import DISABLED, PURGED, UNASSIGNED, known, sent, walked

USER, GROUP = ObjectType.USER, ObjectType.GROUP
WRITES: list[Callable[[Connector], object]] = [
    lambda target: target.create(USER, {"userName": "bo@contoso.example"}),
    lambda target: target.update(USER, "1", {"displayName": "Bosse"}),
    lambda target: target.disable(USER, "1"),
    lambda target: target.enable(USER, "1", {"displayName": "Bosse"}),
    lambda target: target.delete(USER, "1"),
    lambda target: target.add_members("1", ["1"]),
    lambda target: target.remove_members("1", ["1"]),
]


@pytest.mark.parametrize("write", WRITES)
def test_nothing_is_written(linked: Memory, write: Callable[[Connector], object]) -> None:
    linked.create(GROUP, {"displayName": "Sales"})
    before = (dict(linked.service.users), dict(linked.service.groups))
    linked.service.requests.clear()

    write(Rehearsal(linked))

    assert (sent(linked), (linked.service.users, linked.service.groups)) == ({}, before)


def test_what_is_read_is_real(linked: Memory) -> None:
    rehearsal = Rehearsal(linked)

    assert rehearsal.get(USER, "1") == linked.get(USER, "1")
    assert rehearsal.find(USER, "userName", "user1@contoso.example") == [linked.service.users["1"]]
    assert rehearsal.list(USER) == linked.list(USER)
    assert rehearsal.test_connection() == linked.test_connection()
    assert rehearsal.translate(USER, {"roles": ("b", "a")}, {}) == {"roles": ("a", "b")}
    assert rehearsal.schema(USER) is linked.schema(USER)


def test_what_fails_to_be_read_fails(linked: Memory) -> None:
    linked.service.fail("get", ServerError(say("down")))

    with pytest.raises(ServerError):
        Rehearsal(linked).get(USER, "1")


def test_what_was_said_is_told() -> None:
    said = (Exchange(method="GET", url="https://target.example"),)

    class Talking(Memory):
        def exchanges(self) -> tuple[Exchange, ...]:
            return said

    assert Rehearsal(Talking()).exchanges() == said


def test_it_can_do_what_the_target_can() -> None:
    class Odd(MemoryWithSwitch):
        touched_by_disable = frozenset({"roles"})
        can_filter = can_disable = False
        page_size = members_per_request = 3
        members_attribute = "people"
        requests_per_second = 2.5

    target = Odd()
    rehearsal = Rehearsal(target)
    declared = {name for name in Connector.__annotations__ if hasattr(Connector, name)}

    assert declared
    assert {name: getattr(rehearsal, name) for name in declared} == {name: getattr(target, name) for name in declared}


@pytest.mark.parametrize(
    ("source", "state", "action"),
    [
        ({"key": 2}, None, Action.CREATE),
        ({"attributes": {"surname": "New"}}, None, Action.UPDATE),
        ({"attributes": {"surname": "New"}}, make_state(), Action.UPDATE),
        (DISABLED, make_state(), Action.DISABLE),
        (UNASSIGNED, make_state(), Action.DISABLE),
        (PURGED, make_state(), Action.DELETE),
        ({}, make_state(disabled=True), Action.UPDATE),
    ],
)
def test_a_preview_tells_what_the_real_run_then_does(
    linked: Memory, source: dict[str, Any], state: ObjectState | None, action: Action
) -> None:
    candidate = Candidate(make_source(**source), state)
    rules = replace(make_rules(), preview=True)

    preview = walked(candidate, Rehearsal(linked), rules)
    run = walked(candidate, linked)

    assert preview.action is run.action is action
    assert (str(preview.reason), preview.modified) == (str(run.reason), run.modified)


def test_each_account_of_a_preview_has_an_id_of_its_own() -> None:
    rehearsal = Rehearsal(Memory(service=Service()))

    ids = {known(walked(Candidate(make_source(key)), rehearsal)).target_id for key in (1, 2, 3)}

    assert ids == {"preview-1", "preview-2", "preview-3"}
