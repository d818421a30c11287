"""Open points about decisions and comparisons, by the readings that were chosen (R7 to R11, R17 to R20, R32, R34)."""

from typing import Any

import pytest

from tests.expressions.running import failure, result, value

MANY = ["a", "b"]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('Coalesce([n], [e], [a], "d")', "A"),
        ('Coalesce([n], Append("", ""), "d")', "d"),
        ('Coalesce([n], "")', ""),
        ('Coalesce([n], "", "d")', ""),
        ("Coalesce([n], [e])", None),
        ("Coalesce([n], 0)", 0),
        ("Coalesce([n], )", None),
    ],
)
def test_r7_coalesce_passes_over_what_is_empty_but_not_over_a_constant(expression: str, expected: Any) -> None:
    assert value(expression, e="", a="A") == expected


def test_coalesce_evaluates_all_its_sources() -> None:
    assert "no" in str(failure('Coalesce("a", Error("no"))'))


def test_r8_switch_without_match_and_default_is_null() -> None:
    assert value('Switch([a], , "x", "y")', a="z") is None


def test_r9_the_first_of_equal_keys_wins_and_several_values_are_an_error() -> None:
    assert value('Switch("k", , "k", "1", "k", "2")') == "1"
    assert "needs one value for source; got 2" in str(failure('Switch([m], , "a", "1")', m=MANY))
    assert value('Switch([m], , "a", "1")', m=["a"]) == "1"
    assert "got 2" in str(failure('Switch("a", , [m], "1")', m=MANY))


def test_switch_compares_texts_with_their_case_and_numbers_by_their_text() -> None:
    assert value('Switch([a], "d", "x", "y")', a="X") == "d"
    assert value('Switch([a], "d", "1", "y")', a=1) == "y"
    assert value('Switch([a], "d", "True", "y")', a=True) == "y"
    assert value('Switch([a], "d", [n], "y")', a="") == "y"


@pytest.mark.parametrize("sign", ["=", "<>", ">", ">=", "<", "<="])
@pytest.mark.parametrize("nothing", [None, "", [], [""]])
def test_r10_nothing_compares_with_null_or_empty(sign: str, nothing: Any) -> None:
    assert value(f"CBool([n] {sign} [a])", n=nothing, a="x") is False
    assert value(f"CBool([a] {sign} [n])", n=nothing, a="x") is False


def test_r10_the_questions_evaluate_normally() -> None:
    assert value('IIF(IsPresent([n]), "a", "b")') == "b"
    assert value('IIF(IsNullOrEmpty([n]), "a", "b")', n="") == "a"


@pytest.mark.parametrize(
    ("left", "sign", "right", "expected"),
    [
        pytest.param("1", "=", 1, True, id="a text and a number"),
        pytest.param("01", "=", 1, True, id="by value when one is a number"),
        pytest.param("01", "=", "1", False, id="two texts by their characters"),
        pytest.param("x", "=", 1, False, id="a word and a number"),
        pytest.param("1.0", "=", 1.0, True, id="fractions by value"),
        pytest.param("a", "=", "A", False, id="case counts"),
        pytest.param("a", "<>", "A", True, id="unequal"),
        pytest.param("True", "=", True, True, id="booleans by their text"),
        pytest.param(1, "=", True, False, id="a boolean is no number"),
        pytest.param("10", ">", "9", True, id="numbers in texts are ordered by value"),
        pytest.param("10", ">", "x9", False, id="else texts are ordered"),
        pytest.param("b", "<=", "b", True, id="equal texts"),
        pytest.param("\uffee", "<", "\U0001f600", False, id="by UTF-16 units"),
        pytest.param("2021-06-30", "<", "2021-07-01", True, id="dates as texts"),
        pytest.param(float("nan"), "=", "NaN", True, id="what is no number, by its text"),
    ],
)
def test_r11_comparisons(left: Any, sign: str, right: Any, expected: bool) -> None:
    assert value(f"CBool([l] {sign} [r])", l=left, r=right) is expected


def test_r11_moments_are_ordered_in_time() -> None:
    assert value('CBool(CDate("2021-10-01") > CDate("2021-9-30"))') is True
    assert value('CBool(Now() >= CDate("2021-07-02T15:33:38Z"))') is True
    assert value('CBool(CDate("2021-07-02") = "7/2/2021 12:00:00 AM")') is True


def test_comparisons_of_several_values_are_an_error() -> None:
    assert "needs one value for the left side" in str(failure('CBool([m] = "a")', m=MANY))
    assert value('CBool([m] = "a")', m=["a"]) is True


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [(None, False), (MANY, False), (["a"], True), (1, False), (True, False), ("", True), ("1", True)],
)
def test_r17_is_string(attribute: Any, expected: bool) -> None:
    assert value("IsString([x])", x=attribute) is expected


@pytest.mark.parametrize("expression", ["IsString(Now())", 'IsString(Len("a"))', "IsString(1)"])
def test_r17_moments_and_numbers_are_no_strings(expression: str) -> None:
    assert value(expression) is False


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [("true", False), ("TRUE", False), (True, False), (["True"], False), (None, True), (1, True), (MANY, True)],
)
def test_r18_not(attribute: Any, expected: bool) -> None:
    assert value("Not([x])", x=attribute) is expected


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [("tRUE", True), ("false", False), ("0.0", False), ("-3", True), (None, False), ("", False), (0.0, False)],
)
def test_r19_cbool(attribute: Any, expected: bool) -> None:
    assert value("CBool([x])", x=attribute) is expected


def test_r19_cbool_of_another_word_is_an_error() -> None:
    assert 'CBool needs True or False for expr; got "yes"' in str(failure("CBool([x])", x="yes"))


@pytest.mark.parametrize(("attribute", "expected"), [(None, 0), ("a", 1), (5, 1), (MANY, 2), ([], 0), (["a", None], 1)])
def test_r20_count(attribute: Any, expected: int) -> None:
    assert value("Count([x])", x=attribute) == expected


@pytest.mark.parametrize(
    ("expression", "skips_object"),
    [
        ("IIF([a] = [a], IgnoreAttributeFlow, [a])", False),
        ("IIF([a] <> [a], [a], IgnoreObjectFlow)", True),
        ('Switch([a], "d", "x", IgnoreObjectFlow)', True),
        ('Switch([a], IgnoreAttributeFlow, "y", "z")', False),
        ('Append("a", Switch([a], , "x", IgnoreObjectFlow))', True),
    ],
)
def test_r32_words_that_ignore(expression: str, skips_object: bool) -> None:
    outcome = result(expression, a="x")

    assert (outcome.value, outcome.ignored, outcome.skip_object) == (None, True, skips_object)


def test_r34_an_ignore_inside_wins_over_the_whole_expression() -> None:
    expression = 'Append("a", IgnoreFlowIfNullOrEmpty([b]))'

    assert result(expression, b="").ignored
    assert not result(expression, b="").skip_object
    assert (result(expression, b="c").ignored, result(expression, b="c").value) == (False, "ac")


@pytest.mark.parametrize("nothing", [None, "", [], [""]])
def test_nothing_is_ignored_and_a_blank_is_not(nothing: Any) -> None:
    assert result("IgnoreFlowIfNullOrEmpty([x])", x=nothing).ignored
    assert result("IgnoreFlowIfNullOrEmpty([x])", x=" ").value == " "
