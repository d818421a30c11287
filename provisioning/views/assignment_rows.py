"""Rows of Users and groups: whom, with which role, and what became of it; the words around them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.components.times import moment_text
from provisioning.jobs.entitlement import idle_roles
from provisioning.models import AppRole, Assignment, EnterpriseApplication, Group, ProvisioningJob, User
from provisioning.models.assignment import name_of_role
from provisioning.views.account_states import IDLE_ROLE, NO_ROLE, NOT_YET, AccountState, account_state, states_by_user
from provisioning.views.members import member_counts, provisioned_counts


@dataclass(frozen=True)
class Row:
    """`state` tells of a person; for a group, `provisioned` counts those of its `members` who are."""

    assignment: Assignment
    principal: User | Group
    role: str
    state: AccountState | None
    members: int = 0
    provisioned: int = 0


def assignment_rows(application: EnterpriseApplication, assignments: Sequence[Assignment]) -> list[Row]:
    """What the list shows of each, in a number of queries that does not grow with them."""
    job: ProvisioningJob = application.job
    states = states_by_user(job, [row.user for row in assignments if row.user])
    groups = [row.group for row in assignments if row.group]
    idle = idle_roles([job])[job.pk]
    members, provisioned = member_counts(groups), provisioned_counts(groups, job)
    rows = []
    for row in assignments:
        if row.user:
            state = _state(row.role, account_state(states.get(row.user.pk)), idle, application)
            rows.append(Row(row, row.user, role_label(row.role), state))
        elif row.group:
            key = row.group.pk
            rows.append(Row(row, row.group, role_label(row.role), None, members[key], provisioned[key]))
    return rows


def _state(
    role: AppRole | None, found: AccountState, idle: Collection[str], application: EnterpriseApplication
) -> AccountState:
    """Nothing will ever be remembered of somebody who only has what is not provisioned."""
    if found != NOT_YET or not application.template.role_required:
        return found
    if role is None:
        return NO_ROLE
    return IDLE_ROLE if role.value in idle else found


def role_label(role: AppRole | None) -> str:
    """As people see it; no role is Default Access."""
    return _(name_of_role(role))


def when_it_takes_effect(job: ProvisioningJob) -> str:
    """What follows from a change of assignments, for the toast."""
    if not job.is_set_up:
        return _("Nothing is provisioned until the application is set up.")
    if not job.is_on:
        return _("It takes effect when provisioning is started.")
    if job.next_start_at is None or job.next_start_at <= timezone.now():
        return _("It takes effect with the next cycle.")
    return _("It takes effect with the next cycle: %(when)s.") % {"when": moment_text(job.next_start_at, inside=True)}
