"""The account of somebody who is not linked yet."""

from collections.abc import Sequence
from typing import Any

import pytest

from provisioning.choices import ObjectType
from provisioning.connectors.memory import Memory
from provisioning.engine.matching import Match, account_keys, match, match_keys
from provisioning.engine.values import Facts
from provisioning.errors import Conflict, DuplicateTargetEntries, MissingValues
from provisioning.records import ObjectRules, Rule, TargetObject
from tests.engine.values import NOW, make_source

FACTS = Facts(now=NOW)

BY_NAME = Rule(target="userName", source="userPrincipalName", matching=1)
BY_MAIL = Rule(target="mail", source="mail", matching=2)
USER = ObjectType.USER


class Careless(Memory):
    """Ignores the filter and gives what it likes, as some targets do."""

    answers: Sequence[TargetObject] = ()

    def find(self, type_: ObjectType, attribute: str, value: str) -> Sequence[TargetObject]:
        return self.answers


def matched(target: Memory, *rules: Rule, surveyed: Sequence[TargetObject] | None = None, **attributes: Any) -> Match:
    objects = ObjectRules(type=USER, rules=rules or (BY_NAME,))
    return match(objects, make_source(attributes=attributes), target, FACTS, surveyed)


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


def test_r53_attributes_are_asked_by_precedence_until_one_gives_an_account() -> None:
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


def test_r43_answers_of_a_target_that_ignores_the_filter_are_checked() -> None:
    target = Careless()
    target.answers = [account("7", userName="somebody.else"), account("8", displayName="User 1")]

    assert matched(target).account is None


@pytest.mark.parametrize(("name", "hit"), [("userName", True), ("displayName", False), ("undeclared", False)])
def test_r51_upper_and_lower_case_count_where_the_schema_says_so(name: str, hit: bool) -> None:
    target = Careless()
    target.answers = [account("7", **{name: "USER 1"})]

    found = matched(target, Rule(target=name, source="displayName", matching=1)).account

    assert bool(found) is (hit or name == "undeclared")


# --- the target was listed before


def test_r22_who_is_on_the_list_is_found_without_a_request() -> None:
    target = Memory()
    listed = [account("7", userName="USER1@contoso.example"), account("8", userName="other")]

    found = matched(target, surveyed=listed).account

    assert found is listed[0]
    assert dict(target.service.requests) == {}


def test_an_empty_list_says_that_nobody_is_there() -> None:
    target = Memory()
    target.create(USER, {"userName": "user1@contoso.example"})

    assert matched(target, surveyed=()).account is None


def test_the_list_is_looked_through_by_precedence_too() -> None:
    listed = [account("7", userName="other", mail="bo@contoso.example"), account("8", userName="user1@contoso.example")]

    found = matched(Memory(), BY_MAIL, BY_NAME, mail="bo@contoso.example", surveyed=listed)

    assert (found.account, found.asked) == (listed[1], ('userName "user1@contoso.example"',))


def test_two_accounts_on_the_list_are_an_error() -> None:
    listed = [account(id_, userName="user1@contoso.example") for id_ in ("7", "8")]

    with pytest.raises(DuplicateTargetEntries):
        matched(Memory(), surveyed=listed)


def test_the_list_is_looked_up_by_the_keys_that_objects_and_accounts_share() -> None:
    objects = ObjectRules(type=USER, rules=(BY_NAME, BY_MAIL, Rule(target="externalId", source="objectId", matching=3)))
    schema = Memory().schema(USER)
    source = make_source(attributes={"userPrincipalName": "Bo@Contoso.example", "objectId": "Id-1"})
    found = account("7", userName="BO@contoso.EXAMPLE", externalId="Id-1", displayName="Bo")

    assert match_keys(objects, source, schema, FACTS) == [("userName", "bo@contoso.example"), ("externalId", "Id-1")]
    assert account_keys(found, ["userName", "mail", "externalId"], schema) == match_keys(objects, source, schema, FACTS)


# --- whose account it is

BY_ID = Rule(target="externalId", source="objectId", matching=1)


def test_r32_who_was_renamed_is_found_by_the_id_that_never_changes() -> None:
    target = Memory()
    id_ = target.create(USER, {"userName": "old.name@contoso.example", "externalId": "id-1"})

    found = matched(target, BY_ID, Rule(target="userName", source="userPrincipalName", matching=2), objectId="id-1")

    assert found.account is not None
    assert (found.account.id, found.asked) == (id_, ('externalId "id-1"',))


@pytest.mark.parametrize("surveyed", [False, True])
def test_r33_a_recycled_name_is_a_conflict_for_a_person(surveyed: bool) -> None:
    target = Memory()
    target.create(USER, {"userName": "user1@contoso.example", "externalId": "id-of-the-one-before"})
    listed = list(target.service.users.values()) if surveyed else None

    with pytest.raises(Conflict) as conflict:
        matched(target, BY_NAME, Rule(target="externalId", source="objectId"), surveyed=listed)

    assert str(conflict.value) == (
        "The account user1@contoso.example has the same matching value, but belongs to another object: "
        "its externalId is id-of-the-one-before."
    )


@pytest.mark.parametrize("anchor", [{"externalId": "id-1"}, {}])
def test_an_account_with_the_same_anchor_or_none_is_taken(anchor: dict[str, str]) -> None:
    target = Memory()
    target.create(USER, {"userName": "user1@contoso.example", **anchor})

    assert matched(target, BY_NAME, Rule(target="externalId", source="objectId")).account is not None


def test_without_a_row_for_the_anchor_the_name_decides() -> None:
    target = Memory()
    target.create(USER, {"userName": "user1@contoso.example", "externalId": "theirs"})

    assert matched(target).account is not None
