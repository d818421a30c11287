"""Step 3. The account of an object that is not linked yet, by the matching attributes in their order."""

from dataclasses import dataclass

from provisioning.connectors.base import Connector, TargetSchema
from provisioning.engine.mapping import value_of
from provisioning.errors import DuplicateTargetEntries, MissingValues
from provisioning.records import ObjectRules, SourceObject, TargetObject
from provisioning.texts import gettext_noop, say


@dataclass(frozen=True, slots=True)
class Match:
    """What was asked for, and the one account found, if any."""

    asked: tuple[str, ...]
    account: TargetObject | None


def match(rules: ObjectRules, source: SourceObject, target: Connector) -> Match:
    """Ask by each matching attribute until one gives an account.

    Answers are checked here: some targets ignore the filter. Two hits are an error, nothing is guessed. An object
    without any matching value can't be matched and is not created, or it would be created again and again.
    """
    schema = target.schema(rules.type)
    asked = []
    for rule in rules.matching:
        value = value_of(rule, source)
        if value is None:
            continue
        asked.append(f'{rule.target} "{value}"')
        hits = [
            each for each in target.find(rules.type, rule.target, str(value)) if _fits(each, rule.target, value, schema)
        ]
        if len({each.id for each in hits}) > 1:
            raise DuplicateTargetEntries(
                say(
                    gettext_noop("%(count)s accounts have %(what)s: %(ids)s."),
                    count=len(hits),
                    what=asked[-1],
                    ids=", ".join(each.id for each in hits[:5]),
                )
            )
        if hits:
            return Match(tuple(asked), hits[0])
    if not asked:
        raise MissingValues(
            say(
                gettext_noop("None of the matching attributes has a value (%(names)s)."),
                names=", ".join(rule.source for rule in rules.matching) or "-",
            )
        )
    return Match(tuple(asked), None)


def _fits(found: TargetObject, attribute: str, value: object, schema: TargetSchema) -> bool:
    has, wants = str(found.attributes.get(attribute, "")), str(value)
    declared = schema.attribute(attribute)
    return has == wants if declared and declared.exact_case else has.casefold() == wants.casefold()
