"""One person without a known account goes from scope to export: found, linked or created."""

from typing import Any

import pytest

from provisioning.choices import Action, MappingType, ObjectType, Origin, Status
from provisioning.connectors.memory import Memory, MemoryWithSwitch
from provisioning.engine.export import LINKED
from provisioning.engine.pipeline import adopt, provision, refuse
from provisioning.engine.walk import Found
from provisioning.errors import ServerError
from provisioning.records import Candidate, ModifiedProperty, ObjectState, Rule
from provisioning.texts import say
from tests.engine.values import RULES, make_rules, make_source, make_state
from tests.engine.walking import account, known, make_walk, sent, walk, walked

USER = ObjectType.USER


def test_somebody_new_is_created_with_all_mapped_values(target: Memory) -> None:
    outcome = walk(target)

    assert (outcome.action, outcome.status, outcome.logged) == (Action.CREATE, Status.SUCCESS, True)
    assert sent(target) == {"find": 1, "create": 1}
    assert account(target).attributes == make_state().sent
    assert known(outcome) == make_state()
    assert outcome.target_label == "user1@contoso.example"


def test_a_creation_reports_every_value_as_new(target: Memory) -> None:
    assert ModifiedProperty("familyName", None, "Number 1") in walk(target).modified


def test_a_matching_account_is_linked_and_gets_what_differs(target: Memory) -> None:
    target.create(USER, {"userName": "USER1@contoso.example", "familyName": "Nmber 1", "mail": "kept@contoso.example"})

    outcome = walk(target)

    assert (outcome.action, outcome.status) == (Action.UPDATE, Status.SUCCESS)
    assert sent(target) == {"find": 1, "update": 1}
    assert account(target).attributes["familyName"] == "Number 1"
    assert account(target).attributes["mail"] == "kept@contoso.example"
    assert known(outcome).origin == Origin.ADOPTED
    assert (known(outcome).target_id, known(outcome).managed) == ("1", True)
    assert {each.name for each in outcome.modified} == {"displayName", "familyName", "roles"}


def test_an_equal_account_is_linked_and_sent_nothing(linked: Memory) -> None:
    outcome = walk(linked)

    assert (outcome.action, outcome.status, outcome.logged) == (Action.OTHER, Status.SUCCESS, True)
    assert sent(linked) == {"find": 1}
    assert known(outcome).target_id == "1"
    assert str(outcome.reason) == "A matching account was there already and is linked now."
    assert (outcome.code, known(outcome).code) == (LINKED, "")
    assert "EntryExportUpdate" not in [step.name for step in outcome.steps]


def test_a_suspended_account_is_enabled_when_it_is_linked(linked: Memory) -> None:
    linked.disable(USER, "1")

    outcome = walk(linked)

    assert (outcome.action, sent(linked)) == (Action.UPDATE, {"find": 1, "enable": 1})
    assert account(linked).active is True
    assert known(outcome).disabled is False


def test_with_update_off_an_account_is_linked_as_it_is(target: Memory) -> None:
    target.create(USER, {"userName": "user1@contoso.example", "familyName": "Other"})

    outcome = walk(target, rules=make_rules(update=False))

    assert (outcome.action, sent(target)) == (Action.OTHER, {"find": 1})
    assert known(outcome).sent == {"userName": "user1@contoso.example", "familyName": "Other"}


def test_with_update_off_a_suspended_account_stays_so_and_is_enabled_once_update_is_on(linked: Memory) -> None:
    linked.disable(USER, "1")

    outcome = walk(linked, rules=make_rules(update=False))

    assert (sent(linked), known(outcome).disabled) == ({"find": 1}, True)
    assert walk(linked, known(outcome)).action == Action.UPDATE
    assert account(linked).active is True


def test_with_create_off_nobody_is_created(target: Memory) -> None:
    outcome = walk(target, rules=make_rules(create=False))

    assert (outcome.status, outcome.code, sent(target)) == (Status.SKIPPED, "CreateSwitchedOff", {"find": 1})
    assert known(outcome).target_id == ""


def test_with_create_off_an_account_that_is_there_is_linked(linked: Memory) -> None:
    assert known(walk(linked, rules=make_rules(create=False))).target_id == "1"


def test_r11_a_conflict_is_looked_up_and_linked_never_looped(target: Memory) -> None:
    def somebody_is_faster(operation: str, about: object) -> None:
        if operation == "create":
            target.service.before = None
            target.create(USER, make_state().sent)

    target.service.before = somebody_is_faster

    outcome = walk(target)

    assert (outcome.action, outcome.status, known(outcome).origin) == (Action.OTHER, Status.SUCCESS, Origin.ADOPTED)
    assert list(target.service.users) == ["1"]


def test_a_conflict_without_a_matching_account_fails(target: Memory) -> None:
    target.create(USER, {"userName": "user1@contoso.example"})
    rules = make_rules(Rule(target="userName", source="userPrincipalName"), Rule(target="mail", source="m", matching=1))

    outcome = walk(target, rules=rules, attributes={"m": "nobody@contoso.example"})

    assert (outcome.action, outcome.status, outcome.code) == (Action.CREATE, Status.FAILURE, "EntryConflict")
    assert sent(target) == {"find": 2, "create": 1}


@pytest.mark.parametrize("name", ["userName", "mail", "familyName"])
def test_who_is_in_the_way_without_matching_is_looked_up_where_the_target_names_how(target: Memory, name: str) -> None:
    target.create(USER, {"userName": "user1@contoso.example", "familyName": "Number 1"})
    target.conflict_attributes = ("familyName", "mail", name)
    rules = make_rules(Rule(target="userName", source="userPrincipalName"), Rule(target="mail", source="m", matching=1))

    outcome = walk(target, rules=rules, attributes={"m": "nobody@contoso.example"})

    found = outcome.status is Status.SUCCESS
    assert found is (name == "userName")
    assert [account.id for account in target.service.users.values()] == ["1"]
    assert (known(outcome).target_id if found else outcome.code) == ("1" if found else "EntryConflict")


def test_a_required_value_that_is_missing_fails_the_creation_and_sends_nothing(target: Memory) -> None:
    rules = make_rules(Rule(target="mail", source="mail", matching=1))

    outcome = walk(target, rules=rules, attributes={"mail": "bo@contoso.example"})

    assert (outcome.action, outcome.status, outcome.code) == (Action.CREATE, Status.FAILURE, "MissingValues")
    assert "userName" in str(outcome.reason)
    assert sent(target) == {"find": 1}


def test_two_matching_accounts_fail_and_nothing_is_guessed(target: Memory) -> None:
    for number in (1, 2):
        target.create(USER, {"userName": f"other{number}", "mail": "bo@contoso.example"})
    rules = make_rules(*RULES, Rule(target="mail", source="mail", matching=2))

    outcome = walk(target, rules=rules, attributes={"mail": "bo@contoso.example"})

    assert (outcome.status, outcome.code, sent(target)) == (Status.FAILURE, "DuplicateTargetEntries", {"find": 2})


# --- an account that was found is linked before it is changed


def found(target: Memory, state: ObjectState | None = None, **source: Any) -> Found:
    result = provision(Candidate(make_source(**source), state), make_walk(target))
    assert isinstance(result, Found)
    return result


@pytest.fixture
def other(target: Memory) -> Memory:
    """There is an account of the same name, with another surname."""
    target.create(USER, {"userName": "user1@contoso.example", "familyName": "Other"})
    return target


def test_an_account_that_differs_is_first_to_be_linked_and_untouched_so_far(other: Memory) -> None:
    link = found(other).link

    assert (link.candidate.source.key, link.state.target_id, link.state.origin) == (1, "1", Origin.ADOPTED)
    assert (link.state.was_in_scope, link.state.managed) == (True, True)
    assert link.state.sent == {"userName": "user1@contoso.example", "familyName": "Other"}
    assert account(other).attributes["familyName"] == "Other"


def test_an_account_that_is_somebody_elses_is_refused_and_stays_as_it_is(other: Memory) -> None:
    outcome = refuse(found(other), "Cy Cole")

    assert (outcome.status, outcome.code) == (Status.FAILURE, "DuplicateSourceEntries")
    assert str(outcome.reason) == "The account user1@contoso.example belongs to Cy Cole of the directory already."
    assert (known(outcome).target_id, known(outcome).failures, outcome.modified) == ("", 1, ())
    assert account(other).attributes["familyName"] == "Other"


def test_after_a_conflict_a_refusal_does_not_report_the_values_of_the_creation(target: Memory) -> None:
    target.create(USER, {"userName": "user1@contoso.example", "familyName": "Other"})
    candidate = Candidate(make_source(), None, surveyed=())
    result = provision(candidate, make_walk(target))

    assert isinstance(result, Found)
    assert refuse(result, "Cy Cole").modified == ()


def test_a_linked_account_whose_update_fails_stays_linked(other: Memory) -> None:
    other.service.fail("update", ServerError(say("down")))

    outcome = walk(other)

    assert (outcome.action, outcome.status) == (Action.UPDATE, Status.FAILURE)
    assert (known(outcome).target_id, known(outcome).sent["familyName"]) == ("1", "Other")


def test_a_linked_account_that_vanishes_is_looked_up_anew_the_next_time(other: Memory) -> None:
    walk_of_it = make_walk(other)
    result = found(other)
    other.delete(USER, "1")

    failed = adopt(result, walk_of_it)

    assert failed.code == "InvalidAnchor"
    assert walk(other, known(failed)).action is Action.CREATE


# --- the list of the target


def test_an_old_list_is_corrected_by_the_conflict(linked: Memory) -> None:
    outcome = walked(Candidate(make_source(), None, surveyed=()), linked)

    assert (outcome.status, known(outcome).target_id) == (Status.SUCCESS, "1")


@pytest.mark.parametrize(("uncertain", "requests"), [(False, {}), (True, {"find": 1})])
def test_a_list_is_not_believed_for_an_account_that_may_be_younger(
    linked: Memory, uncertain: bool, requests: dict[str, int]
) -> None:
    listed = tuple(linked.service.users.values())
    linked.service.requests.clear()

    walked(Candidate(make_source(), ObjectState(uncertain=uncertain), surveyed=listed), linked)

    assert sent(linked) == requests


def test_a_recycled_name_is_reported_and_creates_nothing(target: Memory) -> None:
    target.create(USER, {"userName": "user1@contoso.example", "externalId": "another"})

    outcome = walk(target, rules=make_rules(*RULES, Rule(target="externalId", source="objectId")))

    assert (outcome.status, outcome.code, sent(target)) == (Status.FAILURE, "EntryConflict", {"find": 1})


# --- where an attribute is the switch


def test_an_inactive_account_is_linked_as_it_is_where_no_row_switches_it(target: Memory) -> None:
    switch = MemoryWithSwitch(service=target.service)
    switch.create(USER, {**make_state().sent, "active": False})

    outcome = walk(switch)

    assert (outcome.code, sent(switch), known(outcome).disabled) == (LINKED, {"find": 1}, True)
    assert (walk(switch, known(outcome)).logged, sent(switch)) == (False, {})


def test_an_inactive_account_is_activated_by_the_row_that_switches_it(target: Memory) -> None:
    switch = MemoryWithSwitch(service=target.service)
    switch.create(USER, {**make_state().sent, "active": False})

    walk(switch, rules=make_rules(*RULES, Rule(target="active", type=MappingType.CONSTANT, source="True")))

    assert (sent(switch), account(switch).active) == ({"find": 1, "update": 1}, True)


def test_with_create_off_nobody_reads_that_an_account_will_be_created(target: Memory) -> None:
    steps = walk(target, rules=make_rules(create=False)).steps

    assert "EntrySynchronizationAdd" not in [each.name for each in steps]
    assert str(steps[2].text) == "No matching User was found in Memory."
