"""How somebody comes to an application: each assignment that reaches them, by which groups, and whether it counts."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from provisioning.jobs.below import LEVELS
from provisioning.jobs.entitlement import idle_roles
from provisioning.models import AppRole, Assignment, EnterpriseApplication, Group, Membership, User
from provisioning.texts import Message, gettext_noop, say

BINNED = gettext_noop("%(group)s was deleted, so it gives nobody access.")
NOT_SECURITY = gettext_noop("%(group)s is not security enabled, so it gives nobody access.")
NESTED_OFF = gettext_noop(
    "It is in %(group)s only through other groups (%(path)s), and nested groups are switched off in this application."
)
ROLE_OFF = gettext_noop("The role %(role)s is switched off.")
NO_ROW = gettext_noop("No row of the attribute mapping sends the role %(role)s.")
DEFAULT_ACCESS = gettext_noop("Default Access is not provisioned. Choose a role under Users and groups.")


@dataclass(frozen=True, slots=True)
class Way:
    """One assignment. `path` leads from the object's own group up to the assigned one, and is empty when it is direct.

    `assigns` tells whether it assigns at all, `counts` whether with a role that is provisioned; `why_not` says why not.
    `change` is the change number of the newest thing on the way.
    """

    application: EnterpriseApplication
    role: AppRole | None
    path: Sequence[Group] = ()
    assigns: bool = True
    counts: bool = True
    why_not: Message | None = None
    change: int = 0

    @property
    def group(self) -> Group | None:
        """The one that is assigned."""
        return self.path[-1] if self.path else None

    @property
    def through(self) -> Sequence[Group]:
        """The groups below it."""
        return self.path[:-1]


@dataclass(frozen=True, slots=True)
class Ways:
    """By application. `changes` is the newest change number of anything on the way to it, taken away things too; `idle`
    are, by job, the values of roles that no mapping sends."""

    found: Mapping[int, Sequence[Way]]
    changes: Mapping[int, int]
    idle: Mapping[int, Collection[str]]


@dataclass(slots=True)
class Climb:
    """Every group above somebody, with the shortest path to it: one of groups that can give access, if there is one."""

    paths: dict[int, tuple[Group, ...]]
    changes: dict[int, int]

    @property
    def groups(self) -> set[int]:
        return {*self.paths, *self.changes}


def ways_of_user(user: User) -> Ways:
    """Direct ones first. A query for each level of nesting and one more."""
    return _ways(Q(user=user), climb(Membership.objects.filter(user=user)))


def ways_of_group(group: Group) -> Ways:
    """Its own assignments alone: a group is provisioned itself when it is assigned itself."""
    return _ways(Q(group=group), Climb({}, {}), own=group)


def ways_of_members(group: Group) -> Ways:
    """What members of the group get through the groups that it is in."""
    above = climb(Membership.objects.filter(member_group=group))
    paths = {key: (group, *path) for key, path in above.paths.items()}
    return _ways(Q(pk__in=()), Climb(paths, above.changes))


def climb(memberships: QuerySet[Membership]) -> Climb:
    """From these memberships up. Those that were taken away only lend their change number."""
    found = Climb({}, {})
    edges = list(memberships.select_related("group"))
    for edge in edges:
        found.changes[edge.group_id] = max(edge.change, edge.group.change)
    level: dict[int, tuple[Group, ...]] = {edge.group_id: (edge.group,) for edge in edges if not edge.removed}
    for _ in range(LEVELS):
        new = {key: path for key, path in level.items() if _is_better(path, found.paths.get(key))}
        if not new:
            break
        found.paths |= new
        above = Membership.objects.filter(member_group__in=new, removed=False).select_related("group")
        level = {}
        for edge in above:
            path = (*new[edge.member_group_id or 0], edge.group)
            known = level.get(edge.group_id)
            level[edge.group_id] = path if _is_better(path, known) else known or path
            number = max(edge.change, edge.group.change, found.changes.get(edge.group_id, 0))
            found.changes[edge.group_id] = max(number, *(found.changes.get(each.pk, 0) for each in path))
    return found


def _is_better(path: Sequence[Group], known: Sequence[Group] | None) -> bool:
    return known is None or (_is_open(path) and not _is_open(known))


def _is_open(path: Sequence[Group]) -> bool:
    """Whether every group on it can give access."""
    return all(_entitles(each) for each in path)


def _entitles(group: Group) -> bool:
    return group.security_enabled and not (group.deleted_at or group.purged_at)


def _ways(direct: Q, above: Climb, own: Group | None = None) -> Ways:
    found_rows = Assignment.objects.filter(direct | Q(group__in=above.groups))
    rows = list(found_rows.select_related("application__job", "application__directory", "role"))
    idle = idle_roles({row.application.job for row in rows})
    found: dict[int, list[Way]] = defaultdict(list)
    changes: dict[int, int] = defaultdict(int)
    for row in sorted(rows, key=lambda row: (row.group_id is not None and own is None, row.pk)):
        path = () if row.group_id is None or own else above.paths.get(row.group_id, ())
        number = max(row.change, row.role.change if row.role else 0, above.changes.get(row.group_id or 0, 0))
        changes[row.application_id] = max(changes[row.application_id], number)
        if not row.removed and (path or row.group_id is None or own):
            why_not = _obstacle((own,) if own else path, row.application)
            found[row.application_id].append(_way(row, path, number, why_not, idle[row.application.job.pk]))
    return Ways(found, changes, idle)


def _way(row: Assignment, path: Sequence[Group], number: int, why_not: Message | None, idle: Collection[str]) -> Way:
    application, role = row.application, row.role
    assigns = why_not is None
    if assigns and role is None and application.template.role_required:
        why_not = say(DEFAULT_ACCESS)
    if assigns and role is not None and not role.enabled:
        why_not = say(ROLE_OFF, role=role.label)
    elif assigns and role is not None and role.value in idle and application.template.role_required:
        why_not = say(NO_ROW, role=role.label)
    return Way(application, role, path, assigns, why_not is None, why_not, number)


def _obstacle(path: Sequence[Group], application: EnterpriseApplication) -> Message | None:
    """What keeps these groups from handing the assignment down."""
    for group in path:
        if group.deleted_at or group.purged_at:
            return say(BINNED, group=group.display_name)
        if not group.security_enabled:
            return say(NOT_SECURITY, group=group.display_name)
    if len(path) > 1 and not application.job.nested_groups:
        names = " › ".join(each.display_name for each in path)
        return say(NESTED_OFF, group=path[-1].display_name, path=names)
    return None
