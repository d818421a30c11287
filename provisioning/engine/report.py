"""Collects the steps of one walk and turns them into its outcome."""

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from provisioning.choices import Action, Status, StepType
from provisioning.engine.escrow import SLOW_DOWN, deferred_until, escrowed, not_deferred, settled
from provisioning.engine.intents import in_doubt
from provisioning.engine.redaction import redact
from provisioning.engine.scope import Verdict
from provisioning.engine.values import Facts, as_texts
from provisioning.errors import ProvisioningError, RetryLater, TooManyRequests
from provisioning.records import (
    Attributes,
    Candidate,
    Exchange,
    JobRules,
    ModifiedProperty,
    ObjectRules,
    ObjectState,
    Outcome,
    Reference,
    SourceObject,
    Staged,
    Step,
    TargetObject,
)
from provisioning.texts import Message, gettext_noop, say

DRIFT, MISSING = "DriftFound", "AccountMissing"
"""Codes of what a reconcile cycle found and was not allowed to mend."""

DIFFERS = gettext_noop("The account was changed in %(target)s: %(names)s.")
SWITCHED = gettext_noop("Access to the account was switched in %(target)s.")
IS_GONE = gettext_noop("The account was deleted in %(target)s.")
WAITS = gettext_noop("The removal waits for the guard's decision. %(reason)s")
FOUND_AGAIN = gettext_noop("The account of %(type)s '%(name)s' was found again in %(target)s.")
REFERENCE_WAITS = gettext_noop("%(attribute)s: %(label)s has no account yet; it is sent when there is one.")
RETRYING = gettext_noop("We are retrying an operation that previously failed.")


class Report:
    """What the walk of one candidate has done so far. `action` is what it is about to do.

    `state` is what is remembered, as far as the walk has come; `removal` what was staged on the way; `surveyed` the
    accounts that a listing of the target gave, None once it is not believed. `repairs`: what is sent was not changed
    in the directory, but in the target.
    """

    verdict: Verdict

    def __init__(self, candidate: Candidate, rules: JobRules, now: datetime, *, defers: bool = False) -> None:
        self.candidate, self.source, self.before = candidate, candidate.source, candidate.state
        self.state = candidate.state or ObjectState()
        self.surveyed = candidate.surveyed
        self.rules, self.now, self.defers = rules, now, defers
        self.action = Action.OTHER
        self.target_label = ""
        self.modified: tuple[ModifiedProperty, ...] = ()
        self.removal: Staged | None = None
        self.repairs = False
        self.references: Mapping[str, Reference] = {}
        self.mapped_source: SourceObject = self.source
        self._steps: list[Step] = []
        named = (self.source.type.value, self.source.label, rules.directory_label, rules.target_label)
        self._names = dict(zip(("type", "name", "source", "target"), named, strict=True))
        self.facts = Facts(now=now, default_domain=rules.default_domain)
        self._started = self._last = time.perf_counter()
        self.step(
            "EntryImport",
            StepType.IMPORT,
            gettext_noop("Received %(type)s '%(name)s' from %(source)s"),
            details=as_texts(self.source.attributes),
        )
        if self.state.failures or self.state.tries:
            self._retries()

    @property
    def objects(self) -> ObjectRules:
        return self.rules.objects[self.source.type]

    @property
    def actual(self) -> TargetObject | None:
        """Its own account as the listing gave it."""
        return next((each for each in self.surveyed or () if each.id == self.state.target_id), None)

    def as_it_is(self, account: TargetObject) -> ObjectState:
        """What is remembered, with what the account really has."""
        return replace(self.state, sent=account.attributes, disabled=account.active is False)

    # --- on the way

    def step(
        self,
        name: str,
        type_: StepType,
        text: str | Message,
        *,
        status: Status = Status.SUCCESS,
        details: Mapping[str, str] | None = None,
    ) -> None:
        """Add a step; the values of a bare text are those that `say` knows."""
        now = time.perf_counter()
        self._steps.append(
            Step(
                name=name,
                type=type_,
                status=status,
                text=text if isinstance(text, Message) else self.say(text),
                details=details or {},
                milliseconds=round(1000 * (now - self._last)),
            )
        )
        self._last = now

    def judged(self, verdict: Verdict) -> None:
        """IsSoftDeleted is calculated: true for everybody who must not have a usable account."""
        self.verdict = verdict
        attributes = {**self.source.attributes, "IsSoftDeleted": not verdict.wanted}
        self.mapped_source = replace(self.source, attributes=attributes)
        self.step(
            "EntrySynchronizationScoping",
            StepType.SCOPING,
            gettext_noop("Determine if %(type)s in scope by evaluating against each scoping filter"),
            status=Status.SUCCESS if verdict.wanted else Status.SKIPPED,
            details=verdict.details,
        )

    def referred(self, references: Mapping[str, Reference]) -> None:
        """Note the objects referred to; those without an account are told, once."""
        told, self.references = self.references, references
        for name, each in references.items():
            if not each.target_id and name not in told:
                text = self.say(REFERENCE_WAITS, attribute=name, label=each.label)
                code = {"ErrorCode": "UnableToResolveReferenceAttributeValue"}
                self.step("EntryReference", StepType.REFERENCE, text, status=Status.SKIPPED, details=code)

    def about_to(self, action: Action, known: Attributes, modified: tuple[ModifiedProperty, ...]) -> None:
        """Name what is tried next, so that a failure tells it."""
        self.action = action
        self.modified = modified
        self.target_label = str(known.get("email") or known.get("userName") or known.get("displayName") or "")

    def step_gone(self) -> None:
        gone = gettext_noop("The account of %(type)s '%(name)s' is not in %(target)s any more; it is looked up anew.")
        self.step("EntryImport", StepType.MATCHING, gone, status=Status.WARNING, details={"ErrorCode": "InvalidAnchor"})

    # --- endings

    def done(
        self, state: ObjectState, reason: Message, exchanges: tuple[Exchange, ...], code: str = "", **more: object
    ) -> Outcome:
        """The action succeeded; failures of the past are forgotten."""
        state = settled(state, Status.SUCCESS, "")
        return self._outcome(Status.SUCCESS, reason, state, exchanges, code, **more)

    def unchanged(self, reason: Message, status: Status, code: str, exchanges: tuple[Exchange, ...]) -> Outcome:
        """Nothing was to be done. It is logged only when status or code differ from what was remembered.

        A group that is as it should be may still have members that failed: they keep their times.
        """
        if self.state.members_failed and status is Status.SUCCESS:
            return self._outcome(status, reason, not_deferred(self.state), exchanges, code, logged=False)
        remembered = self.before is not None and self.before.status is not None
        same = remembered and (self.state.status, self.state.code) == (status, code)
        skip = {"SkipReason": code or "RedundantExport"}
        self.step("EntrySynchronizationSkip", StepType.EXPORT, reason, status=Status.SKIPPED, details=skip)
        state = settled(self.state, status, code)
        return self._outcome(status, reason, state, exchanges, code, logged=not same, same=state == self.before)

    def passed_over(self, reason: Message, code: str) -> Outcome:
        """Not ours and never was: nothing is remembered and nothing is logged."""
        return self._outcome(Status.SKIPPED, reason, self.before, (), code, logged=False)

    def waits(self, staged: Staged, exchanges: tuple[Exchange, ...]) -> Outcome:
        """A removal that the guard decides on: nothing was sent, and what is remembered stays."""
        self.removal, self.action = staged, Action.STAGED_DELETE
        reason = self.say(WAITS, reason=str(staged.reason))
        self.step("EntrySynchronizationScoping", StepType.PROCESSING, reason, status=Status.SKIPPED)
        return self._outcome(Status.SKIPPED, staged.reason, not_deferred(self.state), exchanges, staged.code)

    def linked(self) -> Outcome:
        """An account was found that is to be taken away. It is recorded as ours first, and then looked at again."""
        state = replace(self.state, status=Status.WARNING, code=self.verdict.code, deferred_until=self.now)
        return self._outcome(Status.WARNING, self.say(FOUND_AGAIN), state, (), self.verdict.code, deferred=True)

    def drift(self, changes: Attributes, exchanges: tuple[Exchange, ...], *, gone: bool = False) -> Outcome:
        """What a reconcile cycle found in the target; it is told each time, and nothing is remembered."""
        known = self.state.sent
        self.modified = tuple(ModifiedProperty(name, known.get(name), value) for name, value in changes.items())
        reason = self.say(IS_GONE) if gone else self.differs(changes)
        self.step("EntryImport", StepType.MATCHING, reason, status=Status.WARNING)
        before = not_deferred(self.before or self.state)
        return self._outcome(Status.WARNING, reason, before, exchanges, MISSING if gone else DRIFT)

    def differs(self, changes: Attributes) -> Message:
        """What somebody changed in the target: attributes, or access alone."""
        return self.say(DIFFERS, names=", ".join(changes)) if changes else self.say(SWITCHED)

    def failed(self, error: ProvisioningError, exchanges: tuple[Exchange, ...]) -> Outcome:
        """The object waits for its next try in this cycle, or goes into escrow: it keeps what is known."""
        tries = self.state.tries + 1
        is_later = isinstance(error, RetryLater)
        is_lost = is_later and self.action is not Action.OTHER and not isinstance(error, TooManyRequests)
        if is_lost:
            self.state = in_doubt(self.state)
        self.step(
            "EntryExport", StepType.EXPORT, _FAILED[self.action], status=Status.FAILURE, details={"Error": str(error)}
        )
        again = deferred_until(error, self.now, tries) if isinstance(error, RetryLater) and self.defers else None
        if again:
            status = Status.WARNING
            state = replace(self.state, status=status, code=error.code, tries=tries, deferred_until=again)
        else:
            status, state = Status.FAILURE, escrowed(self.state, error.code, self.now)
        return self._outcome(
            status,
            error.message,
            state,
            exchanges or error.exchanges,
            error.code,
            remedy=error.remedy,
            deferred=again is not None,
            transient=is_later and not isinstance(error, TooManyRequests),
            retry_after=_job_waits(error),
        )

    def say(self, text: str, **values: object) -> Message:
        """With the object's type and name and both systems' names, as far as the text has them: rows keep them."""
        return say(text, **{name: self._names[name] for name in _named(text)} | values)

    # --- inside

    def _retries(self) -> None:
        state = self.state
        details = {
            "Identifier": self.source.id,
            "Object type": self.source.type.value,
            "Directory": self.rules.directory_label,
            "CountProcessed": str(state.failures + state.tries),
            "CreationTime": state.first_failed_at.isoformat() if state.first_failed_at else "",
        }
        self.step("EntryEscrowRetry", StepType.PROCESSING, RETRYING, details=details)

    def _outcome(
        self,
        status: Status,
        reason: Message,
        state: ObjectState | None,
        exchanges: tuple[Exchange, ...],
        code: str,
        **more: object,
    ) -> Outcome:
        values = {
            "source": self.source,
            "action": self.action,
            "status": status,
            "reason": reason,
            "code": code,
            "state": state,
            "staged": self.removal,
            "references": self.references,
            "target_id": (state.target_id if state else "") or self.state.target_id,
            "target_label": self.target_label,
            "steps": tuple(self._steps),
            "modified": self.modified,
            "exchanges": exchanges,
            "milliseconds": round(1000 * (time.perf_counter() - self._started)),
            **more,
        }
        outcome = Outcome(**values)  # type: ignore[arg-type]  # one literal for all endings
        return redact(outcome, self.rules.objects[self.source.type])


@lru_cache(maxsize=256)
def _named(text: str) -> tuple[str, ...]:
    return tuple(name for name in ("type", "name", "source", "target") if f"%({name})s" in text)


def _job_waits(error: ProvisioningError) -> float | None:
    """429 slows the whole job; so does a 503 that names a time."""
    if isinstance(error, TooManyRequests):
        return SLOW_DOWN if error.retry_after is None else error.retry_after
    return error.retry_after if isinstance(error, RetryLater) else None


_FAILED = {
    Action.CREATE: gettext_noop("Failed to create %(type)s '%(name)s' in %(target)s"),
    Action.UPDATE: gettext_noop("Failed to update %(type)s '%(name)s' in %(target)s"),
    Action.DISABLE: gettext_noop("Failed to disable %(type)s '%(name)s' in %(target)s"),
    Action.DELETE: gettext_noop("Failed to delete %(type)s '%(name)s' in %(target)s"),
    Action.STAGED_DELETE: gettext_noop("Failed to delete %(type)s '%(name)s' in %(target)s"),
    Action.OTHER: gettext_noop("Failed to evaluate %(type)s '%(name)s' for %(target)s"),
}
