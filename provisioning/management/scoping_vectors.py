"""Test vectors of scoping filters: groups of clauses with the answer they must give, as JSON."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from provisioning.engine.filters import BadFilter, evaluate, find_operator
from provisioning.errors import FilterInvalid, FilterTimedOut
from provisioning.expressions.vectors import ERROR, BadVectors, Failure, require
from provisioning.records import Clause, ScopingFilter
from provisioning.texts import gettext_noop, say

_KEYS: Mapping[str, type | tuple[type, ...]] = {
    "id": str,
    "clauses": list,
    "attributes": dict,
    "expected": (bool, dict),
}
_CLAUSE = gettext_noop("Vector %(number)s: a clause is an object with attribute, operator and value.")


def check(vectors: Sequence[Mapping[str, Any]]) -> Iterator[Failure]:
    """Those that fail. Raises BadVectors."""
    for number, vector in enumerate(vectors, 1):
        require(number, vector, _KEYS)
        for group in vector["clauses"]:
            _require_clauses(number, group)
        actual, reason = _outcome(vector)
        if actual != vector["expected"]:
            yield Failure(vector["id"], vector["expected"], actual, reason)


def _require_clauses(number: int, group: Any) -> None:
    """Raises BadVectors."""
    clauses = group if isinstance(group, list) else [None]
    for each in clauses:
        if not isinstance(each, dict) or not all(isinstance(each.get(key), str) for key in ("attribute", "operator")):
            raise BadVectors(say(_CLAUSE, number=number))
        if not isinstance(each.get("value"), str | None):
            raise BadVectors(say(_CLAUSE, number=number))


def _outcome(vector: Mapping[str, Any]) -> tuple[Any, str]:
    """What the filters say, or an error and why."""
    try:
        filters = [_filter(str(number), group) for number, group in enumerate(vector["clauses"], 1)]
        return evaluate(filters, vector["attributes"]).passed, ""
    except (BadFilter, FilterInvalid, FilterTimedOut) as error:
        return ERROR, str(error)


def _filter(title: str, group: Sequence[Mapping[str, Any]]) -> ScopingFilter:
    """Raises BadFilter for an operator that does not exist."""
    return ScopingFilter(
        title=title,
        clauses=tuple(
            Clause(attribute=each["attribute"], operator=find_operator(each["operator"]), value=each.get("value") or "")
            for each in group
        ),
    )
