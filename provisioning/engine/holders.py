"""An account has one source object. Whoever comes second is told so, and gets no link."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from provisioning.choices import Status
from provisioning.engine.escrow import escrowed
from provisioning.errors import DuplicateSourceEntries
from provisioning.records import ObjectState, Outcome
from provisioning.texts import gettext_noop, say

HELD = gettext_noop("The account %(account)s belongs to another object of the directory already.")


def second_holders(outcomes: Sequence[Outcome], holders: Mapping[str, int]) -> set[int]:
    """The keys of those whose account is somebody else's; `holders` are remembered: target id to source key.

    The outcomes are of one object type. Among them the first one wins.
    """
    linked = {each.state.target_id: each.source.key for each in reversed(outcomes) if each.state}
    first = {**linked, **holders}
    return {
        each.source.key
        for each in outcomes
        if each.state and each.state.target_id and first[each.state.target_id] != each.source.key
    }


def refused(outcome: Outcome, before: ObjectState | None, now: datetime) -> Outcome:
    """The outcome of a second holder: a failure that remembers no account. Nothing is searched for any more."""
    error = DuplicateSourceEntries(say(HELD, account=outcome.target_label or outcome.target_id))
    known = replace(before or ObjectState(), target_id="", sent={}, was_in_scope=True, uncertain=False)
    return replace(
        outcome,
        status=Status.FAILURE,
        reason=error.message,
        code=error.code,
        remedy=error.remedy,
        state=escrowed(known, error.code, now),
        logged=True,
        deferred=False,
        staged=None,
        references={},
    )
