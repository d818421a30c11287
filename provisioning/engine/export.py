"""Step 6. What is done to the target, and what is remembered of it.

A `yield` is where a write is sent, by itself or with those of other objects: writes.py tells how.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from provisioning.choices import Action, Origin, Status, StepType
from provisioning.connectors.base import Connector, Write
from provisioning.engine.diff import modified, without
from provisioning.engine.report import Report
from provisioning.engine.values import as_texts, redacted
from provisioning.engine.writes import Writing
from provisioning.errors import IdentityLocked, TargetObjectMissing
from provisioning.records import NOTHING, Attributes, ObjectState, Outcome, TargetObject
from provisioning.texts import Message, gettext_noop

LINKED = "AccountLinked"
"""The code of a success that changed nothing in the target: an account was found and is ours to keep from now on."""

NOT_GIVEN_BACK = gettext_noop("Taken away when the account was disabled, and not given back by the mapping: %(names)s.")


def create(report: Report, target: Connector, values: Attributes) -> Writing[Outcome]:
    """Create an account. Raises Conflict when there is one after all."""
    report.about_to(Action.CREATE, values, modified(NOTHING, values))
    id_ = yield Write(report.source.type, values)
    report.step("EntryExportAdd", StepType.EXPORT, gettext_noop("%(type)s '%(name)s' was created in %(target)s"))
    state = _ours(report.state, target_id=id_, origin=Origin.CREATED, sent=values, uncertain=False)
    reason = report.say(gettext_noop("It is active and assigned, and no matching account was found."))
    return report.done(state, reason, target.exchanges())


def adopt(report: Report, target: Connector, account: TargetObject, changes: Attributes) -> Writing[Outcome]:
    """Change an account that was there before us and is linked now; a suspended one is enabled."""
    known = account.attributes
    report.about_to(Action.UPDATE, known, modified(known, changes))
    is_off = account.active is False and target.active_attribute is None
    with _all_but_locked(report, changes, enabled=True):
        if is_off:
            target.enable(report.source.type, account.id, changes)
        else:
            yield Write(report.source.type, changes, account.id)
    _updated(report)
    return _linked(report, target, account, "", sent={**known, **changes})


def link(report: Report, target: Connector, account: TargetObject) -> Outcome:
    """Link an account that was there before us and send it nothing; a suspended one counts as disabled."""
    report.about_to(Action.OTHER, account.attributes, ())
    return _linked(report, target, account, LINKED, sent=account.attributes, disabled=account.active is False)


def update(report: Report, target: Connector, changes: Attributes, *, enabled: bool = True) -> Writing[Outcome]:
    """Send what is different. Raises TargetObjectMissing when the account is gone.

    Not `enabled`: it stays without access, or is about to lose it.
    """
    known = report.state.sent
    report.about_to(Action.UPDATE, {**known, **changes}, modified(known, changes))
    with _all_but_locked(report, changes, enabled=enabled):
        yield Write(report.source.type, changes, report.state.target_id)
    _updated(report)
    state = replace(report.state, sent={**known, **changes})
    return report.done(_ours(state) if enabled else state, _why(report, changes), target.exchanges())


def enable(report: Report, target: Connector, changes: Attributes) -> Outcome:
    """Give access back to an account that we disabled, and what the mapping says: not what it had besides."""
    known = report.state.sent
    report.about_to(Action.UPDATE, {**known, **changes}, modified(known, changes))
    _tell_not_given_back(report, changes)
    with _all_but_locked(report, changes, enabled=True):
        target.enable(report.source.type, report.state.target_id, changes)
    _updated(report)
    state = _ours(report.state, sent={**known, **changes})
    reason = report.say(gettext_noop("It is active and assigned again, so the account was enabled."))
    return report.done(state, report.differs(changes) if report.repairs else reason, target.exchanges())


def disable(report: Report, target: Connector, changes: Attributes, *, managed: bool) -> Writing[Outcome]:
    """Take access away and keep the account; what disabling touches is forgotten, so that enabling sends it again.

    `changes`: what else is different of somebody still in scope. They go second, so that a value that the target
    refuses keeps nobody's access. An account that is gone has no access: done.
    """
    switch = target.active_attribute
    report.action = Action.DISABLE  # what fails from here on is a failed disabling
    taken = _read_what_is_taken(report, target)
    known, off = {**report.state.sent, **taken}, {switch: False} if switch else {}
    report.about_to(Action.DISABLE, known, modified(known, {**off, **changes}, taken))
    type_, id_ = report.source.type, report.state.target_id
    with suppress(TargetObjectMissing):
        if off:
            yield Write(type_, off, id_)
        else:
            target.disable(type_, id_)
    text = gettext_noop("%(type)s '%(name)s' was disabled in %(target)s")
    report.step("EntryExportUpdateSoftDelete", StepType.EXPORT, text, details=as_texts(report.state.taken))
    sent = {**without(known, target.touched_by_disable), **off}
    report.state = replace(report.state, disabled=True, managed=managed, sent=sent)
    if changes:
        report.action = Action.UPDATE  # what fails from here on is a failed update
        with suppress(TargetObjectMissing):
            yield Write(type_, changes, id_)
        report.action, report.state = Action.DISABLE, replace(report.state, sent={**sent, **changes})
    return report.done(report.state, report.verdict.reason, target.exchanges())


def delete(report: Report, target: Connector, reason: Message) -> Writing[Outcome]:
    """Remove the account for good and forget it."""
    known = report.state.sent
    report.about_to(Action.DELETE, known, modified(known, NOTHING, known))
    yield Write(report.source.type, NOTHING, report.state.target_id, deletes=True)
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


def _read_what_is_taken(report: Report, target: Connector) -> Attributes:
    """What disabling is about to take away, as the account has it now; remembered first, in case no answer comes.

    Of an account in doubt that has nothing left, a try before took what was known of it.
    """
    names, before = target.touched_by_disable, report.before
    if not names:
        return NOTHING
    account = target.get(report.source.type, report.state.target_id)
    taken = _only(account.attributes, names) if account else {}
    if account and not taken and before and before.uncertain:
        taken = _only(before.sent, names)
    report.state = replace(report.state, taken={**report.state.taken, **taken})
    return taken


def _only(values: Attributes, names: Iterable[str]) -> Attributes:
    return {name: values[name] for name in sorted(names) if values.get(name)}


def _tell_not_given_back(report: Report, values: Attributes) -> None:
    hidden, _ = redacted(report.objects.rules)
    taken = {name: value for name, value in report.state.taken.items() if name not in hidden}
    left = {name: _set(value) - _set(values.get(name)) for name, value in taken.items()}
    names = "; ".join(f"{name}: {', '.join(sorted(each))}" for name, each in left.items() if each)
    if names:
        text = report.say(NOT_GIVEN_BACK, names=names)
        report.step("EntryExportUpdate", StepType.PROCESSING, text, status=Status.SKIPPED)


def _set(value: object) -> frozenset[str]:
    values = value if isinstance(value, tuple) else () if value is None else (value,)
    return frozenset(map(str, values))


@contextmanager
def _all_but_locked(report: Report, values: Attributes, *, enabled: bool) -> Iterator[None]:
    """What the target keeps locked makes the object fail; that it accepted everything else is remembered."""
    try:
        yield
    except IdentityLocked as error:
        if error.locked:
            state = replace(report.state, sent={**report.state.sent, **without(values, error.locked)})
            report.state = _ours(state) if enabled else state
        raise


def _ours(state: ObjectState, **more: object) -> ObjectState:
    """In scope, enabled, and known by these values."""
    values = {"was_in_scope": True, "managed": True, "disabled": False, "taken": NOTHING, **more}
    return replace(state, **values)  # type: ignore[arg-type]  # one literal for all callers
