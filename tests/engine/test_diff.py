"""What is really different, by examples and by properties."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.connectors.base import TargetAttribute, TargetSchema
from provisioning.engine.diff import difference, modified, without
from provisioning.records import NOTHING, ModifiedProperty

SCHEMA = TargetSchema(
    name="User",
    attributes=(
        TargetAttribute(name="userName"),
        TargetAttribute(name="familyName", exact_case=True),
        TargetAttribute(name="roles", multiple=True),
        TargetAttribute(name="keys", multiple=True, exact_case=True),
    ),
)
NAMES = ["userName", "familyName", "roles", "keys", "undeclared"]
VALUES = st.one_of(
    st.text(max_size=8), st.booleans(), st.integers(), st.tuples(st.text(max_size=3), st.text(max_size=3))
)
ATTRIBUTES = st.dictionaries(st.sampled_from(NAMES), VALUES)


@pytest.mark.parametrize(
    ("name", "old", "new", "differs"),
    [
        ("userName", "BO@contoso.example", "bo@contoso.example", False),
        ("userName", "bo", "bob", True),
        ("familyName", "bell", "Bell", True),
        ("undeclared", "bell", "Bell", True),
        ("userName", None, "bo", True),
        ("userName", True, "True", True),
        ("roles", ("a", "b"), ("b", "a"), False),
        ("roles", ("A",), ("a",), False),
        ("keys", ("A",), ("a",), True),
        ("roles", ("a", "a"), ("a",), False),
        ("roles", "a", ("a",), False),
        ("roles", ("a",), "a", False),
        ("roles", None, ("a",), True),
        ("roles", ("a", "b"), ("a",), True),
        ("userName", "straße", "STRASSE", False),
    ],
)
def test_values_are_compared_as_the_target_does(name: str, old: Any, new: Any, differs: bool) -> None:
    assert difference({name: old}, {name: new}, SCHEMA) == ({name: new} if differs else {})


def test_what_is_not_wanted_is_left_alone() -> None:
    assert difference({"userName": "bo", "title": "Boss"}, {"userName": "bo"}, SCHEMA) == {}


@given(ATTRIBUTES)
def test_equal_values_have_no_difference(values: dict[str, Any]) -> None:
    assert difference(values, values, SCHEMA) == {}


@given(ATTRIBUTES, ATTRIBUTES)
def test_sending_the_difference_once_is_enough(known: dict[str, Any], wanted: dict[str, Any]) -> None:
    after = {**known, **difference(known, wanted, SCHEMA)}

    assert difference(after, wanted, SCHEMA) == {}


@given(ATTRIBUTES, ATTRIBUTES)
def test_a_difference_is_a_part_of_what_is_wanted(known: dict[str, Any], wanted: dict[str, Any]) -> None:
    found = difference(known, wanted, SCHEMA)

    assert found.items() <= wanted.items()


def test_changes_are_reported_with_old_and_new_value() -> None:
    assert modified({"userName": "bo"}, {"userName": "bob", "roles": ("a",)}) == (
        ModifiedProperty("userName", "bo", "bob"),
        ModifiedProperty("roles", None, ("a",)),
    )


def test_cleared_values_are_reported_unless_they_were_empty() -> None:
    assert modified({"roles": ("a",), "keys": ()}, NOTHING, {"roles", "keys", "unknown"}) == (
        ModifiedProperty("roles", ("a",), None),
    )


@pytest.mark.parametrize(
    ("values", "names", "left"),
    [
        ({"a": 1, "b": 2}, {"b", "c"}, {"a": 1}),
        ({"a": 1}, (), {"a": 1}),
        ({}, (), {}),
    ],
)
def test_values_without_some_names(values: dict[str, Any], names: Any, left: dict[str, Any]) -> None:
    assert without(values, names) == left
