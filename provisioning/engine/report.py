"""Collects the steps of one walk and turns them into its outcome."""

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from provisioning.choices import Action, Status, StepType
from provisioning.engine.escrow import next_try
from provisioning.engine.scope import Verdict
from provisioning.errors import ProvisioningError, RetryLater, TooManyRequests
from provisioning.records import (
    Attributes,
    Candidate,
    Exchange,
    JobRules,
    ModifiedProperty,
    ObjectState,
    Outcome,
    Step,
)
from provisioning.texts import Message, gettext_noop, say


class Report:
    """What the walk of one candidate has done so far. `action` is what it is about to do."""

    def __init__(self, candidate: Candidate, rules: JobRules, now: datetime) -> None:
        self.source = candidate.source
        self.before = candidate.state
        self.state = candidate.state or ObjectState()
        self.rules = rules
        self.now = now
        self.action = Action.OTHER
        self.target_label = ""
        self.modified: tuple[ModifiedProperty, ...] = ()
        self.verdict: Verdict | None = None
        self._steps: list[Step] = []
        self._started = self._last = time.perf_counter()
        self.step(
            "EntryImport",
            StepType.IMPORT,
            gettext_noop("Received %(type)s '%(name)s' from %(source)s"),
            details={name: _text(value) for name, value in self.source.attributes.items() if value not in ("", ())},
        )

    def step(
        self,
        name: str,
        type_: StepType,
        text: str | Message,
        *,
        status: Status = Status.SUCCESS,
        details: Mapping[str, str] | None = None,
    ) -> None:
        """Add a step; a bare text's values are the object's type and name and both systems' names."""
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
        self.verdict = verdict
        self.step(
            "EntrySynchronizationScoping",
            StepType.SCOPING,
            gettext_noop("Determine if %(type)s in scope by evaluating against each scoping filter"),
            status=Status.SUCCESS if verdict.wanted else Status.SKIPPED,
            details=verdict.details,
        )

    def about_to(self, action: Action, known: Attributes, modified: tuple[ModifiedProperty, ...]) -> None:
        """Name what is tried next, so that a failure tells it."""
        self.action = action
        self.modified = modified
        self.target_label = str(known.get("email") or known.get("userName") or known.get("displayName") or "")

    def done(self, state: ObjectState, reason: Message, exchanges: tuple[Exchange, ...], code: str = "") -> Outcome:
        """The action succeeded; failures of the past are forgotten."""
        return self._outcome(
            Status.SUCCESS,
            reason,
            replace(state, status=Status.SUCCESS, code="", failures=0, first_failed_at=None, next_try_at=None),
            exchanges,
            code,
        )

    def unchanged(self, reason: Message, status: Status, code: str, exchanges: tuple[Exchange, ...]) -> Outcome:
        """Nothing was to be done. It is logged only when status or code differ from what was remembered."""
        state = replace(self.state, status=status, code=code, failures=0, first_failed_at=None, next_try_at=None)
        remembered = self.before is not None and self.before.status is not None
        same = remembered and (self.state.status, self.state.code) == (status, code)
        self.step(
            "EntrySynchronizationSkip",
            StepType.EXPORT,
            reason,
            status=Status.SKIPPED,
            details={"SkipReason": code or "RedundantExport"},
        )
        return self._outcome(status, reason, state, exchanges, code, logged=not same)

    def passed_over(self, reason: Message, code: str) -> Outcome:
        """Not ours and never was: nothing is remembered and nothing is logged."""
        return self._outcome(Status.SKIPPED, reason, self.before, (), code, logged=False)

    def failed(self, error: ProvisioningError, exchanges: tuple[Exchange, ...]) -> Outcome:
        """The object goes into escrow: it keeps what is known and is tried again later."""
        first = self.state.first_failed_at or self.now
        failures = self.state.failures + 1
        self.step(
            "EntryExport", StepType.EXPORT, _FAILED[self.action], status=Status.FAILURE, details={"Error": str(error)}
        )
        state = replace(
            self.state,
            status=Status.FAILURE,
            code=error.code,
            failures=failures,
            first_failed_at=first,
            next_try_at=next_try(first, self.now, failures),
        )
        return self._outcome(
            Status.FAILURE,
            error.message,
            state,
            exchanges or error.exchanges,
            error.code,
            remedy=error.remedy,
            transient=isinstance(error, RetryLater) and not isinstance(error, TooManyRequests),
        )

    def say(self, text: str, **values: object) -> Message:
        return say(text, **{**self._names(), **values})

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
            "target_id": (state.target_id if state else "") or self.state.target_id,
            "target_label": self.target_label,
            "steps": tuple(self._steps),
            "modified": self.modified,
            "exchanges": exchanges,
            "milliseconds": round(1000 * (time.perf_counter() - self._started)),
            **more,
        }
        return Outcome(**values)  # type: ignore[arg-type]  # one literal for all endings

    def _names(self) -> dict[str, object]:
        return {
            "type": self.source.type.value,
            "name": self.source.label,
            "source": self.rules.directory_label,
            "target": self.rules.target_label,
        }


def _text(value: object) -> str:
    return ", ".join(str(each) for each in value) if isinstance(value, tuple) else str(value)


_FAILED = {
    Action.CREATE: gettext_noop("Failed to create %(type)s '%(name)s' in %(target)s"),
    Action.UPDATE: gettext_noop("Failed to update %(type)s '%(name)s' in %(target)s"),
    Action.DISABLE: gettext_noop("Failed to disable %(type)s '%(name)s' in %(target)s"),
    Action.DELETE: gettext_noop("Failed to delete %(type)s '%(name)s' in %(target)s"),
    Action.STAGED_DELETE: gettext_noop("Failed to delete %(type)s '%(name)s' in %(target)s"),
    Action.OTHER: gettext_noop("Failed to evaluate %(type)s '%(name)s' for %(target)s"),
}
