"""From source attributes to target attributes."""

from typing import Any

import pytest

from provisioning.choices import FlowType, MappingType, ObjectType
from provisioning.connectors.base import TargetAttribute, TargetSchema
from provisioning.engine.mapping import check_required, map_values, value_of
from provisioning.errors import MissingValues
from provisioning.records import ObjectRules, Rule
from tests.engine.values import make_source

SCHEMA = TargetSchema(
    name="User",
    attributes=(
        TargetAttribute(name="userName", required=True),
        TargetAttribute(name="familyName", required=True),
        TargetAttribute(name="title"),
    ),
)


def mapped(*rules: Rule, creating: bool = True, **attributes: Any) -> dict[str, Any]:
    source = make_source(attributes=attributes)
    return dict(map_values(ObjectRules(type=ObjectType.USER, rules=rules), source, creating=creating))


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


def test_nothing_is_missing_when_every_required_attribute_has_a_value() -> None:
    check_required({"userName": "bo", "familyName": "Bell"}, ObjectRules(type=ObjectType.USER, rules=()), SCHEMA)


def test_missing_values_are_named_with_their_sources() -> None:
    rules = ObjectRules(type=ObjectType.USER, rules=(Rule(target="familyName", source="surname"),))

    with pytest.raises(MissingValues) as missing:
        check_required({"title": "Boss"}, rules, SCHEMA)

    assert str(missing.value) == (
        "No value for userName, familyName, which the application requires (from -, surname)."
    )
