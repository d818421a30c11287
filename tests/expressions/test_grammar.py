"""What is an expression, and where one that is none goes wrong."""

import pytest

from provisioning.expressions.language import BadExpression, compile_expression, compile_operand
from provisioning.expressions.tokens import LONGEST
from tests.expressions.running import CONTEXT, fault, value


@pytest.mark.parametrize(
    ("expression", "column", "reason"),
    [
        pytest.param("", 1, "is empty", id="nothing"),
        pytest.param(" \t\r\n ", 1, "is empty", id="blanks"),
        pytest.param('Append("a", "b"', 1, "Append is not closed", id="no closing parenthesis"),
        pytest.param('Append("a", Mid("b", 1, 1)', 1, "Append is not closed", id="the outer one is open"),
        pytest.param('Append("a", Mid("b", 1', 13, "Mid is not closed", id="the innermost open one is named"),
        pytest.param('Append("a", "b"))', 17, "ends before this", id="one parenthesis too many"),
        pytest.param('Append("a", "b") x', 18, "ends before this", id="text after the end"),
        pytest.param('Append("a, "b")', 14, "no closing", id="a quote is missing"),
        pytest.param('Append("a", "b)', 13, "no closing", id="a text is open"),
        pytest.param('Append([mail, "b")', 8, "no closing", id="an attribute is open"),
        pytest.param("Len([])", 5, "no name", id="an attribute without a name"),
        pytest.param('Append("a" "b")', 12, "comma is missing", id="no comma"),
        pytest.param('Append("a" Len("b"))', 12, "comma is missing", id="no comma before a call"),
        pytest.param('Append("a" (', 12, "can't stand here", id="a parenthesis without a name"),
        pytest.param("Append('a', \"b\")", 8, "double quotes", id="single quotes"),
        pytest.param("Append(“a”, 1)", 8, "double quotes", id="typographic quotes"),
        pytest.param('Append("a" & "b")', 12, "Join or Append", id="concatenation"),
        pytest.param("Len(%x%)", 5, "no variables", id="variables"),
        pytest.param("Len(NULL)", 5, "can't be written", id="NULL"),
        pytest.param("Len(AuthoritativeNull)", 5, "can't be written", id="AuthoritativeNull"),
        pytest.param("Len(mail)", 5, "no word of the language", id="a bare word"),
        pytest.param("IIF(1 = 2 = 3, 1, 2)", 11, "can't be chained", id="chained comparisons"),
        pytest.param("IIF(1 = , 1, 2)", 7, "no value on its right", id="a comparison without a right side"),
        pytest.param("IIF(= 1, 1, 2)", 5, "can't stand here", id="a comparison without a left side"),
        pytest.param("IIF(1 == 2, 1, 2)", 8, "can't be chained", id="two signs"),
        pytest.param("IIF(1 != 2, 1, 2)", 7, "character !", id="a sign of other languages"),
        pytest.param(")", 1, "can't stand here", id="only a parenthesis"),
        pytest.param(", 1", 1, "can't stand here", id="only a comma"),
        pytest.param("[mail]", 1, "direct or constant", id="an attribute alone"),
        pytest.param('"x"', 1, "direct or constant", id="a text alone"),
        pytest.param("IgnoreObjectFlow", 1, "direct or constant", id="a keyword alone"),
        pytest.param("Len(1\u00a0)", 6, "character", id="a blank of another kind"),
        pytest.param("Len(&h0F)", 5, "Join or Append", id="hexadecimal in the wrong case"),
        pytest.param("Len(1.)", 6, "character", id="a number without digits after the point"),
        pytest.param(f"Len({'9' * 61})", 5, "more than 60 digits", id="a number without end"),
    ],
)
def test_what_is_no_expression_is_refused_with_place_and_reason(expression: str, column: int, reason: str) -> None:
    error = fault(expression)

    assert error.column == column
    assert error.position == column - 1
    assert reason in str(error.message)
    assert str(error) == f"column {column}: {error.message}"


def test_an_expression_of_ten_thousand_characters_is_the_longest() -> None:
    longest = f'Len("{"x" * (LONGEST - 7)}")'

    assert value(longest) == LONGEST - 7
    assert fault(longest + " ").column == LONGEST + 1


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        pytest.param(r'Append("\"", "\\")', '"\\', id="escaped quote and backslash"),
        pytest.param(r'Append("\+\d", "\\d")', r"\+\d\d", id="R3: other backslashes stay"),
        pytest.param('Append("a\n b", "\t")', "a\n b\t", id="white space in texts"),
        pytest.param('Append \n (\r\n"a" \t,"b"  ) \n', "ab", id="white space between the parts"),
        pytest.param('Append("]", "[x],)")', "][x],)", id="marks in texts"),
        pytest.param("Len(-12)", 3, id="negative numbers"),
        pytest.param("CStr(&HfF)", "255", id="hexadecimal numbers"),
        pytest.param('BitAnd("&HF7", "15")', 7, id="numbers in texts"),
        pytest.param("BitAnd(&HFFFFFFFFFFFFFFFF, -2)", -2, id="numbers of 64 bits"),
        pytest.param("CStr(1.50)", "1.5", id="numbers in their shortest form"),
        pytest.param('ToLower("A", )', "a", id="an empty slot at the end"),
        pytest.param('InStr("abAB", "AB", , vbTextCompare)', 1, id="an empty slot in the middle"),
        pytest.param("Len( )", None, id="a blank is no argument"),
    ],
)
def test_an_expression_is_read_as_it_is_written(expression: str, expected: object) -> None:
    if expected is None:
        assert "needs String" in str(fault(expression).message)
    else:
        assert value(expression) == expected


def test_attribute_names_run_to_the_bracket() -> None:
    name = 'urn:ietf:params:scim:2.0:User.x_1 "é(,'

    assert value(f"Len([{name}])", **{name: "abc"}) == 3


def test_an_operand_may_be_an_attribute_or_a_text() -> None:
    assert compile_operand(" [mail] ").attributes == {"mail"}
    assert compile_operand('"a \\"b\\""').run(CONTEXT).value == 'a "b"'
    assert compile_operand('Append("a", "b")').run(CONTEXT).value == "ab"


@pytest.mark.parametrize("text", ["12", "IgnoreObjectFlow", "[a] [b]", '"a" = "b"', "", "[a], [b]"])
def test_nothing_else_is_an_operand(text: str) -> None:
    with pytest.raises(BadExpression):
        compile_operand(text)


def test_an_operand_is_not_taken_for_an_expression_afterwards() -> None:
    compile_operand("[mail]")

    with pytest.raises(BadExpression):
        compile_expression("[mail]")
