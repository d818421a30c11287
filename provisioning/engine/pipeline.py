"""The middle of the one way: scope, match, map, diff, export, for one object at a time."""

from dataclasses import replace
from datetime import datetime

from provisioning.choices import Action, Status, StepType
from provisioning.connectors.base import Connector
from provisioning.engine import export
from provisioning.engine.diff import difference
from provisioning.engine.mapping import check_required, map_values
from provisioning.engine.matching import Match, match
from provisioning.engine.report import Report
from provisioning.engine.scope import Verdict, judge
from provisioning.errors import Conflict, RetryLater, SkipObject, TargetObjectMissing
from provisioning.records import NOTHING, Attributes, Candidate, JobRules, ObjectRules, Outcome
from provisioning.texts import gettext_noop

EQUAL = gettext_noop("The state of the entry in both the source and target systems already match.")
NO_CREATE = gettext_noop("It has no account, and the action Create is switched off.")
NO_DISABLE = gettext_noop("The account should be disabled, and the action Update is switched off.")
NO_UPDATE = gettext_noop("The account differs, and the action Update is switched off.")


def provision(candidate: Candidate, rules: JobRules, target: Connector, now: datetime) -> Outcome:
    """Walk one candidate from scope to export and tell what became of it.

    Failures of the object become its outcome. StopJob, OutOfTime and faults of our own pass through.
    """
    report = Report(candidate, rules, now)
    objects = rules.objects[candidate.source.type]
    target.exchanges()
    try:
        verdict = judge(candidate.source, rules)
        report.judged(verdict)
        if not verdict.wanted:
            return _take_away(report, objects, target, verdict)
        if report.state.target_id:
            return _keep_up(report, objects, target)
        return _take_on(report, objects, target)
    except (SkipObject, RetryLater) as error:
        return report.failed(error, target.exchanges())


def _take_on(report: Report, objects: ObjectRules, target: Connector) -> Outcome:
    """Wanted and not linked: find the account, or create it."""
    found = _matched(report, objects, target)
    if found.account is None and objects.create:
        report.action = Action.CREATE  # what fails from here on is a failed creation
        values = _values(report, objects, target, NOTHING, creating=True)
        check_required(values, objects, target.schema(objects.type))
        try:
            return export.create(report, target, values)
        except Conflict:
            found = _matched(report, objects, target)  # somebody was faster, or the list was old
            if found.account is None:
                raise
    if found.account is None:
        return report.unchanged(report.say(NO_CREATE), Status.SKIPPED, "CreateSwitchedOff", target.exchanges())
    if not objects.update:
        return export.link(report, target, found.account)
    values = _values(report, objects, target, found.account.attributes, creating=False)
    changes = difference(found.account.attributes, values, target.schema(objects.type))
    return export.adopt(report, target, found.account, changes)


def _keep_up(report: Report, objects: ObjectRules, target: Connector) -> Outcome:
    """Wanted and linked: send what is different, or enable it again."""
    known = report.state.sent
    changes = difference(known, _values(report, objects, target, known, creating=False), target.schema(objects.type))
    try:
        if not objects.update or not (changes or report.state.disabled):
            return _left_as_it_is(report, target, differs=bool(changes or report.state.disabled))
        if report.state.disabled:
            return export.enable(report, target, changes)
        return export.update(report, target, changes)
    except TargetObjectMissing:
        report.state = replace(report.state, target_id="", sent=NOTHING, disabled=False)
        return _take_on(report, objects, target)


def _left_as_it_is(report: Report, target: Connector, *, differs: bool) -> Outcome:
    report.state = replace(report.state, managed=True, was_in_scope=True)
    if differs:
        return report.unchanged(report.say(NO_UPDATE), Status.SKIPPED, "UpdateSwitchedOff", target.exchanges())
    return report.unchanged(report.say(EQUAL), Status.SUCCESS, "", target.exchanges())


def _take_away(report: Report, objects: ObjectRules, target: Connector, verdict: Verdict) -> Outcome:
    """Not wanted: nothing for a stranger, else disable, or delete what was deleted for good."""
    state = report.state
    if report.before is None and not (verdict.in_scope and verdict.present):
        return report.passed_over(verdict.reason, verdict.code)
    if state.target_id and verdict.purged and state.managed and objects.delete:
        return export.delete(report, target, verdict.reason)
    usable = bool(state.target_id) and state.was_in_scope and not state.disabled
    if usable and objects.update:
        return export.disable(report, target, verdict.reason, managed=verdict.in_scope)
    report.state = replace(state, managed=bool(state.target_id) and verdict.in_scope)
    if usable:
        return report.unchanged(report.say(NO_DISABLE), Status.SKIPPED, "UpdateSwitchedOff", target.exchanges())
    return report.unchanged(verdict.reason, Status.SKIPPED, verdict.code, target.exchanges())


def _matched(report: Report, objects: ObjectRules, target: Connector) -> Match:
    found = match(objects, report.source, target)
    text = gettext_noop("Retrieved '%(name)s' from %(target)s")
    if found.account is None:
        text = gettext_noop("%(type)s '%(name)s' is active and assigned in %(source)s, but was not found in %(target)s")
    report.step("EntryImport", StepType.MATCHING, text, details={"Asked for": ", ".join(found.asked)})
    return found


def _values(
    report: Report, objects: ObjectRules, target: Connector, known: Attributes, *, creating: bool
) -> Attributes:
    mapped = map_values(objects, report.source, creating=creating)
    return target.translate(objects.type, mapped, known)
