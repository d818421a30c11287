"""What is refused, and what is warned of, when an expression is saved."""

import pytest

from provisioning.expressions.language import compile_expression
from tests.expressions.running import fault, warnings

ATTRIBUTES = ("mail", "givenName", "surname", "manager")


@pytest.mark.parametrize(
    ("expression", "column", "reason"),
    [
        pytest.param('Append("a")', 11, "Append needs suffix; got nothing", id="too few arguments"),
        pytest.param("Append()", 8, "Append needs source", id="none at all"),
        pytest.param('Append( , "b")', 9, "Append needs source", id="a required slot is empty"),
        pytest.param('Append("a", "b", "c")', 18, "no room for this; got 3", id="too many arguments"),
        pytest.param("Now(1)", 5, "no room", id="an argument of a function without any"),
        pytest.param('Join(",")', 9, "Join needs source", id="Join of nothing"),
        pytest.param('Join(",", "a", )', 16, "Join needs source", id="an empty source of Join"),
        pytest.param('SelectUniqueValue("a")', 22, "needs rule", id="one rule only"),
        pytest.param("Coalesce()", 10, "needs source", id="Coalesce of nothing"),
        pytest.param('Coalesce("", , "b")', 14, "only the last", id="an empty slot amid Coalesce"),
        pytest.param('Switch("a", "b")', 16, "needs switchValue", id="Switch without keys"),
        pytest.param('Switch("a", "b", "c")', 21, "needs switchValue", id="Switch with half a pair"),
        pytest.param('Switch("a", , "b", "c", "d")', 25, "value for every key", id="an odd Switch"),
        pytest.param('Switch("a", , , "c")', 15, "needs switchValue", id="an empty key"),
        pytest.param('Append(SelectUniqueValue("a", "b"), "c")', 8, "inside another", id="unique values inside"),
        pytest.param('IIF(IgnoreFlowIfNullOrEmpty([a]), "x", "y")', 5, "in a condition", id="an ignoring condition"),
        pytest.param('IIF("a" = IgnoreFlowIfNullOrEmpty([a]), "x", "y")', 11, "in a condition", id="a side of one"),
        pytest.param('Append(vbTextCompare, "b")', 8, "vbTextCompare can't stand here", id="a keyword elsewhere"),
        pytest.param('InStr("a", "b", 1, UTF8)', 20, "UTF8 can't stand here", id="another function's keyword"),
        pytest.param('IIF(1 = UTF8, "x", "y")', 9, "UTF8 can't stand here", id="a keyword in a comparison"),
        pytest.param('IIF(IgnoreObjectFlow, "x", "y")', 5, "can't stand here", id="an outcome as condition"),
        pytest.param('Switch("a", , IgnoreAttributeFlow, "c")', 15, "no key", id="an outcome as key"),
        pytest.param('Coalesce("", IgnoreAttributeFlow)', 14, "can't stand here", id="an outcome in Coalesce"),
    ],
)
def test_a_call_that_can_never_work_is_refused_at_its_place(expression: str, column: int, reason: str) -> None:
    error = fault(expression)

    assert (error.column, reason in str(error.message)) == (column, True), str(error)


@pytest.mark.parametrize(
    ("expression", "column", "reason"),
    [
        ('append("a", "b")', 1, "There is no function append; did you mean Append?"),
        ('Append("a", Lower("b"))', 13, "There is no function Lower; did you mean ToLower?"),
        ('IsNullorEmpty("a")', 1, "did you mean IsNullOrEmpty?"),
        ('Xyzzy("a")', 1, "There is no function Xyzzy."),
    ],
)
def test_r1_function_names_count_with_their_case_and_near_ones_are_offered(
    expression: str, column: int, reason: str
) -> None:
    error = fault(expression)

    assert (error.column, reason in str(error)) == (column, True), str(error)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Mail", "The source has no attribute Mail; did you mean mail?"),
        ("firstName", "The source has no attribute firstName; did you mean surname?"),
        ("zzz", "The source has no attribute zzz."),
        (" mail", "did you mean mail?"),
        ("x" * 5000, "The source has no attribute xxx"),
    ],
)
def test_r2_attributes_are_those_of_the_source_in_their_case(name: str, reason: str) -> None:
    error = fault(f"Append([mail], [{name}])", attributes=ATTRIBUTES)

    assert (error.column, reason in str(error)) == (16, True), str(error)


def test_without_a_source_attributes_are_not_looked_up() -> None:
    assert compile_expression("Append([x], [y])").attributes == {"x", "y"}


def test_select_unique_value_needs_a_mapping_that_applies_at_creation_and_does_not_match() -> None:
    expression = 'SelectUniqueValue("a", "b")'

    assert compile_expression(expression, on_create_only=True).selects_unique
    assert compile_expression(expression).selects_unique
    assert "during object creation" in str(fault(expression, on_create_only=False))
    assert "matches objects" in str(fault(expression, on_create_only=True, matching=True))
    assert not compile_expression("Now()", on_create_only=False, matching=True).selects_unique


@pytest.mark.parametrize(
    ("expression", "column"),
    [
        ('Switch([manager], , "a", "b")', 8),
        ('Switch([mail], [manager], "a", "b")', 16),
        ('Switch([mail], , "a", [manager])', 23),
    ],
)
def test_switch_takes_no_references(expression: str, column: int) -> None:
    error = fault(expression, references=["manager"])

    assert error.column == column
    assert "manager, which refers to another object" in str(error)


def test_other_functions_take_references() -> None:
    assert compile_expression("IsPresent([manager])", references=["manager"], attributes=ATTRIBUTES)


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [("(", "Correct the pattern"), ("[z-a]", "Correct the pattern"), ("(?<=a*)(?<x>b", "Correct the pattern")],
)
def test_a_wrong_pattern_is_refused_when_it_is_a_constant(pattern: str, reason: str) -> None:
    error = fault(f'Replace([a], , "{pattern}", , "x", , )')

    assert (error.column, reason in str(error)) == (16, True), str(error)


def test_a_group_that_the_pattern_lacks_is_refused() -> None:
    error = fault('Replace([a], , "(?<one>a)", "two", "x", , )')

    assert (error.column, str(error.message)) == (29, "The pattern has no group two.")


@pytest.mark.parametrize(
    "slots",
    ["", '"a"', ', "b"', '"a", "b"', '"a", , , "c", , "t"', ', "b", "g"', ', "b", "g", "c", [d]', ", , , , , "],
)
def test_r29_other_combinations_of_replace_are_refused(slots: str) -> None:
    assert "combination of parameters" in str(fault(f"Replace([a], {slots})" if slots else "Replace([a])"))


@pytest.mark.parametrize(
    ("condition", "warned"),
    [
        ('[c] = ""', True),
        ('"" <> [c]', True),
        ("IsNullOrEmpty([c])", True),
        ("IsPresent([c])", True),
        ("Not(IsPresent([c]))", True),
        ('[c] = "x"', False),
        ("Len([c]) > 0", False),
    ],
)
def test_r10_a_condition_about_nothing_is_warned_of_and_names_switch(condition: str, warned: bool) -> None:
    found = warnings(f'IIF({condition}, "a", "b")')

    assert [text for _, text in found if "Switch([source]" in text] == [text for _, text in found]
    assert bool(found) is warned


def test_a_warning_tells_its_place() -> None:
    assert [column for column, _ in warnings('Append("a", IIF(IsPresent([c]), "a", "b"))')] == [17]


@pytest.mark.parametrize("question", ["IsPresent", "IsNull", "IsNullOrEmpty"])
def test_a_question_as_source_of_switch_is_warned_of(question: str) -> None:
    assert [column for column, _ in warnings(f'Switch({question}([a]), , "True", [a])')] == [8]


def test_r28_one_role_only_is_warned_of() -> None:
    assert [text for _, text in warnings("SingleAppRoleAssignment([appRoleAssignments])")] == [
        "This gives one role only; of several the first by role ID."
    ]


def test_r34_an_ignore_inside_another_function_is_warned_of() -> None:
    assert [column for column, _ in warnings('Append("a", IgnoreFlowIfNullOrEmpty([b]))')] == [13]
    assert warnings('IgnoreFlowIfNullOrEmpty(Append("a", [b]))') == []


def test_a_word_that_ignores_is_warned_of_unless_it_is_the_result() -> None:
    assert warnings('IIF([a] = "x", IgnoreAttributeFlow, IIF([b] = "x", IgnoreObjectFlow, "y"))') == []
    assert warnings('Switch([a], IgnoreAttributeFlow, "x", Switch([b], , "y", IgnoreObjectFlow))') == []
    assert [column for column, _ in warnings('Append("a", IIF([a] = "x", "y", IgnoreAttributeFlow))')] == [33]


def test_facts_about_a_program() -> None:
    program = compile_expression('Join("", [a], ToLower([b]), Mid([a], 1, 1))')

    assert program.attributes == {"a", "b"}
    assert program.functions == {"Join", "ToLower", "Mid"}
    assert (program.selects_unique, program.role_function, program.warnings) == (False, "", ())


@pytest.mark.parametrize(
    "name",
    [
        "SingleAppRoleAssignment",
        "AppRoleAssignments",
        "AppRoleAssignmentsComplex",
        "AssertiveAppRoleAssignmentsComplex",
    ],
)
def test_the_function_for_roles_is_known(name: str) -> None:
    assert compile_expression(f"IgnoreFlowIfNullOrEmpty({name}([appRoleAssignments]))").role_function == name
