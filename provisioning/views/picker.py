"""The picker: people and groups that match a search, and those that are selected."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from provisioning.forms.add_assignment import Picked, pick_of
from provisioning.models import Assignment, Directory, EnterpriseApplication, Group, User
from provisioning.views.assignment_rows import role_label
from provisioning.views.members import member_counts

SHOWN = 50
"""So many are listed; a search finds the others."""
MAX_SEARCH = 200
KINDS = ("all", "users", "groups")


@dataclass(frozen=True)
class Choice:
    """One line of the picker. `roles` are those it is assigned with already."""

    principal: User | Group
    value: str
    is_user: bool
    picked: bool
    members: int
    roles: Sequence[str]


@dataclass(frozen=True)
class Picker:
    """`elsewhere` are selected but not listed: the form carries them in hidden fields."""

    text: str
    kind: str
    choices: Sequence[Choice]
    has_more: bool
    picked: Picked
    elsewhere: Sequence[str]

    @property
    def selected(self) -> list[tuple[str, User | Group]]:
        return [(pick_of(each), each) for each in self.picked.principals]


def search_text(data: Mapping[str, str]) -> str:
    """What is searched for, of what a form sent."""
    return data.get("q", "")[:MAX_SEARCH].replace("\0", "").strip()


def look_up(where: EnterpriseApplication | Directory, text: str, kind: str, picked: Picked) -> Picker:
    """A constant number of queries, whatever was picked and found. An unknown kind is all of them.

    For an application only groups are offered that can give access, each with the roles it has there.
    """
    wanted = kind if kind in KINDS else "all"
    found = _found(where, text, wanted)
    shown = found[:SHOWN]
    values = {pick_of(each) for each in picked.principals}
    members = member_counts(each for each in shown if isinstance(each, Group))
    roles = {} if isinstance(where, Directory) else _roles(where, shown)
    choices = [
        Choice(
            principal=each,
            value=(value := pick_of(each)),
            is_user=isinstance(each, User),
            picked=value in values,
            members=members[each.pk] if isinstance(each, Group) else 0,
            roles=roles.get(value, ()),
        )
        for each in shown
    ]
    elsewhere = sorted(values - {choice.value for choice in choices})
    return Picker(text, wanted, choices, len(found) > SHOWN, picked, elsewhere)


def _found(where: EnterpriseApplication | Directory, text: str, kind: str) -> list[User | Group]:
    """One more than is shown, by name. Nobody who is deleted is offered."""
    directory = where if isinstance(where, Directory) else where.directory
    usable = Group.objects.present() if isinstance(where, Directory) else Group.objects.entitling()
    users = User.objects.present().filter(directory=directory).order_by("display_name", "pk")
    groups = usable.filter(directory=directory).order_by("display_name", "pk")
    if text:
        users, groups = users.search(text), groups.filter(display_name__icontains=text)
    found: list[User | Group] = []
    if kind != "users":
        found += groups[: SHOWN + 1]
    if kind != "groups":
        found += users[: SHOWN + 1]
    return sorted(found, key=lambda each: each.display_name.casefold())[: SHOWN + 1]


def _roles(application: EnterpriseApplication, shown: Iterable[User | Group]) -> dict[str, list[str]]:
    """The roles that these are assigned with, by how a form names them."""
    users = [each for each in shown if isinstance(each, User)]
    groups = [each for each in shown if isinstance(each, Group)]
    assigned = Assignment.objects.present().filter(application=application).select_related("role", "user", "group")
    found: dict[str, list[str]] = defaultdict(list)
    for row in assigned.filter(user__in=users) | assigned.filter(group__in=groups):
        if principal := row.user or row.group:
            found[pick_of(principal)].append(role_label(row.role))
    return found
