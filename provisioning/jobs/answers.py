"""One sentence for one object in one application: what provisioning does with it, and why. See `outlook`."""

from dataclasses import dataclass
from datetime import datetime

from provisioning.choices import Action, ObjectType, Staging, Status
from provisioning.connectors import connector_class
from provisioning.connectors.base import Connector
from provisioning.engine.removal import NO_DELETE, NO_DISABLE, NO_SWITCH, SKIPPED
from provisioning.engine.scope import FILTERED, NOT_ENTITLED, Verdict
from provisioning.jobs.outlook import Facts
from provisioning.models import ObjectStateRow
from provisioning.texts import Message, gettext_noop, say

OFF_HERE = gettext_noop("The attribute mapping of users is switched off in this application.")
NO_GROUPS = gettext_noop("This application takes no groups. Its members are provisioned, the group itself is not.")
CLAUSES = gettext_noop("It passes none of the scoping filters. Not met: %(clauses)s.")
HELD = gettext_noop("The removal is held until somebody allows it: too many were due at once.")
APPROVED = gettext_noop("The removal was allowed by %(who)s.")
REJECTED = gettext_noop("The removal was rejected by %(who)s: the account stays until this object changes.")
NOT_OURS = gettext_noop("The account was found, never taken over, and is left alone.")
LEAVES = gettext_noop("It has an account and left the scope. %(reason)s")
NO_CREATE = gettext_noop("It has no account, and the action Create is switched off.")
NO_UPDATE = gettext_noop("The account differs, and the action Update is switched off.")
IGNORED = gettext_noop("The attribute mapping leaves this object alone (IgnoreObjectFlow).")
FAILED_BEFORE = gettext_noop("It failed last time, and was changed since: the next cycle tries it again. %(reason)s")
GIVEN_UP = gettext_noop("Given up after 28 days of failures. Change it, or choose Retry now in the logs. %(reason)s")
WAITS = gettext_noop("The application asked to wait. %(reason)s")
NEVER_LOOKED_AT = gettext_noop("No cycle has looked at it yet. %(reason)s")
COMES_BACK = gettext_noop("Its account is disabled and it is wanted again. %(reason)s")
SETTINGS_CHANGED = gettext_noop("Mapping, filters or scope were changed, so the next cycle looks at everybody again.")
CHANGED = gettext_noop("It, or what assigns it, was changed since the last cycle.")

NOT_SET_UP = gettext_noop("The application is not set up, so nothing happens yet.")
SWITCHED_OFF = gettext_noop("Provisioning is off: nothing happens until it is started.")
STOPPED_FAILING = gettext_noop("Provisioning was switched off by the portal, after it failed for 28 days.")
QUARANTINED = gettext_noop("The application is in quarantine. Next try:")
RUNNING = gettext_noop("A cycle is running now.")
NEXT_CYCLE = gettext_noop("Next cycle:")
NEXT_TRY = gettext_noop("Next try:")
DUE = gettext_noop("The next cycle is due now.")


@dataclass(frozen=True, slots=True)
class Answer:
    """`status` is a key of the status words; `what` in a few words, `why` a sentence, `then` what comes next, and when.

    `is_settled`: nothing is to be expected by itself.
    """

    status: str
    what: str
    why: Message
    then: Message | None = None
    at: datetime | None = None
    is_settled: bool = False


def answer(facts: Facts) -> Answer:
    """The first of these that holds: not provisioned here, nobody can tell, not wanted, wanted."""
    if facts.mapping is None:
        text = NO_GROUPS if facts.type is ObjectType.GROUP else OFF_HERE
        return Answer("skip", gettext_noop("Not provisioned"), say(text), is_settled=True)
    if facts.verdict is None:
        return Answer("failure", gettext_noop("Left as it is"), facts.trouble or say(""), is_settled=True)
    if facts.verdict.wanted:
        return _wanted(facts, facts.verdict)
    return _unwanted(facts, facts.verdict)


def _why(facts: Facts, verdict: Verdict) -> Message:
    """The engine's reason, with what exactly stands in the way."""
    if verdict.code == FILTERED:
        return say(CLAUSES, clauses="; ".join(facts.failing))
    if verdict.code == NOT_ENTITLED:
        return next((each.why_not for each in facts.ways if each.why_not), verdict.reason)
    return verdict.reason


def _unwanted(facts: Facts, verdict: Verdict) -> Answer:
    state, why = facts.state, _why(facts, verdict)
    if state is None or not (state.target_id or state.uncertain):
        return Answer("skip", gettext_noop("No account"), why, is_settled=True)
    if state.disabled:
        return Answer("stopped", gettext_noop("Disabled"), why, is_settled=True)
    if found := _decided(facts):
        return found
    if reason := _left_alone(facts, verdict):
        return Answer("skip", gettext_noop("Left alone"), reason, is_settled=True)
    if state.status == Status.FAILURE:
        return _failed(facts)
    what = gettext_noop("Will be disabled") if _disables(facts, verdict) else gettext_noop("Will be deleted")
    return _coming(facts, "warn", what, say(LEAVES, reason=why))


def _decided(facts: Facts) -> Answer | None:
    """What a person, or the guard, said of the removal."""
    if facts.staged is None:
        return None
    who = facts.staged.decided_by
    if facts.staged.status == Staging.HELD:
        return Answer("held", gettext_noop("Waits for approval"), say(HELD), is_settled=True)
    if facts.staged.status == Staging.REJECTED and not facts.changed:
        return Answer("skip", gettext_noop("Left alone"), say(REJECTED, who=who), is_settled=True)
    if facts.staged.status == Staging.APPROVED:
        is_deletion = facts.staged.action == Action.DELETE
        what = gettext_noop("Will be deleted") if is_deletion else gettext_noop("Will be disabled")
        return _coming(facts, "warn", what, say(APPROVED, who=who))
    return None


def _left_alone(facts: Facts, verdict: Verdict) -> Message | None:
    """Why the account stays as it is although it is not wanted any more."""
    state, mapping = facts.state, facts.mapping
    if state is None or mapping is None:
        return None
    if facts.job.skip_out_of_scope_deletions and verdict.active:
        return say(SKIPPED)
    if not state.was_in_scope and not state.uncertain:
        return say(NOT_OURS)
    if _disables(facts, verdict):
        if not mapping.update_objects:
            return say(NO_DISABLE)
        is_unmapped = state.code == "DisableNotMapped" and not facts.changed
        return say(NO_SWITCH, attribute=_connector(facts).active_attribute) if is_unmapped else None
    return None if mapping.delete_objects else say(NO_DELETE)


def _disables(facts: Facts, verdict: Verdict) -> bool:
    """Disable rather than delete: people, unless they are gone for good and the action Delete is on."""
    if facts.type is not ObjectType.USER or not _connector(facts).can_disable:
        return False
    deletes = bool(facts.mapping and facts.mapping.delete_objects)
    return not (verdict.purged and deletes)


def _connector(facts: Facts) -> type[Connector]:
    return connector_class(facts.application.template.connector)


def _wanted(facts: Facts, verdict: Verdict) -> Answer:
    state = facts.state
    if state and state.deferred_until:
        return _waiting(facts, state.deferred_until)
    if state and state.status == Status.FAILURE:
        return _failed(facts)
    if state is None or not state.target_id:
        return _new(facts, verdict)
    if state.disabled:
        return _coming(facts, "stopped", gettext_noop("Will be enabled"), say(COMES_BACK, reason=verdict.reason))
    return _kept(facts, verdict, state)


def _kept(facts: Facts, verdict: Verdict, state: ObjectStateRow) -> Answer:
    """Wanted, with an account that is in use."""
    if facts.changed or facts.job.watermark is None:
        why = say(CHANGED if facts.changed else SETTINGS_CHANGED)
        return _coming(facts, "ok", gettext_noop("Provisioned"), why)
    if state.code == "UpdateSwitchedOff":
        return Answer("skipped", gettext_noop("Not kept up to date"), say(NO_UPDATE), is_settled=True)
    if state.code == "IgnoreObjectFlow":
        return Answer("skipped", gettext_noop("Left alone"), say(IGNORED), is_settled=True)
    return Answer("ok", gettext_noop("Provisioned"), verdict.reason, is_settled=True)


def _new(facts: Facts, verdict: Verdict) -> Answer:
    """Wanted, without an account that we know."""
    state = facts.state
    if facts.mapping and not facts.mapping.create_objects and not (state and state.uncertain):
        return Answer("skipped", gettext_noop("No account"), say(NO_CREATE), is_settled=True)
    if state and state.code == "IgnoreObjectFlow" and not facts.changed:
        return Answer("skipped", gettext_noop("Left alone"), say(IGNORED), is_settled=True)
    never = state is None or not state.status
    why = say(NEVER_LOOKED_AT, reason=verdict.reason) if never else verdict.reason
    return _coming(facts, "not set up", gettext_noop("Not yet"), why)


def _failed(facts: Facts) -> Answer:
    """With the words of the last entry in the logs."""
    state, latest = facts.state, facts.latest
    reason = Message.from_json(latest.reason) if latest else say(state.code if state else "")
    if facts.changed:
        return _coming(facts, "failure", gettext_noop("Failed"), say(FAILED_BEFORE, reason=reason))
    if state and state.next_try_at:
        then = _obstacle(facts) or (say(NEXT_TRY), _try_at(facts, state.next_try_at))
        return Answer("failure", gettext_noop("Failed"), reason, *then)
    return Answer("failure", gettext_noop("Given up"), say(GIVEN_UP, reason=reason), is_settled=True)


def _waiting(facts: Facts, until: datetime) -> Answer:
    reason = Message.from_json(facts.latest.reason) if facts.latest else ""
    why = say(WAITS, reason=reason)
    return Answer("running", gettext_noop("Waits"), why, *(_obstacle(facts) or (say(NEXT_TRY), until)))


def _try_at(facts: Facts, at: datetime) -> datetime | None:
    """Not before the next cycle: it is what tries."""
    start = facts.job.next_start_at
    return max(at, start) if start else at


def _coming(facts: Facts, status: str, what: str, why: Message) -> Answer:
    """Something that the next cycle does."""
    return Answer(status, what, why, *(_obstacle(facts) or _next_cycle(facts)))


def _obstacle(facts: Facts) -> tuple[Message, datetime | None] | None:
    """What keeps the job as a whole from doing anything."""
    job = facts.job
    if not job.is_set_up:
        return say(NOT_SET_UP), None
    if not job.is_on:
        return say(STOPPED_FAILING if job.given_up_at else SWITCHED_OFF), None
    if job.quarantine:
        return say(QUARANTINED), job.next_start_at
    return None


def _next_cycle(facts: Facts) -> tuple[Message, datetime | None]:
    if facts.running:
        return say(RUNNING), None
    start = facts.job.next_start_at
    return (say(NEXT_CYCLE), start) if start and start > facts.now else (say(DUE), None)
