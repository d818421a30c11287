"""From source attributes to target attributes."""

from typing import Any

import pytest

from provisioning.choices import FlowType, MappingType, ObjectType
from provisioning.connectors.base import TargetAttribute, TargetSchema
from provisioning.engine.mapping import Mapped, check_required, map_values, maps_members, value_of
from provisioning.errors import MissingValues
from provisioning.records import ObjectRules, Reference, Rule
from tests.engine.values import make_source

SCHEMA = TargetSchema(
    name="User",
    attributes=(
        TargetAttribute(name="userName", required=True),
        TargetAttribute(name="familyName", required=True),
        TargetAttribute(name="title"),
        TargetAttribute(name="manager", reference=True),
        TargetAttribute(name="members", reference=True, multiple=True),
    ),
)


def mapped(*rules: Rule, creating: bool = True, **attributes: Any) -> dict[str, Any]:
    source = make_source(attributes=attributes)
    return dict(map_values(ObjectRules(type=ObjectType.USER, rules=rules), source, SCHEMA, creating=creating).values)


@pytest.mark.parametrize("value", ["Åsa O'Hara", ("Staff", "Guest"), False, True, 0])
def test_a_direct_row_gives_the_value_as_it_is(value: object) -> None:
    assert mapped(Rule(target="title", source="x"), x=value) == {"title": value}


@pytest.mark.parametrize("value", [None, "", ()])
def test_an_empty_value_is_not_sent(value: object) -> None:
    assert mapped(Rule(target="title", source="x"), x=value) == {}


def test_an_unknown_source_attribute_gives_nothing() -> None:
    assert value_of(Rule(target="title", source="shoeSize"), make_source()) is None


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

    found = map_values(rules, make_source(references={"manager": reference}), SCHEMA, creating=creating)

    assert (found.values, found.references) == (sent, {"manager": reference})


def test_nobodys_manager_is_not_sent_and_has_no_default() -> None:
    assert mapped(Rule(target="manager", source="manager", default="9"), manager="Cy") == {}


def test_members_are_left_to_their_own_comparison() -> None:
    reference = Reference(type=ObjectType.USER, key=9, label="Cy", target_id="9")
    rules = ObjectRules(type=ObjectType.GROUP, rules=(Rule(target="members", source="members"),))
    source = make_source(attributes={"members": ("1", "2")}, references={"members": reference})

    assert map_values(rules, source, SCHEMA, creating=True) == Mapped({}, {})


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
