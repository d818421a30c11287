"""A reconcile cycle compares with what the target really holds: told, or repaired."""

from dataclasses import replace
from typing import Any

import pytest

from provisioning.choices import Action, ObjectType, Origin, Status
from provisioning.connectors.memory import Memory, MemoryWithSwitch
from provisioning.records import Candidate, ModifiedProperty, ObjectState, Outcome, TargetObject
from tests.engine.values import NOW, make_rules, make_state
from tests.engine.values import make_source as person
from tests.engine.walking import account, known, sent, walked

USER = ObjectType.USER
TELL, REPAIR = False, True


def reconciled(target: Memory, repair: bool, state: ObjectState | None = None, **source: Any) -> Outcome:
    """The target was listed just now."""
    listed = tuple(target.service.users.values())
    return compared(target, listed, repair, state, **source)


def compared(
    target: Memory, listed: tuple[TargetObject, ...] | None, repair: bool, state: ObjectState | None, **source: Any
) -> Outcome:
    target.service.requests.clear()
    rules = make_rules(update=source.pop("update", True), create=source.pop("create", True))
    rules = replace(rules, reconcile=True, repair=repair)
    return walked(Candidate(person(**source), state or make_state(), listed), target, rules)


@pytest.fixture
def edited(linked: Memory) -> Memory:
    """Somebody gave person 1 another name in the target."""
    linked.update(USER, "1", {"familyName": "Nmber"})
    return linked


# --- changed values


def test_an_account_that_is_as_it_should_be_costs_no_request(linked: Memory) -> None:
    outcome = reconciled(linked, REPAIR)

    assert (outcome.status, outcome.logged, sent(linked), known(outcome)) == (Status.SUCCESS, False, {}, make_state())


def test_a_changed_value_is_told_and_left(edited: Memory) -> None:
    outcome = reconciled(edited, TELL)

    assert (outcome.action, outcome.status, outcome.code) == (Action.OTHER, Status.WARNING, "DriftFound")
    assert str(outcome.reason) == "The account was changed in Memory: familyName."
    assert outcome.modified == (ModifiedProperty("familyName", "Nmber", "Number 1"),)
    assert (sent(edited), known(outcome), outcome.logged) == ({}, make_state(), True)


def test_a_changed_value_is_told_each_time(edited: Memory) -> None:
    first = reconciled(edited, TELL)

    assert reconciled(edited, TELL, known(first)).logged is True


def test_a_changed_value_is_repaired_and_the_reason_does_not_blame_the_directory(edited: Memory) -> None:
    outcome = reconciled(edited, REPAIR)

    assert (outcome.action, sent(edited)) == (Action.UPDATE, {"update": 1})
    assert str(outcome.reason) == "The account was changed in Memory: familyName."
    assert (account(edited).attributes["familyName"], known(outcome)) == ("Number 1", make_state())


def test_with_update_off_a_changed_value_is_not_repaired(edited: Memory) -> None:
    outcome = reconciled(edited, REPAIR, update=False)

    assert (outcome.code, sent(edited)) == ("UpdateSwitchedOff", {})


def test_what_the_mapping_does_not_write_is_no_drift(linked: Memory) -> None:
    linked.update(USER, "1", {"mail": "own@contoso.example"})

    assert reconciled(linked, TELL).logged is False


@pytest.mark.parametrize("repair", [TELL, REPAIR])
def test_a_change_of_the_directory_is_sent_and_is_no_drift(linked: Memory, repair: bool) -> None:
    outcome = reconciled(linked, repair, attributes={"surname": "New"})

    assert (outcome.action, account(linked).attributes["familyName"]) == (Action.UPDATE, "New")
    assert str(outcome.reason) == "Changed in the directory: familyName."
    assert known(outcome).sent["familyName"] == "New"


def test_a_change_of_both_sides_lets_the_directory_go_first_and_is_told_the_next_time(edited: Memory) -> None:
    first = reconciled(edited, TELL, attributes={"displayName": "New"})
    assert str(first.reason) == "Changed in the directory: displayName."

    second = reconciled(edited, TELL, known(first), attributes={"displayName": "New"})
    assert str(second.reason) == "The account was changed in Memory: familyName."


# --- access


@pytest.mark.parametrize("repair", [TELL, REPAIR])
def test_an_account_that_was_disabled_in_the_target_is_told_or_enabled(linked: Memory, repair: bool) -> None:
    linked.disable(USER, "1")

    outcome = reconciled(linked, repair)

    assert str(outcome.reason) == "Access to the account was switched in Memory."
    assert (outcome.status is Status.SUCCESS, account(linked).active) == (repair, repair)


def test_an_account_that_we_disabled_and_somebody_enabled_is_ours_again_when_it_is_wanted(linked: Memory) -> None:
    outcome = reconciled(linked, REPAIR, make_state(disabled=True, managed=False))

    assert (sent(linked), known(outcome)) == ({}, make_state())


def test_where_no_mapping_switches_access_it_is_nobodys_drift(linked: Memory) -> None:
    target = MemoryWithSwitch(service=linked.service)
    target.disable(USER, "1")

    for repair in (TELL, REPAIR):
        assert (reconciled(target, repair).logged, sent(target)) == (False, {})


# --- missing accounts


def test_a_missing_account_is_told_and_not_forgotten(target: Memory) -> None:
    outcome = reconciled(target, TELL)

    assert (outcome.status, outcome.code) == (Status.WARNING, "AccountMissing")
    assert str(outcome.reason) == "The account was deleted in Memory."
    assert (sent(target), known(outcome)) == ({"get": 1}, make_state())


def test_a_missing_account_is_created_again(target: Memory) -> None:
    outcome = reconciled(target, REPAIR)

    assert (outcome.action, outcome.status, len(target.service.users)) == (Action.CREATE, Status.SUCCESS, 1)
    assert "InvalidAnchor" in [step.details.get("ErrorCode") for step in outcome.steps]


def test_a_missing_account_that_was_made_anew_is_linked(linked: Memory) -> None:
    outcome = reconciled(linked, REPAIR, make_state(target_id="77"))

    assert (known(outcome).target_id, known(outcome).origin) == ("1", Origin.ADOPTED)


def test_a_missing_account_is_looked_up_in_the_target_and_not_on_the_list(linked: Memory) -> None:
    outcome = compared(linked, (), REPAIR, make_state(target_id="77"))

    assert (sent(linked), known(outcome).target_id) == ({"get": 1, "find": 1}, "1")


def test_with_create_off_a_missing_account_is_not_created(target: Memory) -> None:
    outcome = reconciled(target, REPAIR, create=False)

    assert (outcome.code, target.service.users) == ("CreateSwitchedOff", {})


@pytest.mark.parametrize("repair", [TELL, REPAIR])
def test_an_account_younger_than_the_list_is_not_missing(linked: Memory, repair: bool) -> None:
    outcome = compared(linked, (), repair, make_state())

    assert (outcome.status, outcome.logged, sent(linked)) == (Status.SUCCESS, False, {"get": 1})


@pytest.mark.parametrize("repair", [TELL, REPAIR])
def test_without_a_list_nothing_is_compared(edited: Memory, repair: bool) -> None:
    assert (compared(edited, None, repair, make_state()).logged, sent(edited)) == (False, {})


def test_drift_that_was_found_in_a_second_try_waits_for_no_third(edited: Memory) -> None:
    outcome = reconciled(edited, TELL, make_state(tries=1, deferred_until=NOW))

    assert (outcome.code, known(outcome).tries, known(outcome).deferred_until) == ("DriftFound", 0, None)


def test_somebody_new_is_created_by_a_reconcile_cycle_too(target: Memory) -> None:
    assert compared(target, (), TELL, ObjectState()).action is Action.CREATE
