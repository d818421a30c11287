"""The manager of a person: sent when he has an account, told when he has none, compared by the account's id."""

from typing import Any

from provisioning.choices import Action, ObjectType, Status, StepType
from provisioning.connectors.memory import Memory
from provisioning.records import Candidate, Outcome, Reference, Rule
from tests.engine.values import RULES, make_rules, make_source, make_state
from tests.engine.walking import DISABLED, account, known, sent, walked

RULES_WITH_MANAGER = make_rules(*RULES, Rule(target="manager", source="manager"))


def manager(target_id: str = "9") -> dict[str, Any]:
    return {"references": {"manager": Reference(type=ObjectType.USER, key=9, label="Cy Cole", target_id=target_id)}}


def walk(target: Memory, state: Any = None, **source: Any) -> Outcome:
    target.service.requests.clear()
    return walked(Candidate(make_source(**source), state), target, RULES_WITH_MANAGER)


def references(outcome: Outcome) -> list[str]:
    return [str(step.text) for step in outcome.steps if step.type is StepType.REFERENCE]


def test_a_manager_with_an_account_is_sent_at_creation(target: Memory) -> None:
    outcome = walk(target, **manager())

    assert account(target).attributes["manager"] == known(outcome).sent["manager"] == "9"
    assert (outcome.references["manager"].target_id, references(outcome)) == ("9", [])


def test_a_manager_without_account_is_told_and_holds_nobody_up(target: Memory) -> None:
    outcome = walk(target, **manager(""))

    assert (outcome.action, outcome.status) == (Action.CREATE, Status.SUCCESS)
    assert "manager" not in account(target).attributes
    assert references(outcome) == ["manager: Cy Cole has no account yet; it is sent when there is one."]
    assert outcome.references["manager"].target_id == ""


def test_the_waiting_step_bears_microsofts_code(target: Memory) -> None:
    (step,) = (step for step in walk(target, **manager("")).steps if step.type is StepType.REFERENCE)

    assert (step.status, step.details) == (
        Status.SKIPPED,
        {"ErrorCode": "UnableToResolveReferenceAttributeValue"},
    )


def test_a_manager_who_gets_an_account_late_is_sent(linked: Memory) -> None:
    outcome = walk(linked, make_state(), **manager())

    assert (sent(linked), account(linked).attributes["manager"]) == ({"update": 1}, "9")
    assert str(outcome.reason) == "Changed in the directory: manager."


def test_a_manager_with_another_account_is_sent_anew(linked: Memory) -> None:
    state = make_state(sent={**make_state().sent, "manager": "9"})

    assert known(walk(linked, state, **manager("10"))).sent["manager"] == "10"


def test_r48_a_manager_is_compared_by_the_accounts_id_and_not_sent_in_every_cycle(linked: Memory) -> None:
    first = walk(linked, make_state(), **manager())

    assert walk(linked, known(first), **manager()).logged is False
    assert sent(linked) == {}


def test_a_manager_who_lost_his_account_is_told_and_left_as_he_was(linked: Memory) -> None:
    state = make_state(sent={**make_state().sent, "manager": "9"})

    outcome = walk(linked, state, **manager(""))

    assert (sent(linked), len(references(outcome))) == ({}, 1)


def test_without_a_row_no_manager_is_sent(target: Memory) -> None:
    walked(Candidate(make_source(**manager())), target)

    assert "manager" not in account(target).attributes


def test_who_is_disabled_but_assigned_gets_his_manager_too(linked: Memory) -> None:
    outcome = walk(linked, make_state(disabled=True), **DISABLED, **manager())

    assert (account(linked).attributes["manager"], outcome.references["manager"].key) == ("9", 9)


def test_a_manager_who_waits_is_told_once_however_often_values_are_compared(target: Memory) -> None:
    def somebody_is_faster(operation: str, about: object) -> None:
        if operation == "create":
            target.service.before = None
            target.create(ObjectType.USER, make_state().sent)

    target.service.before = somebody_is_faster

    assert len(references(walk(target, **manager("")))) == 1
