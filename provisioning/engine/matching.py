"""Step 3. The account of an object that is not linked yet, by the matching attributes in their order."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from provisioning.choices import MappingType, StepType
from provisioning.connectors.base import Connector, TargetSchema
from provisioning.engine.report import Report
from provisioning.engine.values import IGNORED, Facts, value_of
from provisioning.errors import Conflict, DuplicateTargetEntries, LeftAlone, MissingValues, SkipObject
from provisioning.records import Attributes, ObjectRules, Rule, SourceObject, TargetObject
from provisioning.texts import gettext_noop, say

FOUND = gettext_noop("Retrieved '%(name)s' from %(target)s")
NOT_FOUND = gettext_noop(
    "%(type)s '%(name)s' will be created in %(target)s (%(type)s is active and assigned in %(source)s, but no matching "
    "%(type)s was found in %(target)s)"
)
NOT_THERE = gettext_noop("No matching %(type)s was found in %(target)s.")
RECYCLED = gettext_noop(
    "The account %(account)s has the same matching value, but belongs to another object: "
    "its %(attribute)s is %(value)s."
)


@dataclass(frozen=True, slots=True)
class Match:
    """What was asked for, and the one account found, if any."""

    asked: tuple[str, ...]
    account: TargetObject | None


def find_account(report: Report, target: Connector, surveyed: Sequence[TargetObject] | None) -> TargetObject | None:
    """Match, and tell it as a step of the report."""
    found = match(report.objects, report.source, target, report.facts, surveyed)
    will_be_created = not found.account and report.verdict.wanted and report.objects.create
    report.step(
        "EntrySynchronizationAdd" if will_be_created else "EntryImport",
        StepType.MATCHING,
        FOUND if found.account else NOT_FOUND if will_be_created else NOT_THERE,
        details={"Asked for": ", ".join(found.asked), **({"Found": found.account.label} if found.account else {})},
    )
    return found.account


def find_holder(report: Report, target: Connector, values: Attributes) -> TargetObject | None:
    """The account that is in the way of a new one without matching it, by the attributes that the target names."""
    type_ = report.objects.type
    schema = target.schema(type_)
    for name in target.conflict_attributes:
        declared, value = schema.attribute(name), values.get(name)
        if declared is None or not declared.can_match or value in (None, ""):
            continue
        there = target.find(type_, name, str(value))
        asked = f'{name} "{value}"'
        hits = [each for each in there if fits(each, name, value, schema)]
        if account := _only(asked, hits, report.objects, report.source):
            details = {"Asked for": asked, "Found": account.label}
            report.step("EntryImport", StepType.MATCHING, FOUND, details=details)
            return account
    return None


def match(
    rules: ObjectRules,
    source: SourceObject,
    target: Connector,
    facts: Facts,
    surveyed: Sequence[TargetObject] | None = None,
) -> Match:
    """Look by each matching attribute until one gives an account: among the surveyed ones, or else in the target.

    Answers are checked here: some targets ignore the filter. Two hits are an error, nothing is guessed. An object
    without any matching value can't be matched and is not created, or it would be created again and again.
    """
    schema = target.schema(rules.type)
    asked = []
    for rule in rules.matching:
        value = matching_value(rule, source, facts)
        if value is None:
            continue
        asked.append(f'{rule.target} "{value}"')
        there = target.find(rules.type, rule.target, str(value)) if surveyed is None else surveyed
        hits = [each for each in there if fits(each, rule.target, value, schema)]
        if account := _only(asked[-1], hits, rules, source):
            return Match(tuple(asked), account)
    if not asked:
        raise MissingValues(
            say(
                gettext_noop("None of the matching attributes has a value (%(names)s)."),
                names=", ".join(rule.source for rule in rules.matching) or "-",
            )
        )
    return Match(tuple(asked), None)


def matching_value(rule: Rule, source: SourceObject, facts: Facts) -> Any:
    """What an object is looked up by; None when it has nothing to be looked up by."""
    value = value_of(rule, source, facts)
    return None if value in (IGNORED, "") else value


def match_keys(rules: ObjectRules, source: SourceObject, schema: TargetSchema, facts: Facts) -> list[tuple[str, str]]:
    """Attribute and folded value of everything an object is matched by: where the survey is looked up.

    An expression without a result is told when the object is walked, not here.
    """
    found = []
    for rule in rules.matching:
        with suppress(SkipObject, LeftAlone):
            value = matching_value(rule, source, facts)
            if value is not None:
                found.append((rule.target, folded(rule.target, value, schema)))
    return found


def account_keys(account: TargetObject, names: Iterable[str], schema: TargetSchema) -> list[tuple[str, str]]:
    """The same of an account that was listed."""
    return [(name, folded(name, account.attributes[name], schema)) for name in names if name in account.attributes]


def folded(name: str, value: object, schema: TargetSchema) -> str:
    """The value as it is compared: in any case, unless the attribute heeds it."""
    declared = schema.attribute(name)
    return str(value) if declared and declared.exact_case else str(value).casefold()


def fits(found: TargetObject, attribute: str, value: object, schema: TargetSchema) -> bool:
    """Whether this account really has the value."""
    has = found.attributes.get(attribute, "")
    return folded(attribute, has, schema) == folded(attribute, value, schema)


def _only(what: str, hits: Iterable[TargetObject], rules: ObjectRules, source: SourceObject) -> TargetObject | None:
    """The one account that has what was asked for. Raises when there are several, or it is another object's."""
    by_id = {each.id: each for each in hits}
    if len(by_id) > 1:
        raise _duplicates(what, by_id)
    for account in by_id.values():
        _check_anchor(rules, source, account)
        return account
    return None


def _check_anchor(rules: ObjectRules, source: SourceObject, account: TargetObject) -> None:
    """The same name with another anchor is a recycled name: a person has to decide whose account it is."""
    for rule in rules.rules:
        has = account.attributes.get(rule.target)
        if rule.type == MappingType.DIRECT and rule.source == "objectId" and has and str(has) != source.id:
            raise Conflict(say(RECYCLED, account=account.label or account.id, attribute=rule.target, value=str(has)))


def _duplicates(what: str, hits: dict[str, TargetObject]) -> DuplicateTargetEntries:
    return DuplicateTargetEntries(
        say(
            gettext_noop("%(count)s accounts have %(what)s: %(ids)s."),
            count=len(hits),
            what=what,
            ids=", ".join(list(hits)[:5]),
        )
    )
