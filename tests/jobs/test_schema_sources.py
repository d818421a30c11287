"""Sources of rows as attributeMappingSource: expressions with their tree, and what is wrong with one."""

import pytest

from provisioning.choices import MappingType
from provisioning.jobs.json_places import Place
from provisioning.jobs.json_text import Problem
from provisioning.jobs.schema_sources import Facts, as_json, attributes_in, expression_json, read, read_expression

FACTS = Facts(attributes={"mail", "city"})


def faults(text: str, facts: Facts = FACTS) -> list[str]:
    problems: list[Problem] = []
    read_expression(Place(text, problems, "source.expression"), facts)
    return [f"{each.path}: {each.reason}" for each in problems]


def test_an_expression_keeps_its_text_and_tells_its_tree() -> None:
    written = expression_json('Join( "-",[mail] )')

    assert (written["type"], written["name"], written["expression"]) == ("Function", "Join", 'Join( "-",[mail] )')
    assert [(each["key"], each["value"]["name"]) for each in written["parameters"]] == [
        ("separator", "-"),
        ("source", "mail"),
    ]


def test_an_expression_that_is_wrong_is_written_as_it_is() -> None:
    assert expression_json("Join(") == {"type": "Function", "name": None, "parameters": [], "expression": "Join("}


def test_a_good_expression_is_read_as_it_was_written() -> None:
    assert read_expression(Place("ToUpper( [mail] )", []), FACTS) == "ToUpper( [mail] )"
    assert faults("ToUpper( [mail] )") == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Join(", "source.expression: Column 1: "),
        ("ToUpper([shoe])", "source.expression: Column 9: "),
        ("Tooo([mail])", "source.expression: Column 1: "),
        ("", "source.expression: Column 1: "),
        ("x" * 10_001, "source.expression: This text is too long"),
    ],
)
def test_a_bad_expression_is_told_with_its_column(text: str, fault: str) -> None:
    assert faults(text)[0].startswith(fault), faults(text)


def test_a_unique_value_needs_an_attribute_to_search_by() -> None:
    text, facts = "SelectUniqueValue([mail], [city])", {"attributes": {"mail", "city"}, "on_create_only": True}

    assert faults(text, Facts(**facts)) == []
    assert "can be searched by" in faults(text, Facts(**facts, can_search=False))[0]


def test_the_attributes_that_a_row_reads_are_known() -> None:
    assert set(attributes_in("Attribute", "mail")) == {"mail"}
    assert set(attributes_in("Function", 'Join([city], [mail], "[x]")')) == {"mail", "city"}
    assert not attributes_in("Function", "Join(")
    assert not attributes_in("Constant", "mail")


@pytest.mark.parametrize("type_", MappingType)
def test_every_type_is_read_as_it_was_written(type_: MappingType) -> None:
    source = {"Attribute": "mail", "Constant": 'a "b" \\', "Function": "ToUpper([mail])"}.get(type_, "")
    problems: list[Problem] = []

    assert read(Place(as_json(type_, source), problems), FACTS) == (type_, source)
    assert problems == []
