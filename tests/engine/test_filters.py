"""Scoping filters: AND in a filter, OR between filters, each operator by its rule, and what may be saved."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.choices import Operator
from provisioning.directory.attributes import USER_ATTRIBUTES
from provisioning.engine.filters import BadFilter, check, check_filter, evaluate, failures, find_operator
from provisioning.engine.operators import OPERATORS
from provisioning.errors import FilterInvalid, FilterTimedOut
from provisioning.records import Clause, ScopingFilter

VECTORS = json.loads((Path(__file__).parent.parent / "expressions/scoping_vectors.json").read_text())
SCHEMA = {**USER_ATTRIBUTES, "level": "Integer", "hired": "DateTime", "photo": "Binary", "mails": "String[]"}


def make_filter(*clauses: tuple[str, str, str], title: str = "Staff") -> ScopingFilter:
    return ScopingFilter(
        title=title,
        clauses=tuple(Clause(attribute=name, operator=Operator(sign), value=value) for name, sign, value in clauses),
    )


def holds(value: Any, operator: str, wanted: str = "") -> bool:
    return evaluate([make_filter(("x", operator, wanted))], {"x": value}).passed


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_every_vector_gives_its_answer(vector: dict[str, Any]) -> None:
    filters = [
        make_filter(*((each["attribute"], each["operator"], each["value"] or "") for each in group))
        for group in vector["clauses"]
    ]

    assert evaluate(filters, vector["attributes"]).passed == vector["expected"]


@pytest.mark.parametrize(
    ("value", "operator", "wanted", "expected"),
    [
        pytest.param(5, "EQUALS", "05", True, id="integers by value"),
        pytest.param(-5, "EQUALS", "-5", True, id="negative integers"),
        pytest.param(5, "EQUALS", "five", False, id="a number is no word"),
        pytest.param("05", "EQUALS", "5", False, id="texts by their characters"),
        pytest.param(True, "EQUALS", "1", False, id="a boolean is no number"),
        pytest.param("sales ", "EQUALS", "sales", False, id="white space counts"),
        pytest.param("true", "IS TRUE", "", True, id="the word in any case"),
        pytest.param("FALSE", "IS FALSE", "", True, id="the other word too"),
        pytest.param(True, "IS FALSE", "", False, id="true is not false"),
        pytest.param(1, "IS TRUE", "", False, id="one is not true"),
        pytest.param("x", "IS NOT NULL", "", True, id="a value"),
        pytest.param("abc", "NOT REGEX MATCH", "b", True, id="part of a value is no match"),
        pytest.param("10", "GREATER_THAN", "9", True, id="digits are a number"),
        pytest.param("ten", "GREATER_THAN", "9", False, id="a word is greater than nothing"),
        pytest.param(-1, "GREATER_THAN_OR_EQUALS", "0", False, id="nor a negative number"),
        pytest.param("9" * 5000, "GREATER_THAN", "9", False, id="nor what is no number of a directory"),
        pytest.param(True, "GREATER_THAN_OR_EQUALS", "0", False, id="nor a boolean"),
        pytest.param(10, "GREATER_THAN", "ten", False, id="nor is anything greater than a word"),
        pytest.param("a@contoso.com", "ENDS_WITH", "@contoso.com", True, id="an end"),
        pytest.param("a@CONTOSO.com", "ENDS_WITH", "@contoso.com", False, id="an end in another case"),
        pytest.param("DE", "&", "DE;AT;CH", True, id="in the value of the clause"),
        pytest.param("FR", "&", "DE;AT;CH", False, id="not in it"),
        pytest.param("FR", "!&", "DE;AT;CH", True, id="not in it is asked for"),
        pytest.param("DE", "!&", "DE;AT;CH", False, id="in it where not is asked for"),
        pytest.param(("ab", "b"), "INCLUDES", "b", True, id="all of several"),
        pytest.param(("ab", "c"), "INCLUDES", "b", False, id="not all of several"),
        pytest.param(("ab", ""), "IS NOT NULL", "", False, id="an empty one of several"),
        pytest.param((), "IS NULL", "", True, id="several, but none"),
        pytest.param([], "NOT EQUALS", "a", False, id="none is not unequal"),
    ],
)
def test_an_operator_judges_by_its_rule(value: Any, operator: str, wanted: str, expected: bool) -> None:
    assert holds(value, operator, wanted) is expected


@pytest.mark.parametrize("operator", Operator)
@pytest.mark.parametrize("value", [None, "", ()])
def test_of_nothing_only_is_null_is_true(operator: Operator, value: Any) -> None:
    assert holds(value, operator, ".*") is (operator is Operator.IS_NULL)


def test_every_operator_has_its_rule() -> None:
    assert set(OPERATORS) == set(Operator)


def test_each_clause_that_was_looked_at_is_told() -> None:
    filters = [
        make_filter(("city", "EQUALS", "Oslo"), ("mail", "IS NULL", "")),
        make_filter(("city", "EQUALS", "Bern"), title="Swiss"),
        make_filter(("city", "IS NOT NULL", ""), title="Rest"),
    ]

    verdict = evaluate(filters, {"city": "Bern"})

    assert verdict.passed
    assert verdict.details == {
        "Staff city EQUALS Oslo": "False",
        "Staff mail IS NULL": "True",
        "Swiss city EQUALS Bern": "True",
    }


def test_a_filter_without_clauses_passes_nobody() -> None:
    assert not evaluate([make_filter()], {"city": "Bern"}).passed


def test_of_each_filter_the_first_clause_that_fails_is_named() -> None:
    swiss = make_filter(
        ("mail", "IS NOT NULL", ""), ("city", "EQUALS", "Bern"), ("country", "EQUALS", "CH"), title="Swiss"
    )
    staff = make_filter(("mail", "IS NULL", ""))

    found = failures([swiss, staff], {"mail": "bo@contoso.example", "city": "Oslo"})

    assert found == ["Swiss city EQUALS Bern", "Staff mail IS NULL"]


def test_a_filter_that_lets_pass_has_no_clause_that_fails() -> None:
    assert failures([make_filter(("mail", "IS NULL", ""))], {}) == []


def test_a_pattern_that_takes_too_long_fails_the_object_and_names_the_filter() -> None:
    slow = make_filter(("city", "NOT REGEX MATCH", "(?:a|aa)+b"))

    with pytest.raises(FilterTimedOut, match="filter Staff could not be decided by its clause on city"):
        evaluate([slow], {"city": "a" * 5000})


def test_a_pattern_that_should_not_have_been_saved_fails_the_object_and_names_the_filter() -> None:
    with pytest.raises(FilterInvalid, match=r"filter Staff has a clause on city that is wrong: .* has no end"):
        evaluate([make_filter(("city", "REGEX MATCH", "("))], {"city": "Bern"})


@pytest.mark.parametrize(
    ("text", "operator"),
    [
        ("Greater_Than_OR_EQUALS", Operator.GREATER_THAN_OR_EQUALS),
        ("greater than", Operator.GREATER_THAN),
        (" not_regex  match ", Operator.NOT_REGEX_MATCH),
        ("Includes", Operator.INCLUDES),
        ("!&", Operator.NOT_IN),
    ],
)
def test_operators_are_found_in_any_spelling(text: str, operator: Operator) -> None:
    assert find_operator(text) is operator


@pytest.mark.parametrize("operator", Operator)
def test_an_operator_is_found_by_its_own_name(operator: Operator) -> None:
    assert find_operator(operator.value) is operator


@pytest.mark.parametrize(
    ("clause", "part", "reason"),
    [
        (("city", "LIKE", "x"), "operator", "No operator is called LIKE; choose one of EQUALS, NOT EQUALS"),
        (("city", "IsMemberOf", "x"), "operator", "IsMemberOf can't be used in a filter; assign the group"),
        (("", "EQUALS", "x"), "attribute", "Choose an attribute"),
        (("City", "EQUALS", "x"), "attribute", "The source has no attribute City; choose"),
        (("IsSoftDeleted", "IS FALSE", ""), "attribute", "IsSoftDeleted can't be used"),
        (("manager", "IS NULL", ""), "attribute", "manager can't be used"),
        (("appRoleAssignments", "EQUALS", "x"), "attribute", "appRoleAssignments can't be used"),
        (("hired", "IS NULL", ""), "attribute", "hired is of the type DateTime"),
        (("mails", "INCLUDES", "x"), "attribute", "mails is of the type String[]"),
        (
            ("accountEnabled", "EQUALS", "True"),
            "operator",
            "EQUALS can't judge accountEnabled, which is of the type Boolean",
        ),
        (("level", "IS TRUE", ""), "operator", "IS TRUE can't judge level"),
        (("city", "EQUALS", ""), "value", "city EQUALS: Enter a value."),
        (("city", "IS NULL", "x"), "value", "city IS NULL: Leave the value empty"),
        (("level", "GREATER_THAN", "-1"), "value", "level GREATER_THAN: Enter a whole number"),
        (("city", "REGEX MATCH", "a(b"), "value", "Correct the pattern: This ( has no end"),
        (("city", "NOT REGEX MATCH", ""), "value", "city NOT REGEX MATCH: Enter a value."),
    ],
)
def test_a_clause_that_may_not_be_saved_is_refused_with_what_to_do(
    clause: tuple[str, str, str], part: str, reason: str
) -> None:
    with pytest.raises(BadFilter) as refused:
        check(*clause, SCHEMA)

    assert reason in str(refused.value)
    assert refused.value.part == part


@pytest.mark.parametrize(
    "clause",
    [
        ("city", "REGEX MATCH", "B.*"),
        ("level", "GREATER_THAN", "0"),
        ("photo", "IS NOT NULL", ""),
        ("accountEnabled", "IS TRUE", ""),
        ("city", "EQUALS", " "),
    ],
)
def test_a_good_clause_is_given_back(clause: tuple[str, str, str]) -> None:
    assert check(*clause, SCHEMA) == make_filter(clause).clauses[0]


def test_without_a_schema_names_are_not_checked() -> None:
    assert check("extension_1", "is_null").operator is Operator.IS_NULL


def test_a_good_filter_is_given_back_in_the_capital_form() -> None:
    clauses = [
        {"attribute": "city", "operator": "equals", "value": "Bern"},
        {"attribute": "mail", "operator": "is not null"},
    ]

    found = check_filter("Swiss", clauses, SCHEMA)

    assert found == make_filter(("city", "EQUALS", "Bern"), ("mail", "IS NOT NULL", ""), title="Swiss")


@pytest.mark.parametrize(
    ("title", "clauses", "reason"),
    [
        ("", [{"attribute": "city", "operator": "IS NULL"}], "a title"),
        ("Swiss", [], "Add a clause to scoping filter Swiss"),
        ("Swiss", [{"attribute": "city", "operator": "EQUALS", "value": ""}], "Enter a value"),
    ],
)
def test_a_filter_that_may_not_be_saved_is_refused(title: str, clauses: list[dict[str, str]], reason: str) -> None:
    with pytest.raises(BadFilter, match=reason):
        check_filter(title, clauses, SCHEMA)


VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=20), st.tuples(st.text(), st.text()))


@given(st.sampled_from(Operator), st.text(max_size=20), VALUES)
def test_a_clause_that_may_be_saved_judges_every_value(operator: Operator, wanted: str, value: Any) -> None:
    try:
        clause = check("x", operator, wanted)
    except BadFilter:
        clause = Clause(attribute="x", operator=Operator.IS_NULL)

    verdict = evaluate([ScopingFilter(title="Any", clauses=(clause,))], {"x": value})

    assert list(verdict.details.values()) == [str(verdict.passed)]
