"""Scoping filters of a mapping: saved whole with their audit entry, and what they would do to everybody before that."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop

from portal.accounts.audit import record
from portal.accounts.models import Account
from provisioning.choices import ObjectType
from provisioning.engine.filters import evaluate, failures
from provisioning.engine.scope import judge
from provisioning.errors import FilterInvalid, FilterTimedOut
from provisioning.jobs.candidates import object_keys, states
from provisioning.jobs.load import candidates
from provisioning.jobs.rules import job_rules
from provisioning.models import Cycle, ObjectMapping, ScopingFilterRow
from provisioning.records import Candidate, JobRules, ObjectRules, ObjectState, ScopingFilter
from provisioning.texts import Message

ADD = gettext_noop("Add scoping filter")
EDIT = gettext_noop("Edit scoping filter")
DELETE = gettext_noop("Delete scoping filter")

SECONDS = 2.0
"""So long a page may count: of a large directory only the first ones are looked at."""
BATCH = 500
SAMPLE = 10

Clock = Callable[[], float]
Keys = Callable[[int], list[int]]
"""The next keys above this one, at most BATCH."""


@dataclass(frozen=True, slots=True)
class Example:
    """One object that is kept out, and of each filter the first clause that it fails."""

    id: str
    label: str
    clauses: Sequence[str]


@dataclass(slots=True)
class Count:
    """Of those who were looked at, how many pass, how many do not, and of how many nobody knows because of `trouble`.

    `leaving` have an account, pass the filters as they are saved, and would not pass these. `is_whole` is false when
    time ran out before everybody was looked at.
    """

    passed: int = 0
    failed: int = 0
    undecided: int = 0
    leaving: int = 0
    examples: list[Example] = field(default_factory=list)
    leavers: list[str] = field(default_factory=list)
    trouble: Message | None = None
    is_whole: bool = True

    @property
    def looked_at(self) -> int:
        return self.passed + self.failed + self.undecided


# --- saving ------------------------------------------------------------------------------------
def save_filter(row: ScopingFilterRow, scoping: ScopingFilter, by: Account) -> None:
    """Change a filter, or add it when it has no key yet. Inside `mappings.editing`."""
    activity, old = (EDIT, _as_audited(row)) if row.pk else (ADD, None)
    row.become(scoping)
    if not row.pk:
        row.order = 1 + max(row.mapping.filters.values_list("order", flat=True), default=0)
    row.save()
    record(by, activity, row.mapping.job.application, old, _as_audited(row))


def delete_filter(row: ScopingFilterRow, by: Account) -> None:
    """Inside `mappings.editing`."""
    record(by, DELETE, row.mapping.job.application, _as_audited(row))
    row.delete()


def _as_audited(row: ScopingFilterRow) -> dict[str, Any]:
    return {"Source Object": row.mapping.object_type, "Scoping Filter Title": row.title, "clauses": row.clauses}


# --- counting ----------------------------------------------------------------------------------
def count(
    mapping: ObjectMapping, filters: Sequence[ScopingFilter], seconds: float = SECONDS, clock: Clock = time.monotonic
) -> Count:
    """Everybody entitled, against these filters instead of the saved ones. Queries are constant for each BATCH."""
    cycle, type_ = Cycle(job=mapping.job), ObjectType(mapping.object_type)

    def keys(low: int) -> list[int]:
        found = object_keys(cycle, type_, low, None, timezone.now())
        return list(found.values_list("pk", flat=True)[:BATCH])

    return _Counting(mapping, filters).over(keys, seconds, clock)


def count_leaving(
    mapping: ObjectMapping, filters: Sequence[ScopingFilter], seconds: float = SECONDS, clock: Clock = time.monotonic
) -> Count:
    """The same over those alone who have an account: whom saving these filters would take it from."""
    known = states(mapping.job, ObjectType(mapping.object_type)).filter(disabled=False).exclude(target_id="")

    def keys(low: int) -> list[int]:
        found = known.filter(source_key__gt=low).order_by("source_key")
        return list(found.values_list("source_key", flat=True)[:BATCH])

    return _Counting(mapping, filters).over(keys, seconds, clock)


class _Counting:
    """What is read once, and the count as far as it got."""

    def __init__(self, mapping: ObjectMapping, filters: Sequence[ScopingFilter]) -> None:
        self.job, self.type = mapping.job, ObjectType(mapping.object_type)
        self.filters = filters
        self.saved = [row.as_filter() for row in mapping.filters.all()]
        self.rules: JobRules = replace(job_rules(self.job), objects={self.type: ObjectRules(type=self.type, rules=())})
        self.found = Count()

    def over(self, keys: Keys, seconds: float, clock: Clock) -> Count:
        until = clock() + seconds
        for candidate in self._candidates(keys):
            if clock() >= until:
                self.found.is_whole = False
                break
            self._judge(candidate)
        return self.found

    def _candidates(self, keys: Keys) -> Iterator[Candidate]:
        low = 0
        while batch := keys(low):
            yield from candidates(self.job, self.type, batch)
            low = batch[-1]
            if len(batch) < BATCH:
                return

    def _judge(self, candidate: Candidate) -> None:
        """One object; who is not entitled, or was deleted, is none of those that filters are about."""
        source, found = candidate.source, self.found
        verdict = judge(source, self.rules)
        if not (verdict.in_scope and verdict.present):
            return
        try:
            if evaluate(self.filters, source.attributes).passed:
                found.passed += 1
                return
            if len(found.examples) < SAMPLE:
                clauses = failures(self.filters, source.attributes)
                found.examples.append(Example(source.id, source.label, clauses))
        except (FilterTimedOut, FilterInvalid) as error:
            found.undecided += 1
            found.trouble = found.trouble or error.message
            return
        found.failed += 1
        if verdict.wanted and _has_account(candidate.state) and self._has_passed(candidate):
            found.leaving += 1
            if len(found.leavers) < SAMPLE:
                found.leavers.append(source.label)

    def _has_passed(self, candidate: Candidate) -> bool:
        """By the saved filters. When they can't be evaluated, cycles leave the account alone: that would end."""
        try:
            return evaluate(self.saved, candidate.source.attributes).passed
        except (FilterTimedOut, FilterInvalid):
            return True


def _has_account(state: ObjectState | None) -> bool:
    """One that a cycle would disable or delete when its owner leaves the scope."""
    return state is not None and bool(state.target_id) and state.was_in_scope and not state.disabled
