"""Scoping filters: whether the attributes of an object pass them, and whether a filter may be saved."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from provisioning.choices import Operator
from provisioning.engine.operators import EVERY_TYPE, OPERATORS
from provisioning.errors import FilterInvalid, FilterTimedOut
from provisioning.expressions.regex import BadPattern, PatternTimeout
from provisioning.records import Attributes, Clause, ScopingFilter
from provisioning.texts import Message, gettext_noop, say

NOT_FOR_FILTERS = frozenset({"members", "appRoleAssignments", "userType", "manager", "IsSoftDeleted"})
"""The last one is calculated only after scoping."""

_TIMED_OUT = gettext_noop("Scoping filter %(title)s could not be decided by its clause on %(attribute)s: %(reason)s")
_INVALID = gettext_noop("Scoping filter %(title)s has a clause on %(attribute)s that is wrong: %(reason)s")


class BadFilter(ValueError):
    """A scoping filter that may not be saved, and what to do about it.

    `part` names the field of the clause that is wrong; empty when it is the filter as a whole.
    """

    def __init__(self, message: Message, part: str = "") -> None:
        super().__init__(str(message))
        self.message = message
        self.part = part


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterVerdict:
    """`details` says of each clause that was evaluated whether it holds."""

    passed: bool
    details: Mapping[str, str]


def evaluate(filters: Sequence[ScopingFilter], attributes: Attributes) -> FilterVerdict:
    """Whether any filter passes, or there is none. Those after the first that passes are not looked at.

    Raises FilterTimedOut when a pattern takes too long: then nobody knows.
    """
    details: dict[str, str] = {}
    for each in filters:
        found = {_label(each, clause): _holds(each, clause, attributes) for clause in each.clauses}
        details |= {label: str(holds) for label, holds in found.items()}
        if found and all(found.values()):
            return FilterVerdict(passed=True, details=details)
    return FilterVerdict(passed=not filters, details=details)


def failures(filters: Sequence[ScopingFilter], attributes: Attributes) -> list[str]:
    """Of each filter the first clause that does not hold, as `evaluate` names it. Raises FilterTimedOut."""
    found = (
        next((_label(each, clause) for clause in each.clauses if not _holds(each, clause, attributes)), "")
        for each in filters
    )
    return [label for label in found if label]


def _label(scoping: ScopingFilter, clause: Clause) -> str:
    """As Azure's provision on demand names it."""
    return " ".join(part for part in (scoping.title, clause.attribute, clause.operator.value, clause.value) if part)


def _holds(scoping: ScopingFilter, clause: Clause, attributes: Attributes) -> bool:
    try:
        return OPERATORS[clause.operator].applies(attributes.get(clause.attribute), clause.value)
    except PatternTimeout as error:
        raise FilterTimedOut(_about(_TIMED_OUT, scoping, clause, error)) from error
    except BadPattern as error:
        raise FilterInvalid(_about(_INVALID, scoping, clause, error)) from error


def _about(text: str, scoping: ScopingFilter, clause: Clause, error: Exception) -> Message:
    return say(text, title=scoping.title, attribute=clause.attribute, reason=str(error))


def check_filter(
    title: str, clauses: Sequence[Mapping[str, str]], schema: Mapping[str, str] | None = None
) -> ScopingFilter:
    """The filter as it may be saved, from clauses of {attribute, operator, value}. Raises BadFilter."""
    if not title:
        raise BadFilter(say(gettext_noop("Give the scoping filter a title.")))
    if not clauses:
        raise BadFilter(say(gettext_noop("Add a clause to scoping filter %(title)s, or delete it."), title=title))
    read = (check(each["attribute"], each["operator"], each.get("value") or "", schema) for each in clauses)
    return ScopingFilter(title=title, clauses=tuple(read))


def check(attribute: str, operator: str, value: str = "", schema: Mapping[str, str] | None = None) -> Clause:
    """The clause as it may be saved, its operator in the capital form. Raises BadFilter.

    `schema` holds the types of the source attributes by name; without it names are not checked.
    """
    clause = Clause(attribute=attribute, operator=find_operator(operator), value=value)
    _check_attribute(clause, schema)
    try:
        fault = OPERATORS[clause.operator].fault(value)
    except BadPattern as error:
        fault = say(gettext_noop("Correct the pattern: %(reason)s."), reason=str(error))
    if fault:
        text = gettext_noop("%(attribute)s %(operator)s: %(fault)s")
        raise BadFilter(say(text, attribute=attribute, operator=clause.operator.value, fault=str(fault)), "value")
    return clause


def find_operator(text: str) -> Operator:
    """The operator by its name in any case, with blanks or underscores. Raises BadFilter."""
    wanted = _plain(text)
    if wanted.replace(" ", "") == "ISMEMBEROF":
        text = gettext_noop("IsMemberOf can't be used in a filter; assign the group instead.")
        raise BadFilter(say(text), "operator")
    for operator in Operator:
        if _plain(operator) == wanted:
            return operator
    unknown = gettext_noop("No operator is called %(operator)s; choose one of %(names)s.")
    raise BadFilter(say(unknown, operator=text, names=", ".join(Operator)), "operator")


def _plain(name: str) -> str:
    return re.sub("[ _]+", " ", name.strip()).upper()


def _check_attribute(clause: Clause, schema: Mapping[str, str] | None) -> None:
    name = clause.attribute
    if not name:
        raise BadFilter(say(gettext_noop("Choose an attribute for each clause.")), "attribute")
    if name in NOT_FOR_FILTERS:
        text = gettext_noop("%(name)s can't be used in a filter; choose another attribute.")
        raise BadFilter(say(text, name=name), "attribute")
    if schema is None:
        return
    kind = schema.get(name)
    if kind is None:
        text = gettext_noop("The source has no attribute %(name)s; choose one of its own, in its upper and lower case.")
        raise BadFilter(say(text, name=name), "attribute")
    if kind not in EVERY_TYPE:
        text = gettext_noop("%(name)s is of the type %(kind)s, which no filter can judge; choose another attribute.")
        raise BadFilter(say(text, name=name, kind=kind), "attribute")
    if kind not in OPERATORS[clause.operator].types:
        text = gettext_noop(
            "%(operator)s can't judge %(name)s, which is of the type %(kind)s; choose another operator."
        )
        raise BadFilter(say(text, operator=clause.operator.value, name=name, kind=kind), "operator")
