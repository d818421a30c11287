"""A program: only what is needed is evaluated, marks are carried, failures have a place, and everything is bounded."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from provisioning.expressions import language
from provisioning.expressions.language import Context, compile_expression
from provisioning.expressions.runs import LARGEST, LARGEST_RESULT, MOST_WORK
from provisioning.expressions.values import MOST_VALUES
from tests.expressions.running import CONTEXT, failure, fault, result, value

EARLY = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=9)))


@pytest.mark.parametrize(
    "expression",
    [
        'IIF("a" = "a", "x", Error("no"))',
        'IIF("a" = "b", Error("no"), "x")',
        'Switch("a", Error("no"), "a", "x", Error("no"), Error("no"))',
        'Switch("a", Error("no"), "b", NumFromDate("9999-12-31T23:59:59-04:00"), "a", "x")',
        'IIF("a" = "b", Mid("a", 0, "b"), "x")',
    ],
)
def test_only_the_branch_that_is_returned_is_evaluated(expression: str) -> None:
    assert value(expression) == "x"


@pytest.mark.parametrize(
    ("expression", "column", "reason"),
    [
        ('Append("a", Mid([x], 0, 1))', 13, "Mid needs a start of 1 or more; got 0."),
        ('Append("a", Mid("b", [x], 1))', 22, 'Mid needs a whole number for start; got "word".'),
        ('Mid("b", "1.5", 1)', 10, 'Mid needs a whole number for start; got "1.5".'),
        ('Len(Error("50% off"))', 5, "50% off"),
        ('Len(ToLower("a", "no culture"))', 5, None),
        ("Append(\"a\", CDate([x]))", 19, None),
        ('Item([x], 2)', 1, "Item finds no value number 2; there are 1, counted from 1."),
        ("DefaultDomain()", 1, "The directory has no default domain."),
        ('Replace([x], "", , , "a", , )', 1, "Replace needs a text to find that is not empty."),
        ('Replace([x], , [p], , "a", , )', 1, None),
        ('Replace([x], , [q], "g", "a", , )', 1, "The pattern has no group g."),
        ('ConvertFromBase64("*")', 1, "ConvertFromBase64 needs base64: 4 characters for 3 bytes, = at the end."),
        ('ConvertFromBase64("gICA", UTF8)', 1, "The bytes are no text in UTF8."),
        ('ConvertFromBase64("QQ==", [x])', 1, "ConvertFromBase64 knows the encodings Unicode, UTF8, ASCII; got word."),
        ('DNComponent("cn=a", 2)', 1, "DNComponent finds no part number 2; there are 1, counted from 1."),
        ("StringFromSid([x])", 1, None),
        ("StringFromSid(1)", 1, None),
        (f"BitAnd({-2**63 - 1}, 1)", 1, None),
        (f"BitAnd({2**64}, 1)", 8, None),
        ('BitAnd("&HX", 1)', 8, 'BitAnd needs a whole number for value1; got "&HX".'),
        ('BitAnd("&H__", 1)', 8, 'BitAnd needs a whole number for value1; got "&H__".'),
        ('Left("a", AppRoleAssignmentsComplex([q]))', 11, "needs a whole number for NumChars; got dict."),
        ('DateAdd("d", [x], Now())', 14, 'DateAdd needs a number for value; got "word".'),
        ('FormatDateTime("2020", , [long], "yyyy")', 26, "a shorter text for inputFormat; got one of 2000 characters"),
    ],
)  # fmt: skip
def test_a_failure_tells_its_place_and_reason(expression: str, column: int, reason: str | None) -> None:
    error = failure(expression, x="word", p="(", q="a", long="y" * 2000)

    assert error.column == column, error
    assert reason is None or reason in str(error.message)


def test_a_long_value_is_shortened_in_the_reason() -> None:
    assert len(str(failure("DateFromNum([x])", x="9" * 5000))) < 200


@pytest.mark.parametrize(
    ("expression", "redacted"),
    [
        ('Redact("a")', True),
        ('Append("b", ToUpper(Redact("a")))', True),
        ('IIF(Redact("a") = "b", "x", "y")', True),
        ('IIF("a" = "a", "x", Redact("y"))', False),
        ('Append("a", "b")', False),
        ('Append(Redact("a"), IgnoreFlowIfNullOrEmpty([n]))', True),
    ],
)
def test_a_redacted_value_marks_whatever_is_made_of_it(expression: str, redacted: bool) -> None:
    assert result(expression).redacted is redacted


def test_no_failure_shows_what_is_redacted() -> None:
    for expression in ("CDate(Redact([x]))", "Append(DateFromNum([x]), Redact([x]))", "Error(Redact([x]))"):
        error = failure(expression, x="secret")

        assert "secret" not in f"{error} {error.message} {error.message.values}"
    assert "[Redact]" in str(failure("DateFromNum(Redact([x]))", x="secret"))
    assert "DateFromNum" in str(failure("DateFromNum(Redact([x]))", x="secret"))


def test_the_clock_is_that_of_the_context_in_whole_seconds() -> None:
    local = datetime(2021, 7, 2, 17, 33, 38, 999_999, tzinfo=timezone(timedelta(hours=2)))

    found = compile_expression('Join("/", Now(), Now())').run(Context(attributes={}, now=local))

    assert found.value == "7/2/2021 3:33:38 PM/7/2/2021 3:33:38 PM"


def test_a_clock_out_of_reach_is_an_error_of_the_evaluation() -> None:
    assert "years 1 to 9999" in str(failure("Now()", Context(attributes={}, now=EARLY)))


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [
        (True, True),
        (5, 5),
        (2.50, 2.5),
        (datetime(2021, 7, 2, 15, 33, 38), "7/2/2021 3:33:38 PM"),
        (datetime(2021, 7, 2, 15, 33, 38, tzinfo=UTC), "7/2/2021 3:33:38 PM"),
        (date(2021, 7, 2), "7/2/2021 12:00:00 AM"),
        (UUID("d05e47b1-3909-445a-ba5e-ca60cbc0e4b4"), "d05e47b1-3909-445a-ba5e-ca60cbc0e4b4"),
        (b"\x01\x02", "AQI="),
        (["a", None, 1, date(2021, 7, 2)], ("a", 1, "7/2/2021 12:00:00 AM")),
    ],
)
def test_results_are_plain_values(attribute: Any, expected: Any) -> None:
    found = value("Coalesce([x])", x=attribute)

    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [
        (1e300, "1" + "0" * 300),
        (1e-7, "0.0000001"),
        (-0.0, "0"),
        (100.0, "100"),
        (float("inf"), "Infinity"),
        (float("-inf"), "-Infinity"),
        (Decimal("1.500"), "1.5"),
        (False, "False"),
    ],
)
def test_numbers_have_one_text_form(attribute: Any, expected: str) -> None:
    assert value("CStr([x])", x=attribute) == expected


@pytest.mark.parametrize(
    "attribute",
    [
        object(),
        {},
        {"value": 1},
        [["a"]],
        Decimal("NaN"),
        Decimal("1e999999"),
        10**5000,
        ["a"] * (MOST_VALUES + 1),
        EARLY,
        1j,
    ],
    ids=lambda each: type(each).__name__,
)
def test_what_cannot_be_handled_is_an_error_of_the_evaluation(attribute: Any) -> None:
    assert failure("Append([x], [x])", x=attribute).column >= 1


def test_role_objects_have_no_text_form() -> None:
    assert "can't handle" in str(failure("Len(AppRoleAssignmentsComplex([x]))", x=["Admin"]))


def test_a_sid_may_be_bytes() -> None:
    sid = bytes.fromhex("01020000000000052000000020020000")

    assert value("StringFromSid([x])", x=sid) == "S-1-5-32-544"


def test_halves_of_characters_are_replaced_where_bytes_are_made() -> None:
    assert value("ConvertToUTF8Hex([x])", x="\ud800") == "EFBFBD"
    assert value("ConvertFromBase64(ConvertToBase64([x]))", x="a\ud83d\ude00") == "a😀"


def test_results_have_a_size() -> None:
    assert len(value("CStr([x])", x="x" * LARGEST_RESULT)) == LARGEST_RESULT
    for attribute in ("x" * (LARGEST_RESULT + 1), "é" * (LARGEST_RESULT // 2 + 1), ["x" * 40_000] * 2):
        assert "larger than 64 KB" in str(failure("CStr([x])", x=attribute))


@pytest.mark.parametrize(
    "expression",
    [
        "Left([x], 1)",
        'Join("", [y], [y], [y])',
        'Append([y], [y])',
        'Replace([y], "y", , , "yyy", , )',
        'Replace([z], , "z+", , "$&$&$&", , )',
        'Replace([z], , "(?<g>z)", "g", [y], , )',
        'Replace([z], , "z", , "$_", , )',
        'Replace([y], "t", , , , , "ttt")',
        "ConvertToUTF8Hex([y])",
    ],
)  # fmt: skip
def test_values_on_the_way_have_a_size(expression: str) -> None:
    assert "characters" in str(failure(expression, x="x" * (LARGEST + 1), y="y" * (LARGEST // 2 + 1), z="z" * 90_000))


def test_the_work_of_one_evaluation_is_bounded() -> None:
    times = MOST_WORK // LARGEST + 1

    assert "too much text" in str(failure(f"Len({'Trim(' * times}[x]{')' * times})", x="x" * LARGEST))
    assert value("Len(Trim([x]))", x="x" * LARGEST) == LARGEST


def test_lists_are_bounded() -> None:
    assert len(value('Split([x], ",")', x="a," * MOST_VALUES)) == MOST_VALUES
    assert "more than 10000 values" in str(failure('Split([x], ",")', x="a," * (MOST_VALUES + 1)))


def test_patterns_have_a_time_limit_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("provisioning.expressions.runs.PATTERN_SECONDS", 0.0)

    assert "patterns take too long" in str(failure('Replace([x], , "a+", , "b", , )', x="a" * 1000))


def test_a_hostile_pattern_is_given_up() -> None:
    assert "takes too long" in str(failure('Replace([x], , "(?:(?:a|aa)+|a+)+[bc]", , "b", , )', x="a" * 5000))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ToLower(", ")"),
        ('IIF("a" = "b", "c", ', ")"),
        ('Switch("a", "d", "a", ', ")"),
        ("Switch(", ', "d", "a", "a")'),
        ("Coalesce(", ")"),
        ("Not(", ")"),
        ('Append("", ', ")"),
    ],
)
def test_no_nesting_is_too_deep(before: str, after: str) -> None:
    times = 9_990 // len(before + after)
    expression = before * times + '"A"' + after * times

    program = compile_expression(expression)

    assert program.run(CONTEXT).value is not None
    assert program.canonical == expression
    assert program.tree["type"] == "Function"


@pytest.mark.parametrize("expression", ["(" * 10_000, "Not(" * 2_500, "[" * 10_000, '"\\' * 5_000, "Not(1)" * 1_600])
def test_no_broken_nesting_is_too_deep(expression: str) -> None:
    assert fault(expression).column >= 1


def test_an_expression_is_compiled_once() -> None:
    language._compiled.cache_clear()

    assert compile_expression("Now()") is compile_expression("Now()", attributes=["a"], on_create_only=False)


def test_a_program_serves_several_threads() -> None:
    program = compile_expression('Switch([x], Append([x], "!"), "3", Join(",", [x], [x]))')

    def run(number: int) -> Any:
        return program.run(Context(attributes={"x": number}, now=CONTEXT.now)).value

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(run, range(200))) == [f"{each}!" if each != 3 else "3,3" for each in range(200)]
