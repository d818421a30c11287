"""Values that a mapping redacts: whatever a report shows of them is [Redact]. What is remembered and sent stays."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from provisioning.engine.values import redacted
from provisioning.records import Exchange, ModifiedProperty, ObjectRules, Outcome, Step
from provisioning.texts import Message
from provisioning.wire.exchanges import strike_values

REDACTED = "[Redact]"

Strike = Callable[[str], str]


def redact(outcome: Outcome, rules: ObjectRules) -> Outcome:
    """The outcome as reports may tell it, where a row of the mapping has Redact; else the outcome itself."""
    if not any("Redact" in each.source for each in rules.rules):  # what most mappings have, and cheaper than to ask
        return outcome
    targets, sources = redacted(rules.rules)
    strike = _striker(_values(outcome, targets, sources))
    return replace(
        outcome,
        reason=_message(outcome.reason, strike),
        target_label=strike(outcome.target_label),
        steps=tuple(_step(each, sources, strike) for each in outcome.steps),
        modified=tuple(_property(each, targets) for each in outcome.modified),
        exchanges=tuple(_exchange(each, strike) for each in outcome.exchanges),
    )


def _values(outcome: Outcome, targets: frozenset[str], sources: frozenset[str]) -> list[Any]:
    """Every form in which a redacted value is known here: as read, as sent before, as sent now."""
    found = [outcome.source.attributes.get(name) for name in sources]
    found += [outcome.state.sent.get(name) for name in targets] if outcome.state else []
    for each in outcome.modified:
        found += [each.old, each.new] if each.name in targets else []
    return found


def _striker(values: Iterable[Any]) -> Strike:
    """The longest first: a shorter one may be a part of it."""
    texts = {str(each) for value in values for each in (value if isinstance(value, tuple) else (value,))}
    secrets = sorted(texts - {"", "None", "True", "False"}, key=len, reverse=True)
    return lambda text: strike_values(text, secrets, REDACTED)


def _step(step: Step, sources: frozenset[str], strike: Strike) -> Step:
    details = {name: REDACTED if name in sources else strike(value) for name, value in step.details.items()}
    return replace(step, text=_message(step.text, strike), details=details)


def _property(each: ModifiedProperty, targets: frozenset[str]) -> ModifiedProperty:
    """One that was empty still shows that it was."""
    if each.name not in targets:
        return each
    old, new = (value if value in (None, "", ()) else REDACTED for value in (each.old, each.new))
    return ModifiedProperty(each.name, old, new)


def _exchange(each: Exchange, strike: Strike) -> Exchange:
    return replace(each, url=strike(each.url), request=strike(each.request), response=strike(each.response))


def _message(message: Message, strike: Strike) -> Message:
    values = {name: strike(value) if isinstance(value, str) else value for name, value in message.values.items()}
    return Message(message.text, values)
