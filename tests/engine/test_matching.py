"""The account of somebody who is not linked yet."""

from collections.abc import Sequence
from typing import Any

import pytest

from provisioning.choices import ObjectType
from provisioning.connectors.memory import Memory
from provisioning.engine.matching import Match, match
from provisioning.errors import DuplicateTargetEntries, MissingValues
from provisioning.records import ObjectRules, Rule, TargetObject
from tests.engine.values import make_source

BY_NAME = Rule(target="userName", source="userPrincipalName", matching=1)
BY_MAIL = Rule(target="mail", source="mail", matching=2)
USER = ObjectType.USER


class Careless(Memory):
    """Ignores the filter and gives what it likes, as some targets do."""

    answers: Sequence[TargetObject] = ()

    def find(self, type_: ObjectType, attribute: str, value: str) -> Sequence[TargetObject]:
        return self.answers


def matched(target: Memory, *rules: Rule, **attributes: Any) -> Match:
    return match(ObjectRules(type=USER, rules=rules or (BY_NAME,)), make_source(attributes=attributes), target)


def account(id_: str, **attributes: Any) -> TargetObject:
    return TargetObject(id=id_, attributes=attributes)


def test_nobody_is_found_in_an_empty_target() -> None:
    assert matched(Memory()) == Match(('userName "user1@contoso.example"',), None)


def test_the_account_with_the_matching_value_is_found() -> None:
    target = Memory()
    id_ = target.create(USER, {"userName": "USER1@contoso.example"})

    found = matched(target).account

    assert found is not None
    assert found.id == id_


def test_attributes_are_asked_by_precedence_until_one_gives_an_account() -> None:
    target = Memory()
    id_ = target.create(USER, {"userName": "other", "mail": "bo@contoso.example"})

    found = matched(target, BY_MAIL, BY_NAME, mail="bo@contoso.example")

    assert found.asked == ('userName "user1@contoso.example"', 'mail "bo@contoso.example"')
    assert found.account is not None
    assert found.account.id == id_


def test_the_second_attribute_is_not_asked_after_a_hit() -> None:
    target = Memory()
    target.create(USER, {"userName": "user1@contoso.example"})

    assert matched(target, BY_NAME, BY_MAIL, mail="bo@contoso.example").asked == ('userName "user1@contoso.example"',)


def test_an_attribute_without_a_value_is_passed_over() -> None:
    assert matched(Memory(), BY_NAME, BY_MAIL, userPrincipalName=None, mail="bo@contoso.example").asked == (
        'mail "bo@contoso.example"',
    )


def test_who_has_no_matching_value_is_not_matched_and_not_created() -> None:
    with pytest.raises(
        MissingValues, match=r"None of the matching attributes has a value \(userPrincipalName, mail\)\."
    ):
        matched(Memory(), BY_NAME, BY_MAIL, userPrincipalName=None)


def test_a_mapping_without_matching_attribute_matches_nobody() -> None:
    with pytest.raises(MissingValues, match=r"\(-\)"):
        matched(Memory(), Rule(target="userName", source="userPrincipalName"))


def test_two_accounts_are_an_error_that_names_them() -> None:
    target = Careless()
    target.answers = [account(id_, userName="user1@contoso.example") for id_ in ("7", "8")]

    with pytest.raises(DuplicateTargetEntries) as duplicate:
        matched(target)

    assert str(duplicate.value) == '2 accounts have userName "user1@contoso.example": 7, 8.'


def test_the_same_account_twice_in_an_answer_is_one_account() -> None:
    target = Careless()
    target.answers = [account("7", userName="user1@contoso.example")] * 2

    found = matched(target).account

    assert found is not None
    assert found.id == "7"


def test_answers_of_a_target_that_ignores_the_filter_are_checked() -> None:
    target = Careless()
    target.answers = [account("7", userName="somebody.else"), account("8", displayName="User 1")]

    assert matched(target).account is None


@pytest.mark.parametrize(("name", "hit"), [("userName", True), ("displayName", False), ("undeclared", False)])
def test_upper_and_lower_case_count_where_the_schema_says_so(name: str, hit: bool) -> None:
    target = Careless()
    target.answers = [account("7", **{name: "USER 1"})]

    found = matched(target, Rule(target=name, source="displayName", matching=1)).account

    assert bool(found) is (hit or name == "undeclared")
