"""One person with a known account goes from scope to export: kept up, enabled, disabled, deleted."""

from typing import Any

import pytest

from provisioning.choices import Action, ObjectType, Origin, Status
from provisioning.connectors.memory import Memory
from provisioning.records import ModifiedProperty, ObjectState
from tests.engine.values import NOW, make_rules, make_state
from tests.engine.walking import UNASSIGNED, account, known, sent, walk

USER = ObjectType.USER
EQUAL = "The state of the entry in both the source and target systems already match."


# --- wanted, and the account is known


def test_no_difference_sends_nothing_and_logs_nothing(linked: Memory) -> None:
    outcome = walk(linked, make_state())

    assert (outcome.action, outcome.status, outcome.logged) == (Action.OTHER, Status.SUCCESS, False)
    assert (sent(linked), str(outcome.reason), known(outcome)) == ({}, EQUAL, make_state())


def test_no_difference_is_logged_when_the_last_outcome_was_another(linked: Memory) -> None:
    failed = make_state(status=Status.FAILURE, code="Timeout", failures=3, first_failed_at=NOW, next_try_at=NOW)

    outcome = walk(linked, failed)

    assert (outcome.logged, known(outcome)) == (True, make_state())


def test_who_is_in_scope_again_without_a_difference_is_managed_again(linked: Memory) -> None:
    assert known(walk(linked, make_state(managed=False, was_in_scope=False))) == make_state()


def test_only_what_differs_is_sent(linked: Memory) -> None:
    outcome = walk(linked, make_state(), attributes={"surname": "Åkerblom"})

    assert (outcome.action, sent(linked)) == (Action.UPDATE, {"update": 1})
    assert outcome.modified == (ModifiedProperty("familyName", "Number 1", "Åkerblom"),)
    assert account(linked).attributes["familyName"] == known(outcome).sent["familyName"] == "Åkerblom"
    assert str(outcome.reason) == "Changed in the directory: familyName."


def test_a_value_that_was_emptied_is_left_alone(linked: Memory) -> None:
    assert sent(linked) == {"create": 1}
    assert walk(linked, make_state(), attributes={"surname": ""}).logged is False


def test_with_update_off_a_difference_is_skipped_and_says_why(linked: Memory) -> None:
    outcome = walk(linked, make_state(), make_rules(update=False), attributes={"surname": "Åkerblom"})

    assert (outcome.status, outcome.code, outcome.logged) == (Status.SKIPPED, "UpdateSwitchedOff", True)
    assert sent(linked) == {}


def test_with_update_off_and_no_difference_nothing_is_told(linked: Memory) -> None:
    outcome = walk(linked, make_state(), make_rules(update=False))

    assert (outcome.status, str(outcome.reason), outcome.logged) == (Status.SUCCESS, EQUAL, False)


def test_who_is_back_is_enabled(linked: Memory) -> None:
    linked.disable(USER, "1")

    outcome = walk(linked, make_state(disabled=True, managed=False))

    assert (outcome.action, outcome.status, sent(linked)) == (Action.UPDATE, Status.SUCCESS, {"enable": 1})
    assert known(outcome) == make_state()
    assert str(outcome.reason) == "It is active and assigned again, so the account was enabled."


def test_with_update_off_who_is_back_stays_disabled(linked: Memory) -> None:
    outcome = walk(linked, make_state(disabled=True), make_rules(update=False))

    assert (outcome.code, sent(linked), known(outcome).disabled) == ("UpdateSwitchedOff", {}, True)


@pytest.mark.parametrize("change", [{"attributes": {"surname": "New"}}, {}])
def test_an_account_that_is_gone_is_created_again(target: Memory, change: dict[str, Any]) -> None:
    state = make_state(target_id="77", disabled=not change)

    outcome = walk(target, state, **change)

    assert (outcome.action, outcome.status) == (Action.CREATE, Status.SUCCESS)
    assert (known(outcome).target_id, known(outcome).disabled) == ("1", False)


def test_an_account_that_was_made_anew_by_hand_is_linked_again(linked: Memory) -> None:
    outcome = walk(linked, make_state(target_id="77"), attributes={"surname": "New"})

    assert (known(outcome).target_id, known(outcome).origin) == ("1", Origin.ADOPTED)
    assert account(linked).attributes["familyName"] == "New"


def test_with_create_off_a_gone_account_is_forgotten(target: Memory) -> None:
    outcome = walk(target, make_state(target_id="77", disabled=True), make_rules(create=False))

    assert (outcome.code, known(outcome).target_id, known(outcome).sent) == ("CreateSwitchedOff", "", {})
    assert known(outcome).disabled is False


# --- not wanted


def test_a_stranger_is_passed_over_without_a_trace(target: Memory) -> None:
    outcome = walk(target, **UNASSIGNED)

    assert (outcome.status, outcome.logged, outcome.state, sent(target)) == (Status.SKIPPED, False, None, {})


@pytest.mark.parametrize("gone", [{"soft_deleted": True}, {"soft_deleted": True, "purged": True}])
def test_a_deleted_person_who_never_had_an_account_is_passed_over(target: Memory, gone: dict[str, Any]) -> None:
    outcome = walk(target, **gone)

    assert (outcome.logged, outcome.state, sent(target)) == (False, None, {})


def test_who_is_assigned_but_disabled_is_skipped_once_and_remembered(target: Memory) -> None:
    first = walk(target, active=False)
    second = walk(target, known(first), active=False)

    assert (first.status, first.code, first.logged, sent(target)) == (Status.SKIPPED, "NotActiveInSource", True, {})
    assert second.logged is False


@pytest.mark.parametrize(
    ("source", "managed"),
    [(UNASSIGNED, False), ({"active": False}, True), ({"soft_deleted": True}, True)],
)
def test_who_leaves_is_disabled(linked: Memory, source: dict[str, Any], managed: bool) -> None:
    outcome = walk(linked, make_state(), **source)

    assert (outcome.action, outcome.status, sent(linked)) == (Action.DISABLE, Status.SUCCESS, {"disable": 1})
    assert account(linked).active is False
    assert (known(outcome).disabled, known(outcome).managed, known(outcome).target_id) == (True, managed, "1")


def test_what_disabling_touches_is_forgotten_so_that_enabling_sends_it_again(linked: Memory) -> None:
    class Licensed(Memory):
        touched_by_disable = frozenset({"roles"})

    licensed = Licensed(service=linked.service)

    outcome = walk(licensed, make_state(), **UNASSIGNED)

    assert "roles" not in known(outcome).sent
    assert outcome.modified == (ModifiedProperty("roles", ("Staff",), None),)
    assert walk(licensed, known(outcome)).modified == (ModifiedProperty("roles", None, ("Staff",)),)


def test_who_is_disabled_already_is_not_disabled_again(linked: Memory) -> None:
    state = make_state(disabled=True, status=Status.SUCCESS)

    outcome = walk(linked, state, **UNASSIGNED)

    assert (outcome.status, outcome.code, sent(linked)) == (Status.SKIPPED, "NotEffectivelyEntitled", {})
    assert known(outcome).managed is False


def test_who_is_assigned_again_while_disabled_in_the_directory_is_managed_again(linked: Memory) -> None:
    outcome = walk(linked, make_state(disabled=True, managed=False), active=False)

    assert (sent(linked), known(outcome).managed) == ({}, True)


def test_an_account_of_somebody_who_never_was_in_scope_is_left_alone(linked: Memory) -> None:
    walk(linked, make_state(was_in_scope=False, managed=False), **UNASSIGNED)

    assert (sent(linked), account(linked).active) == ({}, True)


def test_with_update_off_nobody_is_disabled_and_the_reason_says_so(linked: Memory) -> None:
    outcome = walk(linked, make_state(), make_rules(update=False), **UNASSIGNED)

    assert (outcome.status, outcome.code, sent(linked)) == (Status.SKIPPED, "UpdateSwitchedOff", {})
    assert known(outcome).managed is False
    assert walk(linked, known(outcome), **UNASSIGNED).action == Action.DISABLE


def test_who_was_deleted_for_good_is_deleted(linked: Memory) -> None:
    state = make_state(disabled=True)

    outcome = walk(linked, state, soft_deleted=True, purged=True)

    assert (outcome.action, outcome.status, sent(linked)) == (Action.DELETE, Status.SUCCESS, {"delete": 1})
    assert linked.service.users == {}
    assert known(outcome) == ObjectState(was_in_scope=True, status=Status.SUCCESS)
    assert outcome.target_id == "1"


def test_with_delete_off_nobody_is_deleted(linked: Memory) -> None:
    outcome = walk(linked, make_state(), make_rules(delete=False), soft_deleted=True, purged=True)

    assert (outcome.action, sent(linked)) == (Action.DISABLE, {"disable": 1})


def test_who_left_the_scope_before_is_not_deleted(linked: Memory) -> None:
    state = make_state(disabled=True, managed=False)

    outcome = walk(linked, state, soft_deleted=True, purged=True, **UNASSIGNED)

    assert (outcome.status, sent(linked)) == (Status.SKIPPED, {})
