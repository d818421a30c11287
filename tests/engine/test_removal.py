"""What goes first when access is taken away, and the accounts of leavers that we do not know for sure."""

from dataclasses import replace
from typing import Any

import pytest

from provisioning.choices import Action, MappingType, ObjectType, Status
from provisioning.connectors.memory import Memory, MemoryWithSwitch
from provisioning.errors import Rejected, RequestTimeout, TooManyRequests
from provisioning.records import Attributes, Candidate, ObjectState, Outcome, Rule
from provisioning.texts import say
from tests.engine.values import RULES, make_rules, make_source, make_state
from tests.engine.walking import DISABLED, PURGED, UNASSIGNED, account, known, sent, walk, walked

USER = ObjectType.USER
BARRED = "NotActiveInSource"
OFF = Rule(target="active", type=MappingType.CONSTANT, source="False")
UPDATE = {"update": 1}
NOTHING: dict[str, int] = {}


def leaver(state: ObjectState | None = None, **source: Any) -> Candidate:
    return Candidate(make_source(**(source or UNASSIGNED)), state or make_state())


# --- an account that we may have without knowing it


def lost_creation(target: Memory) -> ObjectState:
    """The account was created, and the answer never came."""
    target.service.fail("create", RequestTimeout(say("slow")), done=True)
    return known(walk(target))


def test_after_a_lost_answer_who_left_meanwhile_is_looked_up_and_disabled(target: Memory) -> None:
    state = lost_creation(target)

    outcome = walk(target, state, **UNASSIGNED)

    assert (outcome.action, sent(target), account(target).active) == (Action.DISABLE, {"find": 1, "disable": 1}, False)
    assert (known(outcome).target_id, known(outcome).uncertain, known(outcome).disabled) == ("1", False, True)


def test_after_a_lost_answer_who_was_purged_meanwhile_is_deleted(target: Memory) -> None:
    assert walk(target, lost_creation(target), **PURGED).action is Action.DELETE
    assert target.service.users == {}


def test_after_a_lost_answer_the_account_of_who_left_is_staged_by_the_cycle(target: Memory) -> None:
    outcome = walked(leaver(lost_creation(target)), target, stage=True)

    assert outcome.staged is not None
    assert (known(outcome).target_id, account(target).active) == ("1", True)


def test_an_account_that_never_came_to_be_is_looked_up_once(target: Memory) -> None:
    target.service.fail("create", RequestTimeout(say("slow")))
    state = known(walk(target))

    first = walk(target, state, **UNASSIGNED)
    assert (first.status, sent(target), known(first).uncertain) == (Status.SKIPPED, {"find": 1}, False)
    assert str(first.steps[-2].text) == "No matching User was found in Memory."

    walk(target, known(first), **UNASSIGNED)
    assert sent(target) == NOTHING


@pytest.mark.parametrize("error", [TooManyRequests(say("wait")), Rejected(say("no"))])
def test_a_refused_creation_leaves_no_account_behind(target: Memory, error: Exception) -> None:
    target.service.fail("create", error)
    state = known(walk(target))

    assert state.uncertain is False
    walk(target, state, **UNASSIGNED)
    assert sent(target) == NOTHING


def test_an_account_whose_link_was_forgotten_is_found_disabled_already(linked: Memory) -> None:
    linked.disable(USER, "1")
    state = make_state(target_id="", sent={}, uncertain=True)

    outcome = walk(linked, state, **UNASSIGNED)

    assert (outcome.status, sent(linked), known(outcome).disabled) == (Status.SKIPPED, {"find": 1}, True)


def test_who_has_no_matching_value_any_more_can_not_be_looked_up(linked: Memory) -> None:
    state = make_state(target_id="", sent={}, uncertain=True)

    outcome = walk(linked, state, **UNASSIGNED | {"attributes": {"userPrincipalName": None}})

    assert (outcome.status, outcome.code, sent(linked)) == (Status.SKIPPED, "NotEffectivelyEntitled", NOTHING)


def test_two_accounts_of_who_left_fail_and_neither_is_touched(linked: Memory) -> None:
    for number in (1, 2):
        linked.create(USER, {"userName": f"other{number}", "mail": "bo@contoso.example"})
    rules = make_rules(Rule(target="mail", source="mail", matching=1))
    state = make_state(target_id="", sent={}, uncertain=True)

    outcome = walk(linked, state, rules, **UNASSIGNED | {"attributes": {"mail": "bo@contoso.example"}})

    assert (outcome.code, known(outcome).uncertain) == ("DuplicateTargetEntries", True)
    assert all(each.active for each in linked.service.users.values())


# --- access goes first


@pytest.mark.parametrize("connector", [Memory, MemoryWithSwitch])
def test_who_is_disabled_but_still_assigned_gets_other_changes_too(linked: Memory, connector: type[Memory]) -> None:
    target = connector(service=linked.service)

    outcome = walk(target, make_state(), make_rules(*RULES, OFF), **DISABLED | {"attributes": {"surname": "New"}})

    assert (outcome.action, account(target).active) == (Action.DISABLE, False)
    assert account(target).attributes["familyName"] == known(outcome).sent["familyName"] == "New"


def test_who_was_disabled_before_and_is_still_assigned_gets_changes_without_access(linked: Memory) -> None:
    linked.disable(USER, "1")

    outcome = walk(linked, make_state(disabled=True), **DISABLED | {"attributes": {"surname": "New"}})

    assert (outcome.action, sent(linked), account(linked).active) == (Action.UPDATE, UPDATE, False)
    assert (known(outcome).disabled, known(outcome).managed) == (True, True)


def test_who_left_gets_no_changes(linked: Memory) -> None:
    walk(linked, make_state(), **UNASSIGNED | {"attributes": {"surname": "New"}})

    assert (sent(linked), account(linked).attributes["familyName"]) == ({"disable": 1}, "Number 1")


def test_with_update_off_who_is_disabled_gets_no_changes_either(linked: Memory) -> None:
    walk(linked, make_state(disabled=True), make_rules(update=False), **DISABLED | {"attributes": {"surname": "New"}})

    assert sent(linked) == NOTHING


def test_a_value_that_the_target_refuses_keeps_nobodys_access(linked: Memory) -> None:
    linked.create(USER, {"userName": "taken@contoso.example"})

    outcome = walk(linked, make_state(), **DISABLED | {"attributes": {"userPrincipalName": "taken@contoso.example"}})

    assert (outcome.action, outcome.status, outcome.code) == (Action.UPDATE, Status.FAILURE, "EntryConflict")
    assert (account(linked).active, known(outcome).disabled) == (False, True)
    assert known(outcome).sent["userName"] == "user1@contoso.example"


def test_an_account_that_is_gone_counts_as_disabled_or_deleted(target: Memory) -> None:
    for source, action in ((UNASSIGNED, Action.DISABLE), (PURGED, Action.DELETE)):
        outcome = walk(target, make_state(target_id="77"), **source)

        assert (outcome.action, outcome.status) == (action, Status.SUCCESS)


def test_an_account_that_is_gone_is_forgotten_when_something_else_was_to_be_changed(target: Memory) -> None:
    state = make_state(target_id="77", disabled=True)

    outcome = walk(target, state, **DISABLED | {"attributes": {"surname": "New"}})

    assert (outcome.status, outcome.code, known(outcome).target_id) == (Status.SKIPPED, BARRED, "")


class Licences(Memory):
    """Can't translate some values, or any at all."""

    touched_by_disable = frozenset({"roles"})

    def translate(self, type_: ObjectType, values: Attributes, known: Attributes) -> Attributes:
        if "roles" in values or values.get("familyName") == "Unknown":
            raise Rejected(say("There is no such licence."))
        return values


@pytest.mark.parametrize("surname", ["Number 1", "Unknown"])
@pytest.mark.parametrize("stage", [True, False])
def test_a_value_without_counterpart_keeps_nobodys_access(linked: Memory, surname: str, stage: bool) -> None:
    target = Licences(service=linked.service)

    outcome = walked(leaver(**DISABLED | {"attributes": {"surname": surname}}), target, stage=stage)

    assert outcome.status is not Status.FAILURE
    assert (outcome.staged is not None, account(target).active) == (stage, stage)


def test_a_value_without_counterpart_of_who_has_no_access_is_told(linked: Memory) -> None:
    candidate = leaver(make_state(disabled=True), **DISABLED | {"attributes": {"surname": "Unknown"}})

    assert walked(candidate, Licences(service=linked.service)).code == "UnprocessableEntity"


# --- by the books of a reconcile cycle


def reconciled(target: Memory, state: ObjectState, repair: bool, **source: Any) -> Outcome:
    rules = replace(make_rules(), reconcile=True, repair=repair)
    listed = tuple(target.service.users.values())
    return walked(Candidate(make_source(**source), state, listed), target, rules)


def test_an_account_that_somebody_enabled_in_the_target_is_told(linked: Memory) -> None:
    outcome = reconciled(linked, make_state(disabled=True), False, **UNASSIGNED)

    assert (outcome.status, outcome.code) == (Status.WARNING, "DriftFound")
    assert str(outcome.reason) == "Access to the account was switched in Memory."
    assert account(linked).active is True


def test_an_account_that_somebody_enabled_in_the_target_is_disabled_again(linked: Memory) -> None:
    outcome = reconciled(linked, make_state(disabled=True), True, **UNASSIGNED)

    assert (outcome.action, account(linked).active) == (Action.DISABLE, False)


def test_a_disabled_account_that_is_as_it_should_be_is_left_alone(linked: Memory) -> None:
    linked.disable(USER, "1")
    linked.service.requests.clear()

    assert reconciled(linked, make_state(disabled=True), True, **UNASSIGNED).status is Status.SKIPPED
    assert sent(linked) == NOTHING


def test_a_leavers_account_that_the_target_does_not_have_any_more_is_no_drift(target: Memory) -> None:
    assert reconciled(target, make_state(disabled=True), False, **UNASSIGNED).status is Status.SKIPPED
