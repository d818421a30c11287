"""What a row of the mapping gives for one object: the attribute, the constant, or the result of the expression."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from typing import Any, Final

from provisioning.choices import MappingType
from provisioning.errors import LeftAlone, MappingFailed, NoUniqueValue
from provisioning.expressions import errors
from provisioning.expressions.language import Context, Program, RoleValue, compile_expression
from provisioning.records import Attributes, Rule, SourceObject
from provisioning.texts import gettext_noop, say

IGNORED: Final = object()
"""The result of an expression that leaves the target attribute alone."""

FAILED = gettext_noop("%(attribute)s could not be mapped: column %(column)s: %(reason)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What values depend on besides the object: the time, the directory, and which values of a target attribute are
    taken (asked by its name and the value; None: nothing that has to be unique can be chosen)."""

    now: datetime
    default_domain: str = ""
    taken: Callable[[str, str], bool] | None = None


def value_of(rule: Rule, source: SourceObject, facts: Facts) -> Any:
    """The value a row gives for this object; None when it gives none, or IGNORED.

    Raises MappingFailed or NoUniqueValue, and LeftAlone when the whole object is to be skipped.
    """
    kind = rule.type
    if kind is MappingType.EXPRESSION:
        return _result(rule, source, facts)
    if kind is MappingType.NONE:
        return None
    value = rule.source if kind is MappingType.CONSTANT else source.attributes.get(rule.source)
    return None if value in ("", ()) else value


def as_texts(values: Attributes) -> dict[str, str]:
    """The attributes that have a value, as the details of a step show them."""
    given = {name: value for name, value in values.items() if value not in ("", ())}
    return {
        name: ", ".join(map(str, value)) if isinstance(value, tuple) else str(value) for name, value in given.items()
    }


def program_of(rule: Rule) -> Program | None:
    """The compiled expression of a row, None when it has none. Raises errors.BadExpression."""
    return _program(rule.source) if rule.type is MappingType.EXPRESSION else None


@lru_cache(maxsize=256)
def _program(text: str) -> Program:
    """Nothing but the text matters here, so it is checked once."""
    return compile_expression(text)


@lru_cache(maxsize=256)
def redacted(rules: tuple[Rule, ...]) -> tuple[frozenset[str], frozenset[str]]:
    """Target attributes whose values reports must not show, and the source attributes they come from."""
    targets: set[str] = set()
    sources: set[str] = set()
    for rule in rules:
        try:
            program = program_of(rule)
        except errors.BadExpression:
            continue  # it gives no value at all
        if program and "Redact" in program.functions:
            targets.add(rule.target)
            sources |= program.attributes
    return frozenset(targets), frozenset(sources)


@lru_cache(maxsize=256)
def wants_one_role(rules: tuple[Rule, ...]) -> bool:
    """Whether a row takes the first role of somebody who may hold several."""
    found = (each for each in rules if "SingleAppRoleAssignment" in each.source)
    return any(each.type is MappingType.EXPRESSION for each in found)


def _result(rule: Rule, source: SourceObject, facts: Facts) -> Any:
    context = Context(
        attributes=source.attributes,
        now=facts.now,
        default_domain=facts.default_domain or None,
        roles=[RoleValue(id=each.id, value=each.value, display_name=each.label) for each in source.roles],
        taken=partial(facts.taken, rule.target) if facts.taken else None,
    )
    try:
        result = _program(rule.source).run(context)
    except errors.ExpressionError as error:
        text = say(FAILED, attribute=rule.target, column=error.column, reason=str(error.message))
        family = NoUniqueValue if isinstance(error, errors.NoUniqueValue) else MappingFailed
        raise family(text) from error
    if result.skip_object:
        raise LeftAlone
    return IGNORED if result.ignored else result.value
