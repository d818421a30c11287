"""Who is assigned, with which roles, directly or through which groups."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef

from provisioning.choices import Scope
from provisioning.jobs.below import above
from provisioning.models import Assignment, Group, Membership, ProvisioningJob
from provisioning.records import Role

ROLE = ("role__enabled", "role__role_id", "role__value", "role__label", "role__order")


@dataclass(slots=True)
class Entitlement:
    """Everything that assigns one object: the roles that count, and through which groups."""

    roles: dict[str, Role] = field(default_factory=dict)
    direct: bool = False
    via: list[str] = field(default_factory=list)

    @property
    def is_assigned(self) -> bool:
        return self.direct or bool(self.via)


def of_users(job: ProvisioningJob, keys: Sequence[int]) -> dict[int, Entitlement]:
    """By user key. A group counts while it is present and security enabled; a role while it is enabled.

    In "sync all" who has no role that counts gets the application's default role.
    """
    assignments = Assignment.objects.present().filter(application=job.application)
    direct = assignments.filter(user__in=keys).values_list("user", *ROLE)
    through = _through_groups(job, assignments, keys)
    found = _collected([(key, None, *rest) for key, *rest in direct] + list(through))
    if job.scope == Scope.ALL:
        _add_default_role(job, found, keys)
    return dict(found)


def of_groups(job: ProvisioningJob, keys: Collection[int]) -> dict[int, Entitlement]:
    """By group key: a group is provisioned itself when it is assigned itself."""
    rows = Assignment.objects.present().filter(application=job.application, group__in=keys)
    return dict(_collected([(key, None, *rest) for key, *rest in rows.values_list("group", *ROLE)]))


def _through_groups(job: ProvisioningJob, assignments: Any, keys: Sequence[int]) -> Iterable[tuple[Any, ...]]:
    """Begun from these people's memberships: from the assignments, every portion would read all of them.

    With nested groups also through those that lie below an assigned one; every group on the way must be able to
    entitle.
    """
    memberships = Membership.objects.filter(user__in=keys, removed=False, group__in=Group.objects.entitling())
    if not job.nested_groups:
        memberships = memberships.filter(Exists(assignments.filter(group=OuterRef("group"))))
    pairs = list(memberships.values_list("user", "group"))
    own = {group for _, group in pairs}
    higher = above(own) if job.nested_groups and own else {group: {group} for group in own}
    by_group: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    rows = assignments.filter(group__in=set().union(*higher.values())).filter(group__in=Group.objects.entitling())
    for group, *rest in rows.values_list("group", "group__display_name", *ROLE):
        by_group[group].append(tuple(rest))
    return [(user, *row) for user, group in pairs for each in higher[group] for row in by_group.get(each, ())]


def _collected(rows: list[tuple[Any, ...]]) -> dict[int, Entitlement]:
    found: dict[int, Entitlement] = defaultdict(Entitlement)
    in_order = sorted(rows, key=lambda row: (row[0], row[-1] or 0, row[1] or ""))
    for key, group, enabled, role_id, value, label, _ in in_order:
        entitlement = found[key]
        if group is None:
            entitlement.direct = True
        elif group not in entitlement.via:
            entitlement.via.append(group)
        if enabled:
            entitlement.roles.setdefault(str(role_id), Role(id=str(role_id), value=value, label=label))
    return found


def _add_default_role(job: ProvisioningJob, found: dict[int, Entitlement], keys: Sequence[int]) -> None:
    default = job.application.template.default_role
    row = job.application.roles.filter(value=default, enabled=True).first() if default else None
    if row is None:
        return
    role = Role(id=str(row.role_id), value=row.value, label=row.label)
    for key in keys:
        entitlement = found.setdefault(key, Entitlement())
        entitlement.roles = entitlement.roles or {role.id: role}
