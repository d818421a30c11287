"""Expressions on the way of one person: unique values, objects left alone, and what reports must not show."""

import json
from typing import Any

import pytest

from provisioning.choices import Action, FlowType, MappingType, ObjectType, Status
from provisioning.connectors.memory import Memory
from provisioning.engine.redaction import REDACTED
from provisioning.engine.taken import TakenInMemory
from provisioning.errors import Rejected
from provisioning.records import Candidate, Exchange, JobRules, Outcome, Role, Rule
from provisioning.texts import say
from tests.engine.values import RULES, STAFF, make_rules, make_source
from tests.engine.walking import account, known, sent, walk, walked

SECRET = "1970-01-02"


def with_row(text: str, target: str = "mail", **values: Any) -> JobRules:
    row = Rule(**{"target": target, "type": MappingType.EXPRESSION, "source": text, **values})
    return make_rules(*(each for each in RULES if each.target != target), row)


# --- SelectUniqueValue


UNIQUE = with_row(
    'SelectUniqueValue(Join("", [givenName], "@contoso.example"), Join("", [givenName], "1@contoso.example"))',
    flow=FlowType.ON_CREATE,
)


def test_a_value_that_an_account_has_is_not_chosen(target: Memory) -> None:
    target.create(ObjectType.USER, {"userName": "other@contoso.example", "mail": "BO@contoso.example"})

    outcome = walk(target, rules=UNIQUE, attributes={"givenName": "bo"})

    assert account(target, known(outcome).target_id).attributes["mail"] == "bo1@contoso.example"


def test_two_people_never_choose_the_same_though_the_target_does_not_show_it_yet(
    target: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Memory, "find", lambda *_: ())
    taken = TakenInMemory()

    chosen = []
    for key in (1, 2):
        source = make_source(key, attributes={"givenName": "Bo"})
        outcome = walked(Candidate(source, None), target, UNIQUE, taken=taken)
        chosen.append(known(outcome).sent["mail"])

    assert chosen == ["Bo@contoso.example", "Bo1@contoso.example"]


def test_who_tries_again_keeps_the_value_that_was_chosen(target: Memory) -> None:
    taken, candidate = TakenInMemory(), Candidate(make_source(attributes={"givenName": "Bo"}), None)
    target.service.fail("create", Rejected(say("Not today.")))

    first = walked(candidate, target, UNIQUE, taken=taken)
    second = walked(candidate, target, UNIQUE, taken=taken)

    assert (first.status, second.status) == (Status.FAILURE, Status.SUCCESS)
    assert known(second).sent["mail"] == "Bo@contoso.example"


def test_nobody_is_created_when_every_value_is_taken(target: Memory) -> None:
    for number, mail in enumerate(["bo@contoso.example", "bo1@contoso.example"]):
        target.create(ObjectType.USER, {"userName": f"other{number}@contoso.example", "mail": mail})

    outcome = walk(target, rules=UNIQUE, attributes={"givenName": "bo"})

    assert (outcome.action, outcome.status, outcome.code) == (Action.CREATE, Status.FAILURE, "NoUniqueValue")
    assert "create" not in sent(target)
    assert known(outcome).next_try_at is not None


# --- left alone, failed


def test_an_object_that_the_mapping_leaves_alone_is_skipped_and_nothing_sent(target: Memory) -> None:
    rules = with_row('IIF([department] = "Guests", IgnoreObjectFlow, [mail])')

    outcome = walk(target, rules=rules, attributes={"department": "Guests"})

    assert (outcome.status, outcome.code, outcome.logged) == (Status.SKIPPED, "IgnoreObjectFlow", True)
    assert "create" not in sent(target)


def test_an_expression_that_fails_keeps_nobodys_access(target: Memory) -> None:
    first = known(walk(target))

    outcome = walk(
        target, first, with_row("Item([mail], 9)"), assigned=False, roles=(), attributes={"mail": "a@b.example"}
    )

    assert (outcome.action, outcome.status) == (Action.DISABLE, Status.SUCCESS)
    assert account(target).active is False


def test_several_roles_where_one_is_taken_are_told_as_a_warning(target: Memory) -> None:
    rules, boss = (
        with_row("SingleAppRoleAssignment([appRoleAssignments])", target="title"),
        Role(id="role-0", value="Boss", label="Boss"),
    )

    told = walk(target, rules=rules, roles=(STAFF, boss))
    alone = walk(Memory(), rules=rules, roles=(STAFF,))

    assert account(target).attributes["title"] == "Boss"
    assert "takes the first of several roles by its ID: Staff, Boss." in [str(each.text) for each in told.steps][-2]
    assert all(each.status is not Status.WARNING for each in alone.steps)


# --- redaction


REDACTING = with_row("Redact(ToUpper([birthday]))", target="title")


def shown(outcome: Outcome) -> str:
    """Everything that a report may show of it."""
    parts: list[Any] = [outcome.reason.as_json(), outcome.target_label, [str(each) for each in outcome.modified]]
    parts += [[each.text.as_json(), dict(each.details)] for each in outcome.steps]
    parts += [[each.url, each.request, each.response] for each in outcome.exchanges]
    return json.dumps(parts)


def test_a_redacted_value_is_sent_and_remembered_but_nowhere_shown(target: Memory) -> None:
    outcome = walk(target, rules=REDACTING, attributes={"birthday": SECRET})

    assert account(target).attributes["title"] == SECRET
    assert known(outcome).sent["title"] == SECRET
    assert SECRET not in shown(outcome)
    assert [(each.old, each.new) for each in outcome.modified if each.name == "title"] == [(None, REDACTED)]
    assert outcome.steps[0].details["birthday"] == REDACTED


def test_a_change_of_a_redacted_value_shows_neither(target: Memory) -> None:
    first = known(walk(target, rules=REDACTING, attributes={"birthday": SECRET}))

    outcome = walk(target, first, REDACTING, attributes={"birthday": "1971-03-04"})

    assert not {SECRET, "1971-03-04"} & set(shown(outcome).replace('"', " ").split())
    assert [(each.old, each.new) for each in outcome.modified] == [(REDACTED, REDACTED)]


def test_what_the_target_says_of_a_redacted_value_is_struck_out_too(target: Memory) -> None:
    said = Exchange(
        method="POST", url=f"https://a.example/?q={SECRET}", request=SECRET, status=422, response=f"bad {SECRET}"
    )
    target.service.fail("create", Rejected(say("%(detail)s", detail=f"{SECRET} is no title"), (said,)))

    outcome = walk(target, rules=REDACTING, attributes={"birthday": SECRET})

    assert outcome.status is Status.FAILURE
    assert str(outcome.reason) == f"{REDACTED} is no title"
    assert SECRET not in shown(outcome)


def test_other_values_stay_readable(target: Memory) -> None:
    outcome = walk(target, rules=REDACTING, attributes={"birthday": SECRET})

    assert ("familyName", "Number 1") in [(each.name, each.new) for each in outcome.modified]
    assert outcome.steps[0].details["surname"] == "Number 1"
