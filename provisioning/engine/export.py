"""Step 6. What is done to the target, and what is remembered of it."""

from contextlib import suppress
from dataclasses import replace

from provisioning.choices import Action, Origin, StepType
from provisioning.connectors.base import Connector
from provisioning.engine.diff import modified, without
from provisioning.engine.report import Report
from provisioning.errors import TargetObjectMissing
from provisioning.records import NOTHING, Attributes, ObjectState, Outcome, TargetObject
from provisioning.texts import Message, gettext_noop

LINKED = "AccountLinked"
"""The code of a success that changed nothing in the target: an account was found and is ours to keep from now on."""


def create(report: Report, target: Connector, values: Attributes) -> Outcome:
    """Create an account. Raises Conflict when there is one after all."""
    report.about_to(Action.CREATE, values, modified(NOTHING, values))
    id_ = target.create(report.source.type, values)
    report.step("EntryExportAdd", StepType.EXPORT, gettext_noop("%(type)s '%(name)s' was created in %(target)s"))
    state = _ours(report.state, target_id=id_, origin=Origin.CREATED, sent=values, uncertain=False)
    reason = report.say(gettext_noop("It is active and assigned, and no matching account was found."))
    return report.done(state, reason, target.exchanges())


def adopt(report: Report, target: Connector, account: TargetObject, changes: Attributes) -> Outcome:
    """Change an account that was there before us and is linked now; a suspended one is enabled."""
    known = account.attributes
    report.about_to(Action.UPDATE, known, modified(known, changes))
    if account.active is False and target.active_attribute is None:
        target.enable(report.source.type, account.id, changes)
    else:
        target.update(report.source.type, account.id, changes)
    _updated(report)
    return _linked(report, target, account, "", sent={**known, **changes})


def link(report: Report, target: Connector, account: TargetObject) -> Outcome:
    """Link an account that was there before us and send it nothing; a suspended one counts as disabled."""
    report.about_to(Action.OTHER, account.attributes, ())
    return _linked(report, target, account, LINKED, sent=account.attributes, disabled=account.active is False)


def update(report: Report, target: Connector, changes: Attributes, *, enabled: bool = True) -> Outcome:
    """Send what is different. Raises TargetObjectMissing when the account is gone.

    Not `enabled`: it stays without access, or is about to lose it.
    """
    known = report.state.sent
    report.about_to(Action.UPDATE, {**known, **changes}, modified(known, changes))
    target.update(report.source.type, report.state.target_id, changes)
    _updated(report)
    state = replace(report.state, sent={**known, **changes})
    return report.done(_ours(state) if enabled else state, _why(report, changes), target.exchanges())


def enable(report: Report, target: Connector, changes: Attributes) -> Outcome:
    """Give access back to an account that we disabled."""
    known = report.state.sent
    report.about_to(Action.UPDATE, {**known, **changes}, modified(known, changes))
    target.enable(report.source.type, report.state.target_id, changes)
    _updated(report)
    state = _ours(report.state, sent={**known, **changes})
    reason = report.say(gettext_noop("It is active and assigned again, so the account was enabled."))
    return report.done(state, report.differs(changes) if report.repairs else reason, target.exchanges())


def disable(report: Report, target: Connector, changes: Attributes, *, managed: bool) -> Outcome:
    """Take access away and keep the account; what disabling touches is forgotten, so that enabling sends it again.

    `changes`: what else is different of somebody still in scope. They go second, so that a value that the target
    refuses keeps nobody's access. An account that is gone has no access: done.
    """
    switch = target.active_attribute
    known, off = report.state.sent, {switch: False} if switch else {}
    report.about_to(Action.DISABLE, known, modified(known, {**off, **changes}, target.touched_by_disable))
    type_, id_ = report.source.type, report.state.target_id
    with suppress(TargetObjectMissing):
        if off:
            target.update(type_, id_, off)
        else:
            target.disable(type_, id_)
    report.step(
        "EntryExportUpdateSoftDelete", StepType.EXPORT, gettext_noop("%(type)s '%(name)s' was disabled in %(target)s")
    )
    sent = {**without(known, target.touched_by_disable), **off}
    report.state = replace(report.state, disabled=True, managed=managed, sent=sent)
    if changes:
        report.action = Action.UPDATE  # what fails from here on is a failed update
        with suppress(TargetObjectMissing):
            target.update(type_, id_, changes)
        report.action, report.state = Action.DISABLE, replace(report.state, sent={**sent, **changes})
    return report.done(report.state, report.verdict.reason, target.exchanges())


def delete(report: Report, target: Connector, reason: Message) -> Outcome:
    """Remove the account for good and forget it."""
    known = report.state.sent
    report.about_to(Action.DELETE, known, modified(known, NOTHING, known))
    target.delete(report.source.type, report.state.target_id)
    report.step("EntryExportDelete", StepType.EXPORT, gettext_noop("%(type)s '%(name)s' was deleted in %(target)s"))
    return report.done(ObjectState(was_in_scope=True), reason, target.exchanges())


def _linked(report: Report, target: Connector, account: TargetObject, code: str, **more: object) -> Outcome:
    state = _ours(report.state, target_id=account.id, origin=Origin.ADOPTED, uncertain=False, **more)
    reason = report.say(gettext_noop("A matching account was there already and is linked now."))
    return report.done(state, reason, target.exchanges(), code)


def _why(report: Report, changes: Attributes) -> Message:
    if report.repairs:
        return report.differs(changes)
    return report.say(gettext_noop("Changed in the directory: %(names)s."), names=", ".join(changes))


def _updated(report: Report) -> None:
    report.step("EntryExportUpdate", StepType.EXPORT, gettext_noop("%(type)s '%(name)s' was updated in %(target)s"))


def _ours(state: ObjectState, **more: object) -> ObjectState:
    """In scope, enabled, and known by these values."""
    values = {"was_in_scope": True, "managed": True, "disabled": False, **more}
    return replace(state, **values)  # type: ignore[arg-type]  # one literal for all callers
