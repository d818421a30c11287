"""Who is in a group: added, removed, or set as a whole; no group is ever in itself, at any depth. See `writing`."""

from collections.abc import Callable, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from portal.accounts.audit import record
from provisioning.jobs import change
from provisioning.jobs.below import below
from provisioning.jobs.writing import TOO_MANY, Who, editing, name_of
from provisioning.models import Group, Membership, User
from provisioning.models.directory import CHUNK

Members = Sequence[User | Group]


def add_members(group: Group, members: Members, by: Who) -> list[User | Group]:
    """Add people and groups; gives those that were not in it yet. Raises when a group would come to be in itself."""
    return _write(group, lambda stored: _missing(stored, members), lambda _stored: [], by)[0]


def remove_members(group: Group, members: Members, by: Who) -> list[User | Group]:
    """Take people and groups out; gives those that were in it."""
    return _write(group, lambda _stored: [], lambda stored: _among(stored, members), by)[1]


def set_members(group: Group, members: Members, by: Who) -> tuple[list[User | Group], list[User | Group]]:
    """Have exactly these in it; gives who was added and who was taken out."""

    def others(stored: Group) -> list[User | Group]:
        wanted = set(members)
        return [each for each in members_of(stored) if each not in wanted]

    return _write(group, lambda stored: _missing(stored, members), others, by)


def members_of(group: Group) -> list[User | Group]:
    """Everybody and every group in it, those in the recycle bin too."""
    rows = Membership.objects.filter(group=group, removed=False).select_related("user", "member_group").order_by("pk")
    return [member for row in rows if (member := row.user or row.member_group)]


Choice = Callable[[Group], list[User | Group]]


def _write(group: Group, to_add: Choice, to_remove: Choice, by: Who) -> tuple[list[User | Group], list[User | Group]]:
    """Both at once, decided on behind the lock."""
    with editing(group) as stored:
        added, removed = to_add(stored), to_remove(stored)
        if len(added) + len(removed) > CHUNK:
            raise ValidationError(TOO_MANY, code="too_many", params={"limit": CHUNK})
        if not (added or removed):
            transaction.set_rollback(True)
        _check_present(added)
        _check_nesting(stored, [each for each in added if isinstance(each, Group)])
        if added:
            change.add_members(stored, added)
            names = [name_of(each) for each in added]
            record(by, gettext_noop("Add member to group"), stored, new={"members": names})
        if removed:
            change.remove_members(stored, removed)
            names = [name_of(each) for each in removed]
            record(by, gettext_noop("Remove member from group"), stored, old={"members": names})
    return added, removed


def _among(group: Group, members: Members) -> list[User | Group]:
    """Those of them that are in it, each once."""
    keys = {kind: [each.pk for each in members if isinstance(each, kind)] for kind in (User, Group)}
    rows = Membership.objects.filter(group=group, removed=False)
    rows = rows.filter(Q(user__in=keys[User]) | Q(member_group__in=keys[Group]))
    present = {(row.user_id, row.member_group_id) for row in rows}
    return [each for each in dict.fromkeys(members) if _key(each) in present]


def _missing(group: Group, members: Members) -> list[User | Group]:
    present = set(_among(group, members))
    return [each for each in dict.fromkeys(members) if each not in present]


def _key(member: User | Group) -> tuple[int | None, int | None]:
    return (member.pk, None) if isinstance(member, User) else (None, member.pk)


def _check_present(members: Members) -> None:
    """Read anew: somebody may have deleted them since they were chosen."""
    for kind in (User, Group):
        chosen = {each.pk: each for each in members if isinstance(each, kind)}
        here = set(kind.objects.present().filter(pk__in=chosen).values_list("pk", flat=True)) if chosen else set()
        if gone := chosen.keys() - here:
            text = _("%(name)s is not in the directory any more.")
            raise ValidationError(text, code="gone", params={"name": chosen[min(gone)].display_name})


def _check_nesting(group: Group, members: Sequence[Group]) -> None:
    """Groups in the recycle bin count: restored, they would close the circle."""
    if not members or group.pk not in below([each.pk for each in members]):
        return
    culprit = next(each for each in members if group.pk in below([each.pk]))
    text = _("%(group)s is in %(name)s already, directly or through other groups: each would be in itself.")
    if culprit.pk == group.pk:
        text = _("%(name)s can't be a member of itself.")
    values = {"name": culprit.display_name, "group": group.display_name}
    raise ValidationError(text, code="circle", params=values)
