"""Test vectors of the language: expressions with what they must give, as JSON."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from provisioning.expressions.language import Context, ExpressionError, compile_expression
from provisioning.expressions.moments import BadDate, parse
from provisioning.expressions.values import as_text
from provisioning.texts import Message, gettext_noop, say

ERROR: Mapping[str, Any] = {"error": True}
IGNORE: Mapping[str, Any] = {"ignore": True}

_NO_JSON = gettext_noop("The file is no JSON: %(reason)s.")
_NO_LIST = gettext_noop("The file must hold a list of vectors.")
_NO_OBJECT = gettext_noop("Vector %(number)s is no object.")
_LACKS = gettext_noop("Vector %(number)s lacks %(key)s.")
_TYPE = gettext_noop("Vector %(number)s: %(key)s is of the wrong kind.")
_CONTEXT = gettext_noop("Vector %(number)s: %(key)s of its context is wrong.")


class BadVectors(ValueError):
    """A file that holds no vectors, and why."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True, slots=True)
class Failure:
    """A vector that gave something else."""

    id: str
    expected: Any
    actual: Any
    reason: str = ""


def read_vectors(text: str | bytes) -> list[dict[str, Any]]:
    """The objects of a file; nothing is asked of their keys. Raises BadVectors."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadVectors(say(_NO_JSON, reason=str(error))) from None
    if not isinstance(data, list):
        raise BadVectors(say(_NO_LIST))
    for number, each in enumerate(data, 1):
        if not isinstance(each, dict):
            raise BadVectors(say(_NO_OBJECT, number=number))
    return data


def require(number: int, vector: Mapping[str, Any], keys: Mapping[str, type | tuple[type, ...]]) -> None:
    """Raises BadVectors unless the vector has these keys with values of these types."""
    for key, kind in keys.items():
        if key not in vector:
            raise BadVectors(say(_LACKS, number=number, key=key))
        if not isinstance(vector[key], kind):
            raise BadVectors(say(_TYPE, number=number, key=key))


def check(vectors: Sequence[Mapping[str, Any]]) -> Iterator[Failure]:
    """Those that fail. Raises BadVectors."""
    for number, vector in enumerate(vectors, 1):
        require(number, vector, {"id": str, "expression": str, "attributes": dict, "expected": object})
        context = _context(number, vector)
        actual, reason = _outcome(vector["expression"], context)
        if not _same(actual, vector["expected"]):
            yield Failure(vector["id"], vector["expected"], actual, reason)


def _outcome(expression: str, context: Context) -> tuple[Any, str]:
    """What an expression gives, in the form that vectors have for it, and why if it fails."""
    try:
        result = compile_expression(expression).run(context)
    except ExpressionError as error:
        return ERROR, str(error)
    return (IGNORE if result.ignored else canonical(result.value)), ""


def _same(actual: Any, expected: Any) -> bool:
    """Outcomes are told apart from values by identity: a role object might look like one."""
    if actual is ERROR or actual is IGNORE:
        return bool(actual == expected)
    return bool(actual == canonical(expected))


def canonical(value: Any) -> Any:
    """The form in which values are compared: numbers, booleans and moments as text, lists and objects part by part."""
    if isinstance(value, list | tuple):
        return [canonical(each) for each in value]
    if isinstance(value, dict):
        return {key: canonical(each) for key, each in value.items()}
    if isinstance(value, bool | int | float | Decimal | datetime):
        return as_text(value)
    return value


def _context(number: int, vector: Mapping[str, Any]) -> Context:
    given = vector.get("context") or {}
    if not isinstance(given, dict):
        raise BadVectors(say(_TYPE, number=number, key="context"))
    existing, domain = given.get("existing") or [], given.get("default_domain")
    if not isinstance(existing, list) or not all(isinstance(each, str) for each in existing):
        raise BadVectors(say(_CONTEXT, number=number, key="existing"))
    if not isinstance(domain, str | None):
        raise BadVectors(say(_CONTEXT, number=number, key="default_domain"))
    taken = {each.casefold() for each in existing}
    return Context(
        attributes=vector["attributes"],
        now=_now(number, given.get("now")),
        default_domain=domain,
        taken=lambda value: value.casefold() in taken,
    )


def _now(number: int, text: Any) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        return parse(text)
    except (BadDate, TypeError, AttributeError):
        raise BadVectors(say(_CONTEXT, number=number, key="now")) from None
