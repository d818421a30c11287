"""Every documented expression gives what it must, and a file of vectors is read with care."""

from pathlib import Path
from typing import Any

import pytest

from provisioning.expressions.vectors import BadVectors, check, read_vectors

VECTORS = read_vectors((Path(__file__).parent / "expression_vectors.json").read_text())


def one(expression: str, expected: Any, **attributes: Any) -> dict[str, Any]:
    return {"id": "v", "expression": expression, "attributes": attributes, "expected": expected}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_every_vector_gives_its_answer(vector: dict[str, Any]) -> None:
    assert list(check([vector])) == []


def test_a_vector_that_gives_something_else_is_told_with_both_answers() -> None:
    (failure,) = check([one('Append([a], "b")', "aB", a="a")])

    assert (failure.id, failure.expected, failure.actual) == ("v", "aB", "ab")


def test_a_failing_expression_tells_why() -> None:
    (failure,) = check([one('Error("no name")', "x")])

    assert (failure.actual, failure.reason) == ({"error": True}, "column 1: no name")


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        pytest.param('Len("abc")', "3", id="a number as text"),
        pytest.param("CBool(1)", True, id="a boolean"),
        pytest.param("CBool(1)", "True", id="a boolean as text"),
        pytest.param("Len(42568.75)", 8.0, id="a number by its value"),
        pytest.param('CDate("2021-06-30")', "6/30/2021 12:00:00 AM", id="a moment as text"),
        pytest.param('Split("1,2", ",")', [1, "2"], id="lists value by value"),
        pytest.param("Coalesce([a], [b])", None, id="null"),
    ],
)
def test_answers_are_compared_in_one_form(expression: str, expected: Any) -> None:
    assert list(check([one(expression, expected)])) == []


@pytest.mark.parametrize("expected", [None, "", "ignore", {"error": True}])
def test_an_ignored_attribute_is_neither_null_nor_empty_nor_an_error(expected: Any) -> None:
    (failure,) = check([one("IgnoreFlowIfNullOrEmpty([a])", expected)])

    assert failure.actual == {"ignore": True}


def test_null_is_not_an_empty_text() -> None:
    assert [each.actual for each in check([one("Coalesce([a])", "")])] == [None]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[", "The file is no JSON"),
        ("[" * 100_000, "The file is no JSON"),
        ("{}", "must hold a list"),
        ("[1]", "Vector 1 is no object"),
    ],
)
def test_a_file_that_holds_no_vectors_is_refused(text: str, reason: str) -> None:
    with pytest.raises(BadVectors, match=reason):
        read_vectors(text)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"expression": None}, "expression is of the wrong kind"),
        ({"attributes": []}, "attributes is of the wrong kind"),
        ({"context": 1}, "context is of the wrong kind"),
        ({"context": {"now": "tomorrow"}}, "now of its context is wrong"),
        ({"context": {"now": 1}}, "now of its context is wrong"),
        ({"context": {"existing": "x"}}, "existing of its context is wrong"),
        ({"context": {"default_domain": 1}}, "default_domain of its context is wrong"),
    ],
)
def test_a_malformed_vector_is_refused_with_its_number(change: dict[str, Any], reason: str) -> None:
    good = one("Now()", None)

    with pytest.raises(BadVectors, match=f"Vector 2: {reason}"):
        list(check([good | {"expected": {"error": True}}, good | change]))


def test_a_vector_without_an_answer_is_refused() -> None:
    vector = one("Now()", None)
    del vector["expected"]

    with pytest.raises(BadVectors, match="Vector 1 lacks expected"):
        list(check([vector]))


def test_the_values_of_a_context_are_used() -> None:
    context = {"now": "2021-07-02T15:33:38Z", "existing": ["ANN"], "default_domain": "contoso.example"}
    vectors = [
        one("Now()", "7/2/2021 3:33:38 PM"),
        one("DefaultDomain()", "contoso.example"),
        one('SelectUniqueValue("ann", "ann2")', "ann2"),
    ]

    assert list(check([each | {"context": context} for each in vectors])) == []
