"""One person without a known account goes from scope to export: found, linked or created."""

from provisioning.choices import Action, ObjectType, Origin, Status
from provisioning.connectors.memory import Memory
from provisioning.engine.export import LINKED
from provisioning.records import ModifiedProperty, Rule
from tests.engine.values import RULES, make_rules, make_state
from tests.engine.walking import account, known, sent, walk

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


def test_an_account_that_appears_before_the_creation_is_linked(target: Memory) -> None:
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
