"""Shortcuts for tests of the language: what an expression gives, and why it does not."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from provisioning.expressions.language import BadExpression, Context, EvaluationFailed, Result, compile_expression

NOW = datetime(2021, 7, 2, 15, 33, 38, tzinfo=UTC)
CONTEXT = Context(attributes={}, now=NOW)


def result(expression: str, context: Context = CONTEXT, **attributes: Any) -> Result:
    """The result with these attributes, in a context where there are more facts."""
    return compile_expression(expression).run(replace(context, attributes=attributes))


def value(expression: str, **attributes: Any) -> Any:
    return result(expression, **attributes).value


def failure(expression: str, context: Context = CONTEXT, **attributes: Any) -> EvaluationFailed:
    """Why the expression, which may be saved, fails for this object."""
    with pytest.raises(EvaluationFailed) as caught:
        result(expression, context, **attributes)
    return caught.value


def fault(expression: str, **rules: Any) -> BadExpression:
    """Why the expression may not be saved."""
    with pytest.raises(BadExpression) as caught:
        compile_expression(expression, **rules)
    return caught.value


def warnings(expression: str) -> list[tuple[int, str]]:
    """Column and text of each warning."""
    return [(each.column, str(each.message)) for each in compile_expression(expression).warnings]
