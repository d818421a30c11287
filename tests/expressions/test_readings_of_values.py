"""Open points about null, texts, lists and dates, by the readings that were chosen (R5, R6, R12-R16, R21-R23, R29)."""

from typing import Any

import pytest

from tests.expressions.running import failure, value

MANY = ["a", "b"]


@pytest.mark.parametrize(
    "expression",
    [
        'Append([n], "x")',
        'Replace([n], "a", , , "b", , )',
        'Replace([n], , "a", , "b", , )',
        'Replace([n], , "(?<g>a)", "g", "b", , )',
        'Split([n], ",")',
        "StripSpaces([n])",
        "ToLower([n])",
        "ToUpper([n])",
        "PCase([n])",
        "NormalizeDiacritics([n])",
        "ConvertToBase64([n])",
        "ConvertToUTF8Hex([n])",
        "ConvertFromBase64([n])",
        "CStr([n])",
        "Trim([n])",
        "Mid([n], 1, 1)",
        "RemoveDuplicates([n])",
        "StringFromSid([n])",
        "SingleAppRoleAssignment([n])",
    ],
)
@pytest.mark.parametrize("nothing", [None, [], [None]])
def test_r5_null_gives_null(expression: str, nothing: Any) -> None:
    assert value(expression, n=nothing) is None


def test_r5_a_null_suffix_is_empty() -> None:
    assert value('Append("a", [n])') == "a"


@pytest.mark.parametrize(
    ("expression", "parameter"),
    [
        ("CDate([n])", "expr"),
        ('FormatDateTime([n], , "yyyy", "yyyy")', "source"),
        ('DateAdd("d", [n], Now())', "value"),
        ('DateDiff("d", Now(), [n])', "date2"),
        ('Mid("abc", [n], 1)', "start"),
        ('Left("abc", [n])', "NumChars"),
        ("DateFromNum([n])", "value"),
        ("BitAnd([n], 1)", "value1"),
    ],
)
def test_r5_null_is_no_date_and_no_number(expression: str, parameter: str) -> None:
    error = failure(expression)

    assert f"for {parameter}; got nothing" in str(error)
    assert error.position == expression.find("[n]")


def test_r6_join_leaves_null_and_empty_out_but_not_blanks() -> None:
    assert value('Join("-", [n], "", "a", " ", [m])', m=["", "b"]) == "a- -b"
    assert value('Join("-", [n])') == ""


@pytest.mark.parametrize(("start", "length", "expected"), [(1, 0, ""), (4, 1, ""), (9, 5, ""), (2, 9, "bc")])
def test_r12_mid_beyond_the_end(start: int, length: int, expected: str) -> None:
    assert value(f'Mid("abc", {start}, {length})') == expected


def test_r12_mid_before_the_beginning() -> None:
    assert "start of 1 or more; got 0" in str(failure('Mid("abc", 0, 1)'))
    assert "length of 0 or more; got -1" in str(failure('Mid("abc", 1, -1)'))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("Len([x])", 4),
        ("Left([x], 1)", "a"),
        ("Left([x], 2)", "a"),
        ("Left([x], 3)", "a😀"),
        ("Mid([x], 2, 1)", ""),
        ("Mid([x], 2, 2)", "😀"),
        ("Mid([x], 3, 2)", "b"),
        ("Mid([x], 4, 1)", "b"),
        ('InStr([x], "b")', 4),
        ('InStr([x], "b", 3)', 4),
        ('InStr([x], "😀", 2)', 2),
        ('InStr([x], "😀", 3)', 0),
    ],
)
def test_r13_characters_count_as_utf_16_and_stay_whole(expression: str, expected: Any) -> None:
    assert value(expression, x="a😀b") == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('InStr("abcABC", "ABC")', 4),
        ('InStr("abcABC", "ABC", 1, vbTextCompare)', 1),
        ('InStr("abc", "a", 4)', 0),
        ('InStr("abc", "", 2)', 2),
        ('InStr("abc", [n])', 1),
        ('InStr("abc", "", 4)', 0),
        ('InStr([n], "a")', 0),
        ('InStr("", "")', 0),
        ('InStr("ß", "SS", 1, vbTextCompare)', 0),
    ],
)
def test_r14_instr(expression: str, expected: int) -> None:
    assert value(expression) == expected


def test_r14_instr_needs_a_start_and_a_known_comparison() -> None:
    assert "start of 1 or more; got 0" in str(failure('InStr("a", "a", 0)'))
    assert "vbTextCompare or vbBinaryCompare" in str(failure('InStr("a", "a", 1, "text")'))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('Word("  a,, b", 2, ", ")', "b"),
        ('Word("abc", 1, ",")', "abc"),
        ('Word("abc", 2, ",")', ""),
        ('Word("abc", 0, ",")', ""),
        ('Word("abc", -1, ",")', ""),
    ],
)
def test_r15_word(expression: str, expected: str) -> None:
    assert value(expression) == expected


def test_r15_word_needs_delimiters() -> None:
    assert "at least one character" in str(failure('Word("abc", 1, "")'))


@pytest.mark.parametrize(
    ("text", "delimiter", "expected"),
    [
        ("a,,b, ,", ",", ("a", "b")),
        ("a, b;, c", ", ", ("a", "b;", "c")),
        ("abc", ",", ("abc",)),
        ("", ",", ()),
        ("\u00a0a\t", ",", ("a",)),
        ("\x1fa", ",", ("\x1fa",)),
    ],
)
def test_r16_split(text: str, delimiter: str, expected: tuple[str, ...]) -> None:
    assert value(f'Split([x], "{delimiter}")', x=text) == expected


def test_r16_split_needs_a_delimiter() -> None:
    assert "not empty" in str(failure('Split("a", "")'))


def test_r21_duplicates_differ_by_case() -> None:
    assert value("RemoveDuplicates([x])", x=["b", "a", "B", "b", "a"]) == ("b", "a", "B")


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('DateDiff("d", "2021-08-24T23:00:00Z", "2021-08-25T22:00:00Z")', 0),
        ('DateAdd("m", 1, "2021-01-31")', "2/28/2021 12:00:00 AM"),
        ('DateAdd("d", "1.9", "2021-01-31")', "2/1/2021 12:00:00 AM"),
        ('FormatDateTime("49", , "yy", "yyyy")', "2049"),
    ],
)
def test_r22_dates(expression: str, expected: Any) -> None:
    assert value(expression) == expected


def test_r22_interval_letters_are_small_and_a_time_alone_is_no_date() -> None:
    assert failure('DateAdd("D", 1, Now())').column == 1
    assert failure('CDate("10:00")').column == 7


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('Append([m], "x")', ("ax", "bx")),
        ("Left([m], 1)", MANY),
        ("Mid([m], 1, 1)", MANY),
        ("ToUpper([m])", ("A", "B")),
        ('Replace([m], "a", , , "c", , )', ("c", "b")),
        ('Word([m], 1, ",")', MANY),
        ("ConvertToUTF8Hex([m])", ("61", "62")),
        ("CStr([m])", MANY),
    ],
)
def test_r23_functions_from_text_to_text_take_each_value(expression: str, expected: Any) -> None:
    assert value(expression, m=MANY) == tuple(expected)


@pytest.mark.parametrize(
    "expression",
    ['Append("x", [m])', "Len([m])", 'InStr([m], "a")', 'Split([m], ",")', "CDate([m])", 'Join([m], "a", "b")'],
)
def test_r23_elsewhere_several_values_are_an_error(expression: str) -> None:
    assert "needs one value" in str(failure(expression, m=MANY))


def test_r23_a_list_of_one_is_its_value() -> None:
    assert value("ToUpper([m])", m=["a"]) == "A"
    assert value("Len([m])", m=("abc",)) == 3


def test_r29_replace_without_a_match_in_the_fallback_is_null() -> None:
    expression = 'Replace([a], , "(?<g>[0-9]+)", "g", , [b])'

    assert value(expression, b="x12") == "12"
    assert value(expression, b="x") is None
    assert value(expression) is None
    assert value(expression, a="", b="x12") == "12"
    assert value(expression, a=["p", "q"], b="x12") == ("p", "q")


def test_r29_missing_slots_at_the_end_count_as_empty() -> None:
    assert value('Replace("aba", "a", , , "c")') == "cbc"
