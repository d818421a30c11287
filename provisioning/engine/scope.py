"""Step 2. Who is in scope: assigned, with a role that counts, passing the scoping filters, and active in the source."""

from collections.abc import Mapping
from dataclasses import dataclass

from provisioning.choices import ObjectType
from provisioning.engine.filters import FilterVerdict, evaluate
from provisioning.records import JobRules, SourceObject
from provisioning.texts import Message, gettext_noop, say

NOT_ENTITLED = "NotEffectivelyEntitled"
FILTERED = "NotInProvisioningScope"
INACTIVE = "NotActiveInSource"
GONE = "DeletedInSource"

PURGED = gettext_noop("It was deleted for good in the directory.")
DELETED = gettext_noop("It was deleted in the directory.")
LEAVING = gettext_noop("The application is going to be deleted: every account is disabled first.")
NO_ROLE = gettext_noop("It has no role that is provisioned; Default Access is not.")
NO_MAPPING = gettext_noop("It has no role that is provisioned: no row of the attribute mapping sends %(roles)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What scoping found. `wanted` is false when the account must not be usable in the target (IsSoftDeleted).

    `present` is false for who was deleted in the directory, for good (`purged`) or not.
    """

    in_scope: bool
    active: bool
    present: bool
    purged: bool
    reason: Message
    code: str
    details: Mapping[str, str]

    @property
    def wanted(self) -> bool:
        return self.in_scope and self.active


def judge(source: SourceObject, rules: JobRules) -> Verdict:
    """Whether this object should have a usable account, and why, in one sentence.

    Where the application demands a role, Default Access does not entitle (tutorial of GoToMeeting), nor does a role
    that no mapping sends; in "sync all" everybody is assigned, and nobody while the accounts of an application that is
    to be deleted are disabled; groups stay as they are. Raises SkipObject when a scoping filter can't be
    evaluated.
    """
    leaves = rules.leaving and source.type is ObjectType.USER
    assigned = (source.assigned or rules.everyone) and not leaves
    has_role = bool(source.roles) or not rules.role_required or rules.everyone
    filtered = evaluate(rules.objects[source.type].filters, source.attributes)
    present = not (source.soft_deleted or source.purged)
    active = source.active and present
    text, code = (LEAVING, NOT_ENTITLED) if leaves and present else _why(source, assigned, has_role, filtered)
    return Verdict(
        in_scope=assigned and has_role and filtered.passed,
        active=active,
        present=present,
        purged=source.purged,
        reason=_said(
            text,
            groups=", ".join(source.via),
            directory=rules.directory_label,
            roles=", ".join(source.idle_roles),
        ),
        code=code,
        details={
            "Active in the source system": str(active),
            "Assigned to the application": str(assigned),
            f"{source.type} has the required role": str(has_role),
            "Scoping filter evaluation passed": str(filtered.passed),
            **filtered.details,
        },
    )


def _why(source: SourceObject, assigned: bool, has_role: bool, filtered: FilterVerdict) -> tuple[str, str]:
    if source.purged or source.soft_deleted:
        return PURGED if source.purged else DELETED, GONE
    if not assigned:
        return gettext_noop("It is not assigned to the application."), NOT_ENTITLED
    if not has_role:
        return NO_MAPPING if source.idle_roles else NO_ROLE, NOT_ENTITLED
    if not filtered.passed:
        return gettext_noop("It passes none of the scoping filters."), FILTERED
    if not source.active:
        return gettext_noop("Its account is disabled in the directory."), INACTIVE
    return _how(source), ""


def _how(source: SourceObject) -> str:
    if source.via and source.direct:
        return gettext_noop("It is active and assigned, directly and through %(groups)s.")
    if source.via:
        return gettext_noop("It is active and assigned through %(groups)s.")
    if source.direct:
        return gettext_noop("It is active and assigned directly.")
    return gettext_noop("It is active, and everybody in %(directory)s is provisioned.")


def _said(text: str, **values: str) -> Message:
    """With those of the values that it names."""
    return say(text, **{name: value for name, value in values.items() if f"%({name})s" in text})
