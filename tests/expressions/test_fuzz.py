"""Whatever is written, and whatever the attributes hold: a result, or an error of the language that has a place."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from provisioning.expressions.functions import all_functions
from provisioning.expressions.language import ExpressionError, compile_expression, compile_operand
from provisioning.expressions.signatures import Function, Parameter
from provisioning.expressions.tokens import escaped
from tests.expressions.running import CONTEXT

NAMES = ["a", "b", "c", "d", "appRoleAssignments"]
PIECES = [
    *all_functions(),
    *'()[],"\\&%=<>+- \n\t.',
    "[a]",
    '"x"',
    "-1",
    "&HF",
    "UTF8",
    "IgnoreObjectFlow",
    "é",
    "\ud800",
]
# Texts that mean something to one function or another.
TELLING = [
    *("", " ", "True", "0", "-1", "1.5", "3", "9999-12-31", "2021-06-30T12:00:00+14:00", "0001-01-01+14:00", "yyyy"),
    *("d", "MM/dd/yyyy hh:mm:ss tt", "m", "ww", "n", "%", "'", "tr-TR", "x-", "(a)(?<n>b*)", "(", "n", "$1${n}$_$$"),
    *("QQA=", "UTF8", "cn=a\\,b,dc=c", "ǆ ﬁ ß İ ı", "ÅA\u030a\u0301", "\ud800", "\U0001f600", "\x00", "%(value)s"),
    *("&HFF", "<&>"),
]  # fmt: skip

texts = st.sampled_from(TELLING) | st.text(max_size=8)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([2**64, -(2**63), 10**5000]),
    st.floats(),
    st.decimals(),
    texts,
    st.datetimes(timezones=st.just(UTC) | st.none()),
    st.dates(),
    st.binary(max_size=12),
    st.uuids(),
    st.dictionaries(
        st.sampled_from(["id", "value", "displayName", "x"]), st.none() | texts | st.integers(), max_size=3
    ),
    st.builds(lambda text: text * 300_000, st.characters()),
    st.just(object()),
)
attributes = st.dictionaries(st.sampled_from(NAMES), scalars | st.lists(scalars, max_size=4), max_size=5)


leaves = st.one_of(
    st.sampled_from([f"[{name}]" for name in NAMES]),
    texts.map(escaped),
    st.integers(-3, 300).map(str),
    st.sampled_from(["1.5", "&HFFFFFFFFFFFFFFFF", "99999999999999999999", "129699324000000000"]),
)


def argument(parameter: Parameter, below: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    found = below
    if parameter.kind.words:
        found |= st.sampled_from(parameter.kind.words)
    if parameter.kind.type == "Boolean":
        found |= st.builds("{} {} {}".format, below, st.sampled_from(["=", "<>", ">", "<="]), below)
    return found | st.just("") if parameter.may_be_empty else found


def call(function: Function, below: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    parameters = list(function.parameters)
    if parameters and parameters[-1].repeating:
        parameters += parameters[-1:] * 3
    arguments = st.tuples(*(argument(each, below) for each in parameters))
    return arguments.map(lambda found: f"{function.name}({', '.join(found)})")


def calls(below: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.sampled_from(list(all_functions().values())).flatmap(lambda each: call(each, below))


expressions = calls(leaves | calls(leaves | calls(leaves)))
REPLACES = st.builds(
    "Replace([a], {})".format,
    st.one_of(
        st.builds("{}, , , {}".format, leaves, leaves),
        st.builds("{}, , , , , {}".format, leaves, leaves),
        st.builds(", {}, , {}".format, leaves, leaves),
        st.builds(", {}, {}, {}".format, leaves, leaves, leaves),
        st.builds(", {}, {}, , {}".format, leaves, leaves, leaves),
    ),
)


def run(expression: str, values: dict[str, Any]) -> None:
    """Whatever but an error of the language comes out of here is a mistake."""
    found: ExpressionError | None = None
    try:
        program = compile_expression(expression)
        assert compile_expression(program.canonical).canonical == program.canonical
        json.dumps(program.tree)
        result = program.run(replace(CONTEXT, attributes=values, default_domain="contoso.example"))
        assert isinstance(result.value, str | int | float | Decimal | tuple | None)
    except ExpressionError as error:
        found = error
    if found:
        json.dumps(found.message.as_json())
        assert 0 <= found.position <= len(expression)
        assert str(found) == f"column {found.column}: {found.message}"


@given(st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
@settings(max_examples=300, deadline=None)
def test_any_text_is_an_expression_or_an_error_with_a_place(text: str) -> None:
    run(text, {"a": "x"})
    with suppress(ExpressionError):
        compile_operand(text)


@given(expressions | REPLACES, attributes)
@settings(max_examples=400, deadline=None)
def test_any_expression_gives_a_result_or_an_error_for_any_values(expression: str, values: dict[str, Any]) -> None:
    run(expression, values)


@given(expressions, st.integers(0, 200), st.text(max_size=2))
@settings(max_examples=200, deadline=None)
def test_a_spoilt_expression_is_another_or_an_error(expression: str, at: int, new: str) -> None:
    run(expression[:at] + new + expression[at + 1 :], {"a": "x"})
