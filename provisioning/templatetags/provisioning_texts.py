"""Words for what rows hold: stored messages, named values, durations, capped numbers."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Role
from provisioning.choices import (
    Action,
    CycleKind,
    CycleStatus,
    ImportKind,
    ImportPhase,
    Kind,
    ObjectType,
    Phase,
    RunStatus,
    StagedKind,
    Staging,
    Status,
    Work,
)
from provisioning.jobs.notices.wording import label_of
from provisioning.models import Cycle
from provisioning.models.assignment import DEFAULT_ACCESS
from provisioning.texts import Message

register = template.Library()

NOTHING = "–"
ROLES: Mapping[str, str | Promise] = {**dict(Role.choices), DEFAULT_ACCESS: _("Default Access")}
"""Of accounts, and of an assignment without a role of its application."""
WORDS: Mapping[str, str | Promise] = {
    Action.CREATE: _("Create"),
    Action.UPDATE: _("Update"),
    Action.DISABLE: _("Disable"),
    Action.DELETE: _("Delete"),
    Action.STAGED_DELETE: _("StagedDelete"),
    Action.OTHER: _("Other"),
    Status.SUCCESS: _("Success"),
    Status.FAILURE: _("Failure"),
    Status.SKIPPED: _("Skipped"),
    Status.WARNING: _("Warning"),
    CycleKind.INITIAL: _("Initial"),
    CycleKind.INCREMENTAL: _("Incremental"),
    CycleKind.PREVIEW: _("Preview"),
    CycleKind.RECONCILE: _("Reconcile"),
    CycleStatus.RUNNING: _("Running"),
    CycleStatus.STOPPED: _("Stopped"),
    CycleStatus.INTERRUPTED: _("Interrupted"),
    CycleStatus.COMPLETED: _("Completed"),
    CycleStatus.SUPERSEDED: _("Superseded"),
    Phase.SURVEY: _("List accounts"),
    Phase.USERS: _("Users"),
    Phase.GROUPS: _("Groups"),
    Phase.REFERENCES: _("References"),
    Phase.DECIDE: _("Guard"),
    Phase.REMOVALS: _("Removals"),
    Phase.FINISH: _("Finish"),
    Work.OBJECTS: _("Objects"),
    Work.MEMBERS: _("Members"),
    Work.MEMBER_REMOVALS: _("Members to take out"),
    Work.SEATS: _("Seats that became free"),
    Staging.STAGED: _("Staged"),
    Staging.PASSED: _("Let pass"),
    Staging.HELD: _("Held"),
    Staging.APPROVED: _("Allowed"),
    Staging.REJECTED: _("Rejected"),
    Kind.ACCOUNT: _("Account"),
    ImportKind.SNAPSHOT: _("Everybody"),
    ImportKind.CHANGES: _("Changes"),
    ImportKind.FILE: _("File"),
    ImportKind.CLEARING: _("Clearing"),
    ImportPhase.READ: _("Reading"),
    ImportPhase.JUDGE: _("Judging"),
    ImportPhase.APPLY: _("Applying"),
    StagedKind.MEMBER: _("Member"),
    StagedKind.ROLE: _("Role"),
    StagedKind.ASSIGNMENT: _("Assignment"),
    RunStatus.QUEUED: _("Queued"),
    RunStatus.WAITING: _("Waiting"),
    RunStatus.DONE: _("Done"),
    ObjectType.USER: _("User"),
    ObjectType.GROUP: _("Group"),
    "Active in the source system": _("Active in the source system"),
    "Assigned to the application": _("Assigned to the application"),
    "User has the required role": _("User has the required role"),
    "Group has the required role": _("Group has the required role"),
    "Scoping filter evaluation passed": _("Scoping filter evaluation passed"),
    "SkipReason": _("Reason for skipping"),
    "Asked for": _("Asked for"),
    "Found": _("Found"),
    "Identifier": _("Identifier"),
    "Object type": _("Object type"),
    "Directory": _("Directory"),
    "Error": _("Error"),
    "True": _("Yes"),
    "False": _("No"),
}
CYCLES: Mapping[str, str | Promise] = {
    CycleKind.INITIAL: _("Initial cycle"),
    CycleKind.INCREMENTAL: _("Incremental cycle"),
    CycleKind.PREVIEW: _("Preview"),
    CycleKind.RECONCILE: _("Reconcile cycle"),
}


class _Values(dict[str, Any]):
    def __missing__(self, name: str) -> str:
        return NOTHING


class _Number(int):
    """For `%s`; a text may ask for `%d` too."""

    def __str__(self) -> str:
        return str(intcomma(int(self)))


@register.filter
def said(message: Message | Mapping[str, Any] | None) -> str:
    """`{{ activity.reason|said }}`: a message or its stored form, in the reader's language.

    Never raises: a value that is not there is shown as "–", and a text that does not fit its values as it is.
    """
    if not isinstance(message, Message):
        message = Message.from_json(message or {})
    if not message.text:
        return ""
    text = gettext(message.text)
    values = _Values({name: _value_said(name, each) for name, each in message.values.items()})
    try:
        return text % values if values or "%(" in text else text
    except (ValueError, TypeError):
        return text


def _value_said(name: str, value: Any) -> Any:
    """A value may be a message of its own; a number is written as the reader writes it."""
    if isinstance(value, Message):
        return said(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return _Number(value)
    return word(value) if name == "type" else value


@register.filter
def marked(text: str) -> str:
    """`{{ activity.remedy|marked }}`: a literal that was marked with gettext_noop, in the reader's language."""
    return gettext(text) if text else ""


register.filter("event_label", label_of)


@register.filter
def word(value: object) -> str:
    """`{{ activity.action|word }}`: how a named value is shown; what has no word of its own is shown as it is."""
    return str(WORDS.get(str(value), value))


@register.filter
def cycle_name(kind: str) -> str:
    """`{{ cycle.kind|cycle_name }}`: "Initial cycle"."""
    return str(CYCLES.get(kind, kind))


@register.filter
def duration(value: timedelta | None) -> str:
    """`{{ time|duration }}`: its two largest units, "3 min 12 s"."""
    if value is None:
        return NOTHING
    seconds = int(value.total_seconds())
    if seconds < 1:
        return gettext("under 1 s")
    units = [
        (seconds // 86400, gettext("%(n)d d")),
        (seconds // 3600 % 24, gettext("%(n)d h")),
        (seconds // 60 % 60, gettext("%(n)d min")),
        (seconds % 60, gettext("%(n)d s")),
    ]
    first = next(place for place, (number, _text) in enumerate(units) if number)
    return " ".join(text % {"n": number} for number, text in units[first : first + 2] if number)


@register.filter
def about(value: timedelta) -> str:
    """`{{ time|about }}`: an estimate, in whole minutes: "2 min", "1 h 5 min"."""
    return duration(timedelta(minutes=max(1, round(value.total_seconds() / 60))))


@register.filter
def lasted(cycle: Cycle) -> str:
    """`{{ cycle|lasted }}`: how long it ran, or has been running; for one that stands still, until it stopped."""
    return duration((cycle.ended_at or cycle.stopped_at or timezone.now()) - cycle.started_at)


@register.filter
def milliseconds(value: int) -> str:
    """`{{ step.milliseconds|milliseconds }}`: "431 ms", "1.2 s"."""
    if value < 1000:
        return gettext("%(n)d ms") % {"n": value}
    return gettext("%(n)s s") % {"n": number_format(value / 1000, 1)}


@register.filter
def minutes(value: int) -> str:
    """`{{ job.interval_minutes|minutes }}`: "20 minutes", "4 hours"."""
    if value % 60:
        return ngettext("%(n)d minute", "%(n)d minutes", value) % {"n": value}
    return ngettext("%(n)d hour", "%(n)d hours", value // 60) % {"n": value // 60}


@register.filter
def capped(number: int, limit: int) -> str:
    """`{{ n|capped:10000 }}`: "1,204", and "10,000+" for a count that ended there."""
    return f"{intcomma(limit)}+" if number > limit else str(intcomma(number))


@register.filter
def plain(value: object) -> str:
    """`{{ row.old|plain }}`: an attribute's value as text; several joined, and "–" for none."""
    if isinstance(value, list | tuple):
        value = ", ".join(str(each) for each in value)
    return word(value) if isinstance(value, bool) else NOTHING if value in (None, "") else str(value)


@register.filter
def named(path: str) -> str:
    """`{{ difference.name|named }}`: where a value stands in an audit entry; names of ours in the reader's language."""
    return " › ".join(map(gettext, path.split(" › "))) if path else NOTHING


@register.filter
def noted(value: object, path: str) -> str:
    """`{{ difference.old|noted:difference.name }}`: a value of an audit entry; roles are kept as named values."""
    if path.rpartition(" › ")[2] == "Role":
        return str(ROLES.get(str(value), plain(value)))
    return plain(value)


@register.filter
def yes_or_nothing(value: bool) -> str:
    """`{{ attribute.required|yes_or_nothing }}`: "Yes", and "–" for No: what a table of many switches is read by."""
    return word(True) if value else NOTHING
