"""One person and the applications: what assigns them, with which role, and what became of them there."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext_lazy as _

from provisioning.choices import ObjectType
from provisioning.jobs.entitlement import idle_roles
from provisioning.models import Assignment, EnterpriseApplication, Group, ObjectStateRow, ProvisioningJob, User
from provisioning.views.account_states import IDLE_ROLE, NO_ROLE, NOT_YET, AccountState, account_state
from provisioning.views.assignment_rows import role_label


@dataclass(frozen=True)
class Way:
    """How somebody is assigned: directly, or as a member of the group. `idle`: no mapping sends the role."""

    group: Group | None
    role: str
    counts: bool
    idle: bool = False


@dataclass
class Row:
    application: EnterpriseApplication
    ways: list[Way] = field(default_factory=list)
    state: AccountState = NOT_YET


def applications_of(user: User) -> Sequence[Row]:
    """Applications that the person is assigned to or known by, by name; a constant number of queries."""
    rows: dict[int, Row] = {}
    assignments = _assignments(user)
    idle = idle_roles([each.application.job for each in assignments])
    for assignment in assignments:
        application = assignment.application
        role, needs_one = assignment.role, application.template.role_required
        is_idle = bool(role and needs_one and role.value in idle[application.job.pk])
        counts = role.enabled and not is_idle if role else not needs_one
        row = rows.setdefault(application.pk, Row(application))
        row.ways.append(Way(assignment.group, role_label(role), counts, is_idle))
    states = ObjectStateRow.objects.filter(object_type=ObjectType.USER, source_key=user.pk)
    known = {state.job.application_id: state for state in states.select_related("job__application", "job__credentials")}
    for key, state in known.items():
        rows.setdefault(key, Row(state.job.application))
    for key, row in rows.items():
        row.state = _explained(account_state(known.get(key)), row)
    return sorted(rows.values(), key=lambda row: row.application.display_name.casefold())


def _assignments(user: User) -> list[Assignment]:
    """Direct ones first, then those of groups that the person is in; as a cycle would count them."""
    present = Assignment.objects.present().select_related("application__job__credentials", "role", "group")
    direct = present.filter(user=user)
    groups = Group.objects.entitling().filter(memberships__user=user, memberships__removed=False)
    return [*direct.order_by("pk"), *present.filter(group__in=groups).order_by("group__display_name", "pk")]


def _explained(state: AccountState, row: Row) -> AccountState:
    """Why there is no account yet, in one line."""
    job: ProvisioningJob = row.application.job
    if state != NOT_YET:
        return state
    if not any(way.counts for way in row.ways):
        return IDLE_ROLE if any(way.idle for way in row.ways) else NO_ROLE
    if not job.is_set_up:
        return replace(state, note=_("The application is not set up"))
    if not job.is_on:
        return replace(state, note=_("Provisioning is off"))
    if job.quarantine:
        return replace(state, note=_("The application is in quarantine"))
    return replace(state, note=_("With the next cycle"))
