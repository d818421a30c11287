"""Who is not wanted any more: the decision table of deprovisioning (Microsoft's, spec entra.md 2.7)."""

from contextlib import suppress
from dataclasses import replace

from provisioning.choices import Action, Kind, ObjectType, Staging, Status
from provisioning.engine import export
from provisioning.engine.diff import difference, without
from provisioning.engine.mapping import map_values
from provisioning.engine.matching import find_account
from provisioning.engine.report import Report
from provisioning.engine.walk import Walk
from provisioning.engine.writes import Writing
from provisioning.errors import MissingValues, SkipObject, TargetObjectMissing
from provisioning.records import NOTHING, Attributes, Outcome, Staged
from provisioning.texts import gettext_noop

NO_DISABLE = gettext_noop("The account should be disabled, and the action Update is switched off.")
NO_DELETE = gettext_noop("The account should be deleted, and the action Delete is switched off.")
NO_SWITCH = gettext_noop("The account should be disabled, and no mapping switches %(attribute)s off.")
SKIPPED = gettext_noop("It left the scope, and accounts out of scope are left alone (SkipOutOfScopeDeletions).")


def take_away(report: Report, walk: Walk) -> Writing[Outcome]:
    """Nothing for a stranger; else disable, or delete what was deleted for good. Who is still in scope is kept up."""
    verdict = report.verdict
    if report.before is None and not (verdict.in_scope and verdict.present):
        return report.passed_over(verdict.reason, verdict.code)
    if report.state.uncertain:
        _find_again(report, walk)
    if report.state.target_id:
        is_new = report.state.target_id != (report.before.target_id if report.before else "")
        if is_new and walk.defer and not walk.rules.preview:
            return report.linked()
        return (yield from _of_account(report, walk))
    report.state = replace(report.state, managed=False)
    return _left_alone(report, walk, verdict.code)


def _of_account(report: Report, walk: Walk) -> Writing[Outcome]:
    verdict = report.verdict
    if walk.rules.skip_out_of_scope_deletions and verdict.active:
        return report.unchanged(report.say(SKIPPED), Status.SKIPPED, "SkipOutOfScopeDeletions", walk.target.exchanges())
    is_on_again = _is_on_again(report, walk)
    if is_on_again and walk.rules.repair:
        report.state = replace(report.state, disabled=False)
    action, why_not = _action(report, walk)
    changes = _other_differences(report, walk, strict=action is None) if verdict.in_scope and verdict.present else {}
    if action is None and is_on_again and not changes:
        return report.drift(NOTHING, walk.target.exchanges())
    if action is None:
        return (yield from _keep_up(report, walk, changes, why_not))
    if walk.stage or _has_changed(report, action):
        return (yield from _stage(report, walk, action, changes))
    if action is Action.DELETE:
        return (yield from export.delete(report, walk.target, verdict.reason))
    return (yield from export.disable(report, walk.target, changes, managed=verdict.in_scope))


def _find_again(report: Report, walk: Walk) -> None:
    """It is not known which account there is, or how it is; then it must not be overlooked."""
    id_ = report.state.target_id
    account = walk.target.get(report.source.type, id_) if id_ else None
    with suppress(MissingValues):
        account = account or find_account(report, walk.target, None)
    known = report.as_it_is(account) if account else replace(report.state, sent={})
    report.state = replace(known, uncertain=False, target_id=account.id if account else "")


def _is_on_again(report: Report, walk: Walk) -> bool:
    """Whether somebody enabled in the target what we disabled: only a reconcile cycle can tell."""
    actual = report.actual if walk.rules.reconcile and report.state.disabled else None
    return actual is not None and actual.active is True


def _action(report: Report, walk: Walk) -> tuple[Action | None, str]:
    """Delete, disable, or neither and then the code of the reason why not."""
    verdict, state, objects = report.verdict, report.state, report.objects
    has_switch = walk.target.can_disable and objects.type is ObjectType.USER
    if not state.was_in_scope:
        return None, verdict.code
    if not has_switch or (verdict.purged and state.managed):
        if objects.delete:
            return Action.DELETE, ""
        if not has_switch or state.disabled:
            return None, "DeleteSwitchedOff"
    if state.disabled:
        return None, verdict.code
    if not objects.update:
        return None, "UpdateSwitchedOff"
    return (Action.DISABLE, "") if _switches_off(report, walk) else (None, "DisableNotMapped")


def _switches_off(report: Report, walk: Walk) -> bool:
    """Where an attribute is the switch, its mapping decides."""
    active = walk.target.active_attribute
    if active is None:
        return True
    schema = walk.target.schema(report.source.type)
    mapped = map_values(report.objects, report.mapped_source, schema, report.facts, creating=False)
    return str(mapped.values.get(active, True)) in ("False", "false")


def _other_differences(report: Report, walk: Walk, *, strict: bool) -> Attributes:
    """What is different besides access; nothing when the action Update is off.

    Not `strict`: a value that can't be sent is no reason to leave somebody's access.
    """
    if not report.objects.update:
        return {}
    schema, known = walk.target.schema(report.source.type), report.state.sent
    try:
        mapped = map_values(report.objects, report.mapped_source, schema, report.facts, creating=False)
        report.referred(mapped.references)
        untouched = without(mapped.values, {*walk.target.touched_by_disable, walk.target.active_attribute or ""})
        return difference(known, walk.target.translate(report.source.type, untouched, known), schema)
    except SkipObject:
        if strict:
            raise
        return {}


def _has_changed(report: Report, action: Action) -> bool:
    """Whether another removal was decided on than is due now."""
    decided = report.candidate.staged
    return decided is not None and (decided.action, decided.code) != (action, report.verdict.code)


def _stage(report: Report, walk: Walk, action: Action, changes: Attributes) -> Writing[Outcome]:
    decided = report.candidate.staged
    is_held = decided is not None and decided.status is Staging.APPROVED and not walk.stage
    staged = Staged(
        kind=Kind.ACCOUNT,
        action=action,
        code=report.verdict.code,
        reason=report.verdict.reason,
        status=Staging.HELD if is_held else Staging.STAGED,
    )
    if changes:
        report.removal = staged
        return (yield from _keep_up(report, walk, changes, report.verdict.code))
    return report.waits(staged, walk.target.exchanges())


def _keep_up(report: Report, walk: Walk, changes: Attributes, code: str) -> Writing[Outcome]:
    """Send what else is different of an account that has no access, or is about to lose it."""
    if report.removal is None:
        report.state = replace(report.state, managed=report.verdict.in_scope)
    if changes:
        try:
            return (yield from export.update(report, walk.target, changes, enabled=False))
        except TargetObjectMissing:  # then it has no access either
            report.removal = None
            report.state = replace(report.state, target_id="", sent={})
    return _left_alone(report, walk, code)


def _left_alone(report: Report, walk: Walk, code: str) -> Outcome:
    reasons = {
        "UpdateSwitchedOff": report.say(NO_DISABLE),
        "DeleteSwitchedOff": report.say(NO_DELETE),
        "DisableNotMapped": report.say(NO_SWITCH, attribute=walk.target.active_attribute),
    }
    reason = reasons.get(code, report.verdict.reason)
    return report.unchanged(reason, Status.SKIPPED, code, walk.target.exchanges())
