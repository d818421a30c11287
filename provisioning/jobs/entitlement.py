"""Who is assigned, with which roles, directly or through which groups."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from provisioning.choices import ObjectType, Scope
from provisioning.connectors import connector_class
from provisioning.jobs.below import above
from provisioning.jobs.prepared import Given, Prepared, among
from provisioning.models import Assignment, AttributeMapping, Group, Membership, ProvisioningJob
from provisioning.records import Role

ROLE = ("role__enabled", "role__role_id", "role__value", "role__label", "role__order")


def _assignments() -> QuerySet[Assignment]:
    return Assignment.objects.present().filter(application=Given("application"))


def _memberships() -> QuerySet[Membership]:
    return Membership.objects.filter(among("user", "keys"), removed=False, group__in=Group.objects.entitling())


def _of_groups() -> QuerySet[Assignment, Any]:
    return _assignments().filter(among("group", "keys")).values_list("group", "group__display_name", *ROLE)


DIRECT = Prepared(lambda: _assignments().filter(among("user", "keys")).values_list("user", *ROLE))
GROUPS = Prepared(_of_groups)
ENTITLING = Prepared(lambda: _of_groups().filter(group__in=Group.objects.entitling()))
MEMBERSHIPS = Prepared(lambda: _memberships().values_list("user", "group"))
ASSIGNED_MEMBERSHIPS = Prepared(
    lambda: _memberships().filter(Exists(_assignments().filter(group=OuterRef("group")))).values_list("user", "group")
)


@dataclass(slots=True)
class Entitlement:
    """Everything that assigns one object: the roles that count, those that no mapping sends, through which groups."""

    roles: dict[str, Role] = field(default_factory=dict)
    direct: bool = False
    via: list[str] = field(default_factory=list)
    idle: list[str] = field(default_factory=list)

    @property
    def is_assigned(self) -> bool:
        return self.direct or bool(self.via)

    def set_aside(self, idle: Collection[str]) -> None:
        """Roles of these values give nothing."""
        self.idle = [role.label for role in self.roles.values() if role.value in idle]
        self.roles = {id_: role for id_, role in self.roles.items() if role.value not in idle}


def of_users(job: ProvisioningJob, keys: Sequence[int]) -> dict[int, Entitlement]:
    """By user key. A group counts while it is present and security enabled; a role while it is enabled and sent.

    In "sync all" who has no role that counts gets the application's default role.
    """
    direct = DIRECT.rows(application=job.application_id, keys=keys)
    found = collected([(key, None, *rest) for key, *rest in direct] + _through_groups(job, keys))
    _set_aside(job, found.values())
    if job.scope == Scope.ALL:
        _add_default_role(job, found, keys)
    return dict(found)


def of_groups(job: ProvisioningJob, keys: Collection[int]) -> dict[int, Entitlement]:
    """By group key: a group is provisioned itself when it is assigned itself."""
    rows = GROUPS.rows(application=job.application_id, keys=list(keys))
    return dict(collected([(key, None, *rest) for key, _, *rest in rows]))


def idle_roles(jobs: Collection[ProvisioningJob]) -> dict[int, frozenset[str]]:
    """By job: values of app roles that give nothing, because no row of its mapping writes their target attribute."""
    of_rows = {job.pk: connector_class(job.application.template.connector).roles_of_rows for job in jobs}
    rows = AttributeMapping.objects.filter(
        mapping__job__in=[key for key, roles in of_rows.items() if roles],
        mapping__object_type=ObjectType.USER,
        mapping__enabled=True,
    )
    mapped = {(row.mapping.job_id, row.target) for row in rows.select_related("mapping").order_by()}
    return {
        key: frozenset[str]().union(*(each for target, each in roles.items() if (key, target) not in mapped))
        for key, roles in of_rows.items()
    }


def _through_groups(job: ProvisioningJob, keys: Sequence[int]) -> list[tuple[Any, ...]]:
    """Begun from these people's memberships: from the assignments, every portion would read all of them.

    With nested groups also through those that lie below an assigned one; every group on the way must be able to
    entitle.
    """
    memberships = MEMBERSHIPS if job.nested_groups else ASSIGNED_MEMBERSHIPS
    pairs = memberships.rows(application=job.application_id, keys=keys)
    own = {group for _, group in pairs}
    higher = above(own) if job.nested_groups and own else {group: {group} for group in own}
    by_group: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    groups = set().union(*higher.values())
    for group, *rest in ENTITLING.rows(application=job.application_id, keys=groups) if groups else ():
        by_group[group].append(tuple(rest))
    return [(user, *row) for user, group in pairs for each in higher[group] for row in by_group.get(each, ())]


def collected(rows: list[tuple[Any, ...]]) -> dict[int, Entitlement]:
    """By the first of each row, from rows of (key, name of the group or None, and what ROLE names)."""
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


def _set_aside(job: ProvisioningJob, found: Iterable[Entitlement]) -> None:
    """Roles that count only with a row of the mapping of their own, where there is none."""
    of_rows = connector_class(job.application.template.connector).roles_of_rows
    asked = frozenset[str]().union(*of_rows.values())
    if not any(role.value in asked for each in found for role in each.roles.values()):
        return
    idle = idle_roles([job])[job.pk]
    for each in found:
        each.set_aside(idle)


def _add_default_role(job: ProvisioningJob, found: dict[int, Entitlement], keys: Sequence[int]) -> None:
    default = job.application.template.default_role
    row = job.application.roles.filter(value=default, enabled=True).first() if default else None
    if row is None:
        return
    role = Role(id=str(row.role_id), value=row.value, label=row.label)
    for key in keys:
        entitlement = found.setdefault(key, Entitlement())
        entitlement.roles = entitlement.roles or {role.id: role}
