"""Applying what hangs on people and groups: managers, memberships and assignments."""

import uuid
from collections.abc import Sequence

from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from provisioning.choices import AssignmentsFrom
from provisioning.jobs.bulk import Table
from provisioning.jobs.imports.steps import Ends, Link, Staged, Written, keys_of
from provisioning.models import AppRole, Assignment, EnterpriseApplication, Import, Membership, User
from provisioning.models.directory_import import NOBODY
from provisioning.texts import gettext_noop

UNKNOWN_MANAGER = gettext_noop("The manager is not in the directory yet.")
UNKNOWN_MEMBER = gettext_noop("The group or its member is not in the directory yet.")

MEMBERSHIPS = Table(Membership, ("group", "user", "member_group", "removed", "change"))
ASSIGNMENTS = Table(Assignment, ("application", "user", "group", "role", "assigned_at", "removed", "change"))
AT_ONCE = 500
SET_MANAGER = "UPDATE provisioning_user SET manager_id = %s, change = %s WHERE id = %s"
SET_MANAGERS = (
    "UPDATE provisioning_user SET manager_id = given.manager, change = %s"
    " FROM unnest(%s::bigint[], %s::bigint[]) AS given(manager, id) WHERE provisioning_user.id = given.id"
)

_managed = User.objects.filter(object_id=OuterRef("object_id"), manager__object_id=OuterRef("manager"))
HAS_MANAGER = Q(Exists(_managed))
"""Of a staged user: the directory has this manager already, mostly since the person was written."""

Grant = tuple[int, int | None, int | None, int | None]
"""An application, the user or the group that is assigned, and the role."""


def write_managers(run: Import, rows: Sequence[Staged], number: int) -> Written:
    """Those that were not there yet when the person was written, and other ones."""
    written = Written(forget={"payload": {}})
    people = User.objects.filter(object_id__in=[row.object_id for row in rows])
    known = {id_: (key, manager) for id_, key, manager in people.values_list("object_id", "pk", "manager")}
    managers = keys_of(User, {row.manager for row in rows if row.manager and row.manager != NOBODY})
    changes = []
    for row in rows:
        wanted = managers.get(row.manager) if row.manager else None
        if wanted is None and row.manager != NOBODY:
            written.waits[UNKNOWN_MANAGER].append(row.pk)
        elif row.object_id in known and known[row.object_id][1] != wanted:
            changes.append((wanted, known[row.object_id][0]))
    _set_managers(changes, number)
    written.changed = len(changes)
    return written


def _set_managers(changes: Sequence[tuple[int | None, int]], number: int) -> None:
    """Manager and person, by primary keys. PostgreSQL takes long over many statements, SQLite does not."""
    if not changes:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            managers, people = zip(*changes, strict=True)
            cursor.execute(SET_MANAGERS, [number, list(managers), list(people)])
        else:
            cursor.executemany(SET_MANAGER, [(manager, number, person) for manager, person in changes])


def write_members(run: Import, rows: Sequence[Staged], number: int) -> Written:
    written, ends = Written(), Ends.of(rows)
    wanted: list[Link] = []
    for row in rows:
        link = ends.link(row)
        if link is None:
            written.waits[UNKNOWN_MEMBER].append(row.pk)
        else:
            wanted.append(link)
    known = _memberships(wanted)
    new = [(*link, False, number) for link in wanted if link not in known]
    for start in range(0, len(new), AT_ONCE):
        MEMBERSHIPS.write(new[start : start + AT_ONCE])
    back = [known[link].pk for link in wanted if link in known and known[link].removed]
    Membership.objects.filter(pk__in=back).update(removed=False, change=number)
    written.changed = len(new) + len(back)
    return written


def remove_members(run: Import, rows: Sequence[Staged], number: int) -> Written:
    ends = Ends.of(rows)
    known = _memberships([link for row in rows if (link := ends.link(row))])
    gone = [each.pk for each in known.values() if not each.removed]
    Membership.objects.filter(pk__in=gone).update(removed=True, change=number)
    return Written(changed=len(gone), removed=len(gone))


def write_assignments(run: Import, rows: Sequence[Staged], number: int) -> Written:
    """Who is unknown is passed over: assignments are always told whole, so the next import tells it again."""
    wanted, now = _grants(run, rows), timezone.now()
    known = _assignments(wanted)
    new = [(*grant, now, False, number) for grant in wanted if grant not in known]
    for start in range(0, len(new), AT_ONCE):
        ASSIGNMENTS.write(new[start : start + AT_ONCE])
    back = [known[grant].pk for grant in wanted if grant in known and known[grant].removed]
    Assignment.objects.filter(pk__in=back).update(removed=False, change=number)
    return Written(changed=len(new) + len(back))


def remove_assignments(run: Import, rows: Sequence[Staged], number: int) -> Written:
    gone = [each.pk for each in _assignments(_grants(run, rows)).values() if not each.removed]
    Assignment.objects.filter(pk__in=gone).update(removed=True, change=number)
    return Written(changed=len(gone), removed=len(gone))


def applications(run: Import, rows: Sequence[Staged]) -> dict[uuid.UUID, int]:
    """The applications whose roles and assignments these rows tell, by their service principals."""
    found = EnterpriseApplication.objects.filter(
        directory=run.directory,
        assignments_from=AssignmentsFrom.SOURCE,
        source_principal__in={row.holder for row in rows},
    )
    return {each.source_principal: each.pk for each in found if each.source_principal}


def _memberships(links: Sequence[Link]) -> dict[Link, Membership]:
    """Those of these that there are, removed ones as well."""
    groups, users, members = ({link[place] for link in links} - {None} for place in range(3))
    rows = Membership.objects.filter(Q(user__in=users) | Q(member_group__in=members), group__in=groups)
    found = {(row.group_id, row.user_id, row.member_group_id): row for row in rows}
    return {link: found[link] for link in links if link in found}


def _grants(run: Import, rows: Sequence[Staged]) -> list[Grant]:
    ends, mine = Ends.of(rows), applications(run, rows)
    roles = AppRole.objects.filter(application__in=mine.values(), role_id__in={row.role for row in rows})
    keys = {(role.application_id, role.role_id): role.pk for role in roles}
    found = []
    for row in rows:
        application, (user, group) = mine.get(row.holder), ends.pair(row)
        role = None if row.role == NOBODY or application is None else keys.get((application, row.role))
        if application is not None and (user or group) and (role or row.role == NOBODY):
            found.append((application, user, group, role))
    return found


def _assignments(grants: Sequence[Grant]) -> dict[Grant, Assignment]:
    applications, users, groups, _roles = ({grant[place] for grant in grants} - {None} for place in range(4))
    rows = Assignment.objects.filter(Q(user__in=users) | Q(group__in=groups), application__in=applications)
    found = {(row.application_id, row.user_id, row.group_id, row.role_id): row for row in rows}
    return {grant: found[grant] for grant in grants if grant in found}
