"""The middle of the one way: scope, match, map, diff, export, for one object at a time."""

from dataclasses import replace
from functools import partial

from provisioning.choices import Action, Origin, Status, StepType
from provisioning.connectors.base import Connector
from provisioning.engine import export
from provisioning.engine.diff import difference
from provisioning.engine.mapping import check_required, map_values
from provisioning.engine.matching import find_account, find_holder, fits, folded
from provisioning.engine.ports import Link
from provisioning.engine.removal import take_away
from provisioning.engine.report import Report
from provisioning.engine.scope import judge
from provisioning.engine.values import wants_one_role
from provisioning.engine.walk import Found, Walk
from provisioning.engine.writes import Writing, at_once
from provisioning.errors import Conflict, DuplicateSourceEntries, LeftAlone, RetryLater, SkipObject, TargetObjectMissing
from provisioning.records import NOTHING, Attributes, Candidate, ObjectState, Outcome, TargetObject
from provisioning.texts import gettext_noop, say

EQUAL = gettext_noop("The state of the entry in both the source and target systems already match.")
NO_CREATE = gettext_noop("It has no account, and the action Create is switched off.")
NO_UPDATE = gettext_noop("The account differs, and the action Update is switched off.")
LEFT_ALONE = gettext_noop("The attribute mapping leaves this object alone (IgnoreObjectFlow).")
ONE_ROLE = gettext_noop("SingleAppRoleAssignment takes the first of several roles by its ID: %(names)s.")
HELD_BY_OTHER = gettext_noop("The account %(account)s belongs to %(holder)s of the directory already.")


def provision(candidate: Candidate, walk: Walk) -> Outcome | Found:
    """Walk one candidate from scope to export and tell what became of it, or which account has to be linked first.

    Failures of the object become its outcome. StopJob, OutOfTime and faults of our own pass through.
    """
    return at_once(provisioning(candidate, walk), walk.target)


def adopt(found: Found, walk: Walk) -> Outcome:
    """The account is linked: send what it needs."""
    return at_once(adopting(found, walk), walk.target)


def provisioning(candidate: Candidate, walk: Walk) -> Writing[Outcome | Found]:
    """The walk of `provision`, which waits at each write until it was sent."""
    report = Report(candidate, walk.rules, walk.now, defers=walk.defer)
    walk.target.exchanges()
    try:
        report.judged(judge(candidate.source, walk.rules))
        if not report.verdict.wanted:
            return (yield from take_away(report, walk))
        if report.state.target_id:
            return (yield from _keep_up(report, walk))
        return (yield from _take_on(report, walk))
    except LeftAlone as error:
        return report.unchanged(report.say(LEFT_ALONE), Status.SKIPPED, error.code, walk.target.exchanges())
    except (SkipObject, RetryLater) as error:
        return report.failed(error, walk.target.exchanges())


def adopting(found: Found, walk: Walk) -> Writing[Outcome]:
    """The walk of `adopt`."""
    report = found.report
    report.state, report.now = found.link.state, walk.now
    walk.target.exchanges()
    try:
        return (yield from export.adopt(report, walk.target, found.account, found.changes))
    except (SkipObject, RetryLater) as error:
        return report.failed(error, walk.target.exchanges())


def refuse(found: Found, holder: str) -> Outcome:
    """The account is somebody else's: a person has to look at it, nothing is guessed."""
    found.report.about_to(found.report.action, found.account.attributes, ())
    text = say(HELD_BY_OTHER, account=found.account.label or found.account.id, holder=holder)
    return found.report.failed(DuplicateSourceEntries(text), ())


def _take_on(report: Report, walk: Walk) -> Writing[Outcome | Found]:
    """Wanted and not linked: find the account, or create it."""
    objects, target = report.objects, walk.target
    account = find_account(report, target, None if report.state.uncertain else report.surveyed)
    if account is None and objects.create:
        report.action = Action.CREATE  # what fails from here on is a failed creation
        values = _values(report, walk, NOTHING, creating=True)
        check_required(values, objects, target.schema(objects.type))
        try:
            return (yield from export.create(report, target, values))
        except Conflict:
            account = find_account(report, target, None)  # somebody was faster, or the list was old
            account = account or find_holder(report, target, values)
            if account is None:
                raise
    if account is None:
        return report.unchanged(report.say(NO_CREATE), Status.SKIPPED, "CreateSwitchedOff", target.exchanges())
    if not objects.update:
        return export.link(report, target, account)
    values = _values(report, walk, account.attributes, creating=False)
    changes = difference(account.attributes, values, target.schema(objects.type))
    if not _is_due(target, changes, is_off=account.active is False):
        return export.link(report, target, account)
    report.action = Action.UPDATE
    return Found(report=report, account=account, changes=changes, link=Link(report.candidate, _linked(report, account)))


def _linked(report: Report, account: TargetObject) -> ObjectState:
    """What is remembered from the moment on at which the account is ours and nothing was sent yet."""
    return replace(
        report.state,
        target_id=account.id,
        origin=Origin.ADOPTED,
        was_in_scope=True,
        managed=True,
        disabled=account.active is False,
        uncertain=False,
        sent=account.attributes,
    )


def _keep_up(report: Report, walk: Walk) -> Writing[Outcome | Found]:
    """Wanted and linked: send what is different, or enable it again."""
    if report.state.uncertain and not _read_again(report, walk):
        return (yield from _forgotten(report, walk))
    target = walk.target
    changes = _changes(report, walk)
    differs = _is_due(target, changes, is_off=report.state.disabled)
    # What the directory changed is sent first; what somebody changed in the target is told the next time.
    if walk.rules.reconcile and report.surveyed is not None and (walk.rules.repair or not differs):
        actual = report.actual or target.get(report.source.type, report.state.target_id)  # the list may be older
        if actual is None:
            return (yield from _missing(report, walk))
        report.state = report.as_it_is(actual)
        changes, report.repairs = _changes(report, walk), not differs
        differs = _is_due(target, changes, is_off=report.state.disabled)
        if differs and not walk.rules.repair:
            return report.drift(changes, target.exchanges())
    if not (report.objects.update and differs):
        return _left_as_it_is(report, walk, differs)
    return (yield from _sent(report, walk, changes))


def _is_due(target: Connector, changes: Attributes, *, is_off: bool) -> bool:
    """Whether anything has to be sent. Where an attribute is the switch, it is among the changes or none of ours."""
    return bool(changes) or (is_off and target.active_attribute is None)


def _sent(report: Report, walk: Walk, changes: Attributes) -> Writing[Outcome | Found]:
    try:
        if report.state.disabled and walk.target.active_attribute is None:
            return export.enable(report, walk.target, changes)
        return (yield from export.update(report, walk.target, changes))
    except TargetObjectMissing:
        return (yield from _forgotten(report, walk))


def _read_again(report: Report, walk: Walk) -> bool:
    """What the account has was in doubt. False when it is gone."""
    account = walk.target.get(report.source.type, report.state.target_id)
    if account:
        report.state = replace(report.as_it_is(account), uncertain=False)
    return account is not None


def _changes(report: Report, walk: Walk) -> Attributes:
    known = report.state.sent
    values = _values(report, walk, known, creating=False)
    return difference(known, values, walk.target.schema(report.source.type))


def _missing(report: Report, walk: Walk) -> Writing[Outcome | Found]:
    """The target does not have the account any more."""
    if walk.rules.repair:
        return (yield from _forgotten(report, walk))
    return report.drift(NOTHING, walk.target.exchanges(), gone=True)


def _forgotten(report: Report, walk: Walk) -> Writing[Outcome | Found]:
    """The known account is gone: look it up anew, else create it."""
    report.step_gone()
    report.state = replace(report.state, target_id="", sent=NOTHING, disabled=False)
    report.surveyed = None
    return (yield from _take_on(report, walk))


def _left_as_it_is(report: Report, walk: Walk, differs: bool) -> Outcome:
    report.state = replace(report.state, managed=True, was_in_scope=True)
    if differs:
        return report.unchanged(report.say(NO_UPDATE), Status.SKIPPED, "UpdateSwitchedOff", walk.target.exchanges())
    return report.unchanged(report.say(EQUAL), Status.SUCCESS, "", walk.target.exchanges())


def _values(report: Report, walk: Walk, known: Attributes, *, creating: bool) -> Attributes:
    schema = walk.target.schema(report.source.type)
    facts = replace(report.facts, taken=partial(_is_taken, report, walk))
    mapped = map_values(report.objects, report.mapped_source, schema, facts, creating=creating)
    report.referred(mapped.references)
    if len(report.source.roles) > 1 and wants_one_role(report.objects.rules):
        names = ", ".join(each.label for each in report.source.roles)
        report.step("EntryImport", StepType.PROCESSING, report.say(ONE_ROLE, names=names), status=Status.WARNING)
    return walk.target.translate(report.source.type, mapped.values, known)


def _is_taken(report: Report, walk: Walk, attribute: str, value: str) -> bool:
    """Whether an account has this value, or it was just chosen for somebody else."""
    type_, schema = report.source.type, walk.target.schema(report.source.type)
    if any(fits(each, attribute, value, schema) for each in walk.target.find(type_, attribute, value)):
        return True
    return not walk.taken.reserve(type_, attribute, folded(attribute, value, schema), report.source.key)
