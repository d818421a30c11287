"""Every function of the language says what it is, and its example is true."""

import pytest

from provisioning.expressions.documentation import CONTEXT, SAMPLE, as_markdown
from provisioning.expressions.functions import all_functions, groups
from provisioning.expressions.language import compile_expression
from provisioning.expressions.signatures import Function, function
from provisioning.expressions.values import as_text

FUNCTIONS = list(all_functions().values())
LEGACY = {"AppRoleAssignments", "IsNothing", "Prepend"}


@pytest.mark.parametrize("each", FUNCTIONS, ids=lambda each: each.name)
def test_a_function_has_help_and_an_example_that_is_true(each: Function) -> None:
    program = compile_expression(each.example, attributes=SAMPLE)

    assert each.name in program.functions
    assert as_text(program.run(CONTEXT).value) == each.gives
    assert each.help.endswith((".", "."))
    assert "Example" not in each.help


def test_the_functions_are_those_of_the_language() -> None:
    assert len(FUNCTIONS) == 55
    assert {each.name for each in FUNCTIONS if each.legacy} == LEGACY
    assert sum(map(len, groups().values())) == len(FUNCTIONS)


@pytest.mark.parametrize(
    ("name", "signature"),
    [
        ("Mid", "Mid(source, start, length)"),
        ("Join", "Join(separator, source...)"),
        ("Now", "Now()"),
        ("InStr", "InStr(value1, value2, start?, compareType?)"),
        ("Switch", "Switch(source, defaultValue?, switchValue...)"),
        ("FormatDateTime", "FormatDateTime(source, dateTimeStyles?, inputFormat, outputFormat)"),
    ],
)
def test_a_signature_marks_what_is_optional_and_what_repeats(name: str, signature: str) -> None:
    assert all_functions()[name].signature == signature


def test_parameters_tell_their_types() -> None:
    mid, switch = all_functions()["Mid"].parameters, all_functions()["Switch"].parameters

    assert [(each.name, each.type, each.required, each.repeating) for each in mid] == [
        ("source", "String", True, False),
        ("start", "Integer", True, False),
        ("length", "Integer", True, False),
    ]
    assert [(each.name, each.repeating) for each in switch][-1] == ("switchValue", True)
    assert not all_functions()["InStr"].parameters[2].required


def test_a_function_without_an_example_has_none() -> None:
    @function()
    def Plain() -> str:
        """Nothing."""
        return ""

    assert (Plain.help, Plain.example, Plain.gives, Plain.parameters) == ("Nothing.", "", "", ())


def test_the_page_has_a_section_for_every_function() -> None:
    page = as_markdown()

    assert [each.name for each in FUNCTIONS if f"### {each.name}\n\n```text\n{each.signature}\n" not in page] == []
    assert page.count("no longer offered") == len(LEGACY)
