"""Who is in a group: the differences, a request's worth at a time; taking out waits for the guard."""

from collections.abc import Sequence
from dataclasses import replace

from provisioning.choices import Action, Kind, Staging, StepType
from provisioning.engine.report import Report
from provisioning.engine.walk import Walk
from provisioning.errors import RetryLater, SkipObject, TargetObjectMissing
from provisioning.records import NOTHING, MemberWork, ModifiedProperty, Outcome, Reference, Staged
from provisioning.texts import gettext_noop, say

NAMED = 100
"""So many changed members are named in a group's activity; the others are counted."""
ADDED, REMOVED, TO_REMOVE = "MembersAdded", "MembersRemoved", "MembersToRemove"

WERE_ADDED = gettext_noop("%(number)s members were added to '%(name)s' in %(target)s")
WERE_REMOVED = gettext_noop("%(number)s members were removed from '%(name)s' in %(target)s")
ARE_TO_LEAVE = gettext_noop("%(number)s are no longer members in the directory.")


def add_members(work: MemberWork, walk: Walk) -> Outcome:
    """Add who is missing; who is to be taken out is staged once nobody is left to be added."""
    report = _begun(work, walk)
    attribute = walk.target.members_attribute
    try:
        if work.add:
            ids = [each.target_id for each in work.add]
            report.about_to(Action.UPDATE, report.state.sent, (ModifiedProperty(attribute, None, named(work.add)),))
            walk.target.add_members(report.state.target_id, ids)
            _tell(report, WERE_ADDED, len(ids))
    except (SkipObject, RetryLater) as error:
        return _failed(report, error, walk)
    if work.removals and not work.more:
        reason = say(ARE_TO_LEAVE, number=work.removals)
        report.removal = Staged(
            kind=Kind.MEMBERS, action=Action.UPDATE, code=TO_REMOVE, reason=reason, number=work.removals
        )
    return _done(report, work, walk, ADDED)


def remove_members(work: MemberWork, walk: Walk) -> Outcome:
    """Take out who is no longer a member; the guard let it pass, or a person approved it.

    More than was decided on is held anew.
    """
    report = _begun(work, walk)
    decided = work.candidate.staged
    if decided and decided.status is Staging.APPROVED and work.removals > decided.number:
        reason = say(ARE_TO_LEAVE, number=work.removals)
        report.removal = replace(decided, number=work.removals, reason=reason, status=Staging.HELD)
        return report.waits(report.removal, walk.target.exchanges())
    attribute = walk.target.members_attribute
    try:
        ids = [each.target_id for each in work.remove]
        report.about_to(Action.UPDATE, report.state.sent, (ModifiedProperty(attribute, named(work.remove), None),))
        walk.target.remove_members(report.state.target_id, ids)
    except (SkipObject, RetryLater) as error:
        return _failed(report, error, walk)
    _tell(report, WERE_REMOVED, len(ids))
    if work.more and decided:
        report.removal = replace(decided, number=work.removals - len(ids))
    return _done(report, work, walk, REMOVED)


def named(members: Sequence[Reference]) -> tuple[str, ...]:
    return tuple(each.label for each in members[:NAMED])


def _begun(work: MemberWork, walk: Walk) -> Report:
    walk.target.exchanges()
    return Report(work.candidate, walk.rules, walk.now, defers=walk.defer)


def _tell(report: Report, text: str, number: int) -> None:
    report.step("EntryExportUpdate", StepType.REFERENCE, report.say(text, number=number))


def _done(report: Report, work: MemberWork, walk: Walk, code: str) -> Outcome:
    number = len(work.add) + len(work.remove)
    text = WERE_REMOVED if work.remove else WERE_ADDED
    outcome = report.done(report.state, report.say(text, number=number), walk.target.exchanges(), code, members=work)
    return replace(outcome, logged=bool(number))


def _failed(report: Report, error: SkipObject | RetryLater, walk: Walk) -> Outcome:
    """A group that is gone is forgotten, so that its next walk looks it up anew."""
    is_uncertain = report.state.uncertain  # the members are in doubt, not the group
    outcome = report.failed(error, walk.target.exchanges())
    state = replace(outcome.state or report.state, members_failed=True, uncertain=is_uncertain)
    if isinstance(error, TargetObjectMissing):
        state = replace(state, target_id="", sent=NOTHING)
    return replace(outcome, state=state)
