"""What disabling takes away besides access is remembered; enabling gives back what the mapping says, and no more."""

from dataclasses import replace
from typing import Any

import pytest

from provisioning.choices import Action, ObjectType, Status
from provisioning.connectors.memory import Memory
from provisioning.errors import IdentityLocked, RequestTimeout
from provisioning.records import Attributes, Candidate, ModifiedProperty, Outcome
from provisioning.texts import say
from tests.engine.values import make_rules, make_source, make_state
from tests.engine.walking import UNASSIGNED, account, known, walk, walked

USER = ObjectType.USER


class Licensed(Memory):
    """Disabling takes roles away, as GoTo's licences and administrator roles; `locked` attributes are never changed."""

    touched_by_disable = frozenset({"roles"})
    locked: frozenset[str] = frozenset()

    def disable(self, type_: ObjectType, id_: str) -> None:
        super().disable(type_, id_)
        self.has(id_, roles=())

    def enable(self, type_: ObjectType, id_: str, values: Attributes) -> None:
        super().enable(type_, id_, self._unlocked(values))
        self._tell(values)

    def update(self, type_: ObjectType, id_: str, changes: Attributes) -> None:
        super().update(type_, id_, self._unlocked(changes))
        self._tell(changes)

    def has(self, id_: str, **values: Any) -> None:
        """Somebody changes the account behind our back."""
        found = self.service.users[id_]
        self.service.users[id_] = replace(found, attributes={**found.attributes, **values})

    def _unlocked(self, values: Attributes) -> Attributes:
        return {name: value for name, value in values.items() if name not in self.locked}

    def _tell(self, values: Attributes) -> None:
        if self.locked & values.keys():
            error = IdentityLocked(say("It is locked."))
            error.locked = self.locked & values.keys()
            raise error


@pytest.fixture
def licensed(linked: Memory) -> Licensed:
    return Licensed(service=linked.service)


def told(outcome: Outcome) -> list[str]:
    return [str(each.text) for each in outcome.steps]


# --- what was taken


def test_what_the_account_really_had_is_remembered_and_told(licensed: Licensed) -> None:
    licensed.has("1", roles=("Admin", "Staff"))

    outcome = walk(licensed, make_state(), **UNASSIGNED)

    assert known(outcome).taken == {"roles": ("Admin", "Staff")}
    assert outcome.modified == (ModifiedProperty("roles", ("Admin", "Staff"), None),)
    assert {"roles": "Admin, Staff"} in [each.details for each in outcome.steps]


def test_enabling_gives_back_what_the_mapping_says_and_tells_the_rest(licensed: Licensed) -> None:
    licensed.has("1", roles=("Admin", "Staff"))
    disabled = known(walk(licensed, make_state(), **UNASSIGNED))

    outcome = walk(licensed, disabled)

    assert account(licensed).attributes["roles"] == ("Staff",)
    assert known(outcome).taken == {}
    assert "Taken away when the account was disabled, and not given back by the mapping: roles: Admin." in told(outcome)


def test_nothing_is_told_when_the_mapping_gives_everything_back(licensed: Licensed) -> None:
    disabled = known(walk(licensed, make_state(), **UNASSIGNED))

    assert not any("not given back" in each for each in told(walk(licensed, disabled)))


def test_who_had_nothing_lost_nothing(licensed: Licensed) -> None:
    licensed.has("1", roles=())

    outcome = walk(licensed, make_state(), **UNASSIGNED)

    assert (known(outcome).taken, outcome.modified) == ({}, ())


def test_what_was_taken_is_known_when_the_answer_is_lost(licensed: Licensed) -> None:
    licensed.has("1", roles=("Admin", "Staff"))
    licensed.service.fail("disable", RequestTimeout(say("Too slow.")), done=True)
    lost = walk(licensed, make_state(), **UNASSIGNED)
    assert (lost.action, lost.status) == (Action.DISABLE, Status.FAILURE)
    licensed.has("1", roles=())

    again = walk(licensed, known(lost), **UNASSIGNED)

    assert known(again).taken == {"roles": ("Admin", "Staff")}


def test_what_was_given_is_known_to_be_taken_when_a_worker_died(licensed: Licensed) -> None:
    licensed.has("1", roles=())

    outcome = walk(licensed, make_state(uncertain=True, managed=False), **UNASSIGNED)

    assert known(outcome).taken == {"roles": ("Staff",)}


# --- what is locked


def test_a_locked_name_is_told_when_somebody_is_enabled_who_has_access_all_the_same(licensed: Licensed) -> None:
    disabled = known(walk(licensed, make_state(), **UNASSIGNED))
    licensed.locked = frozenset({"familyName"})

    outcome = walk(licensed, disabled, attributes={"surname": "New"})

    assert (outcome.status, outcome.code) == (Status.FAILURE, "IdentityLocked")
    assert (account(licensed).active, account(licensed).attributes["roles"]) == (True, ("Staff",))
    state = known(outcome)
    assert (state.disabled, state.managed, state.sent["familyName"]) == (False, True, "Number 1")
    assert state.sent["roles"] == ("Staff",)


def test_who_was_enabled_with_a_locked_name_still_loses_access_when_leaving(licensed: Licensed) -> None:
    disabled = known(walk(licensed, make_state(), **UNASSIGNED))
    licensed.locked = frozenset({"familyName"})
    enabled = known(walk(licensed, disabled, attributes={"surname": "New"}))

    walk(licensed, enabled, **UNASSIGNED)

    assert account(licensed).active is False


@pytest.mark.parametrize("repair", [True, False])
def test_a_reconcile_cycle_tells_the_locked_name_again(licensed: Licensed, repair: bool) -> None:
    disabled = known(walk(licensed, make_state(), **UNASSIGNED))
    licensed.locked = frozenset({"familyName"})
    enabled = known(walk(licensed, disabled, attributes={"surname": "New"}))

    rules = replace(make_rules(), reconcile=True, repair=repair)
    listed = tuple(licensed.service.users.values())
    outcome = walked(Candidate(make_source(attributes={"surname": "New"}), enabled, listed), licensed, rules)

    assert (outcome.status, outcome.code) == (Status.FAILURE, "IdentityLocked")
    assert [each.name for each in outcome.modified] == ["familyName"]


def test_of_an_update_only_the_locked_value_is_tried_again(licensed: Licensed) -> None:
    licensed.locked = frozenset({"familyName"})

    state = known(walk(licensed, make_state(), attributes={"surname": "New", "displayName": "Newer"}))

    assert (state.sent["displayName"], state.sent["familyName"]) == ("Newer", "Number 1")


def test_a_suspended_account_with_a_locked_name_is_linked_and_enabled(licensed: Licensed) -> None:
    licensed.disable(USER, "1")
    licensed.locked = frozenset({"familyName"})

    outcome = walked(Candidate(make_source(attributes={"surname": "New"}), None), licensed)

    assert (outcome.code, known(outcome).target_id, known(outcome).disabled) == ("IdentityLocked", "1", False)
    assert account(licensed).active is True


def test_a_target_that_does_not_say_what_is_locked_is_not_believed_to_have_done_the_rest(licensed: Licensed) -> None:
    licensed.service.fail("update", IdentityLocked(say("It is locked.")))

    state = known(walk(licensed, make_state(), attributes={"surname": "New"}))

    assert state.sent["familyName"] == "Number 1"
