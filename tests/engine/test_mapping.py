"""From source attributes to target attributes."""

from typing import Any

import pytest

from provisioning.choices import FlowType, MappingType, ObjectType
from provisioning.connectors.base import TargetAttribute, TargetSchema
from provisioning.engine.mapping import Mapped, check_required, map_values, maps_members
from provisioning.engine.values import Facts, value_of
from provisioning.errors import LeftAlone, MappingFailed, MissingValues, NoUniqueValue, TooManyValues
from provisioning.records import ObjectRules, Reference, Role, Rule
from tests.engine.values import NOW, STAFF, make_source

FACTS = Facts(now=NOW)
SCHEMA = TargetSchema(
    name="User",
    attributes=(
        TargetAttribute(name="userName", required=True),
        TargetAttribute(name="familyName", required=True),
        TargetAttribute(name="title"),
        TargetAttribute(name="roles", multiple=True),
        TargetAttribute(name="manager", reference=True),
        TargetAttribute(name="members", reference=True, multiple=True),
    ),
)


def mapped(
    *rules: Rule, creating: bool = True, facts: Facts = FACTS, roles: tuple[Role, ...] = (), **attributes: Any
) -> dict[str, Any]:
    source = make_source(attributes=attributes, roles=roles)
    objects = ObjectRules(type=ObjectType.USER, rules=rules)
    return dict(map_values(objects, source, SCHEMA, facts, creating=creating).values)


@pytest.mark.parametrize("value", ["Åsa O'Hara", False, True, 0])
def test_a_direct_row_gives_the_value_as_it_is(value: object) -> None:
    assert mapped(Rule(target="title", source="x"), x=value) == {"title": value}


def test_several_values_flow_into_an_attribute_that_takes_several() -> None:
    assert mapped(Rule(target="roles", source="x"), x=("Staff", "Guest")) == {"roles": ("Staff", "Guest")}
    assert mapped(Rule(target="roles", source="x"), x=("Staff",)) == {"roles": ("Staff",)}


def test_one_of_several_is_its_value_where_the_target_takes_one() -> None:
    assert mapped(Rule(target="title", source="x"), x=("Staff",)) == {"title": "Staff"}


def test_several_values_are_refused_where_the_target_takes_one() -> None:
    with pytest.raises(TooManyValues, match="title takes one value, and 2 would flow into it"):
        mapped(Rule(target="title", source="x"), x=("Staff", "Guest"))


# --- expressions, and rows that give nothing


def expression(text: str, **more: Any) -> Rule:
    return Rule(**{"target": "title", "type": MappingType.EXPRESSION, "source": text, **more})


def test_an_expression_gives_its_result() -> None:
    rule = expression('Join(" ", [givenName], ToUpper([surname]))')

    assert mapped(rule, givenName="Bo", surname="Ek") == {"title": "Bo EK"}


def test_an_expression_knows_the_time_the_domain_and_the_roles() -> None:
    rules = [
        expression('FormatDateTime(Now(), , "M/d/yyyy h:mm:ss tt", "yyyy")'),
        expression("DefaultDomain()", target="userName"),
        expression("SingleAppRoleAssignment([appRoleAssignments])", target="familyName"),
    ]

    found = mapped(*rules, facts=Facts(now=NOW, default_domain="contoso.example"), roles=(STAFF,))

    assert found == {"title": str(NOW.year), "userName": "contoso.example", "familyName": STAFF.value}


@pytest.mark.parametrize("creating", [True, False])
def test_an_expression_can_leave_the_attribute_alone_and_no_default_steps_in(creating: bool) -> None:
    rule = expression("IgnoreFlowIfNullOrEmpty([x])", default="Staff", flow_empty=True)

    assert mapped(rule, creating=creating) == {}
    assert mapped(rule, creating=creating, x="Boss") == {"title": "Boss"}


def test_an_empty_result_is_a_value_and_no_result_is_none() -> None:
    assert mapped(expression('Switch([x], "", "a", "b")'), creating=False) == {"title": ""}
    assert mapped(expression("ToUpper([x])"), creating=False) == {}
    assert mapped(expression("ToUpper([x])", default="Staff")) == {"title": "Staff"}


def test_an_expression_without_a_result_fails_the_object_and_says_where() -> None:
    with pytest.raises(MappingFailed, match=r"^title could not be mapped: column \d+: ") as raised:
        mapped(expression('Item(Split([x], ","), 3)'), x="a,b")
    assert raised.value.code == "AttributeMappingFailed"


def test_an_expression_that_was_saved_wrong_fails_the_object() -> None:
    with pytest.raises(MappingFailed, match="title could not be mapped"):
        mapped(expression("ToUpper("))


def test_an_expression_can_leave_the_whole_object_alone() -> None:
    with pytest.raises(LeftAlone):
        mapped(expression('IIF([x] = "a", IgnoreObjectFlow, [x])'), x="a")


@pytest.mark.parametrize(("creating", "expected"), [(True, {"title": "Staff"}), (False, {})])
def test_a_row_without_a_source_gives_its_default_to_new_accounts(creating: bool, expected: dict[str, str]) -> None:
    rule = Rule(target="title", type=MappingType.NONE, source="x", default="Staff", flow_empty=creating)

    assert mapped(rule, creating=creating, x="Boss") == expected


@pytest.mark.parametrize(("creating", "expected"), [(True, {}), (False, {"title": ""})])
def test_an_empty_value_clears_the_attribute_where_empty_values_flow(creating: bool, expected: dict[str, str]) -> None:
    assert mapped(Rule(target="title", source="x", flow_empty=True), creating=creating, x="") == expected


def test_the_first_rule_that_nobody_else_uses_is_chosen() -> None:
    rule = expression("SelectUniqueValue([a], [b], [c])")
    asked = []

    def is_taken(attribute: str, value: str) -> bool:
        asked.append((attribute, value))
        return value == "bo"

    assert mapped(rule, facts=Facts(now=NOW, taken=is_taken), a="bo", b="bo1", c="bo2") == {"title": "bo1"}
    assert asked == [("title", "bo"), ("title", "bo1")]


def test_no_free_value_fails_the_object_with_a_code_of_its_own() -> None:
    with pytest.raises(NoUniqueValue):
        mapped(expression("SelectUniqueValue([a], [b])"), facts=Facts(now=NOW, taken=lambda *_: True), a="x", b="y")


@pytest.mark.parametrize("value", [None, "", ()])
def test_an_empty_value_is_not_sent(value: object) -> None:
    assert mapped(Rule(target="title", source="x"), x=value) == {}


def test_an_unknown_source_attribute_gives_nothing() -> None:
    assert value_of(Rule(target="title", source="shoeSize"), make_source(), FACTS) is None


def test_a_constant_row_gives_its_text() -> None:
    assert mapped(Rule(target="title", type=MappingType.CONSTANT, source="surname")) == {"title": "surname"}


def test_an_empty_constant_is_not_sent() -> None:
    assert mapped(Rule(target="title", type=MappingType.CONSTANT)) == {}


def test_the_default_stands_in_for_an_empty_value_at_creation() -> None:
    assert mapped(Rule(target="title", source="x", default="Staff")) == {"title": "Staff"}


def test_the_default_does_not_win_over_a_value() -> None:
    assert mapped(Rule(target="title", source="x", default="Staff"), x="Boss") == {"title": "Boss"}


def test_the_default_does_not_apply_to_updates() -> None:
    assert mapped(Rule(target="title", source="x", default="Staff"), creating=False) == {}


@pytest.mark.parametrize(("creating", "expected"), [(True, {"title": "Boss"}), (False, {})])
def test_a_row_for_creation_only_flows_at_creation_only(creating: bool, expected: dict[str, str]) -> None:
    rule = Rule(target="title", source="x", flow=FlowType.ON_CREATE)

    assert mapped(rule, creating=creating, x="Boss") == expected


def test_r25_an_attribute_that_the_schema_does_not_know_passes_unchanged() -> None:
    name = "urn:ietf:params:scim:schemas:extension:own:2.0:User:badge"

    assert mapped(Rule(target=name, source="extension_7f_badge"), extension_7f_badge="A-7") == {name: "A-7"}


@pytest.mark.parametrize("creating", [True, False])
@pytest.mark.parametrize(("target_id", "sent"), [("9", {"manager": "9"}), ("", {})])
def test_a_reference_is_sent_as_the_id_of_the_account_once_there_is_one(
    creating: bool, target_id: str, sent: dict[str, str]
) -> None:
    reference = Reference(type=ObjectType.USER, key=9, label="Cy", target_id=target_id)
    rules = ObjectRules(type=ObjectType.USER, rules=(Rule(target="manager", source="manager"),))

    found = map_values(rules, make_source(references={"manager": reference}), SCHEMA, FACTS, creating=creating)

    assert (found.values, found.references) == (sent, {"manager": reference})


def test_nobodys_manager_is_not_sent_and_has_no_default() -> None:
    assert mapped(Rule(target="manager", source="manager", default="9"), manager="Cy") == {}


def test_members_are_left_to_their_own_comparison() -> None:
    reference = Reference(type=ObjectType.USER, key=9, label="Cy", target_id="9")
    rules = ObjectRules(type=ObjectType.GROUP, rules=(Rule(target="members", source="members"),))
    source = make_source(attributes={"members": ("1", "2")}, references={"members": reference})

    assert map_values(rules, source, SCHEMA, FACTS, creating=True) == Mapped({}, {})


@pytest.mark.parametrize(("source", "flow"), [("members", True), ("title", False)])
def test_members_flow_only_with_a_row_for_them(source: str, flow: bool) -> None:
    rules = ObjectRules(type=ObjectType.GROUP, rules=(Rule(target="members", source=source),))

    assert maps_members(rules) is flow


def test_nothing_is_missing_when_every_required_attribute_has_a_value() -> None:
    check_required({"userName": "bo", "familyName": "Bell"}, ObjectRules(type=ObjectType.USER, rules=()), SCHEMA)


def test_missing_values_are_named_with_their_sources() -> None:
    rules = ObjectRules(type=ObjectType.USER, rules=(Rule(target="familyName", source="surname"),))

    with pytest.raises(MissingValues) as missing:
        check_required({"title": "Boss"}, rules, SCHEMA)

    assert str(missing.value) == (
        "No value for userName, familyName, which the application requires (from -, surname)."
    )
