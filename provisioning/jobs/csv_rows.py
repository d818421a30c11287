"""The directory's rows for CSV files: written out chunk by chunk, and looked up by what a file names."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from string import ascii_lowercase, ascii_uppercase
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Lower

from provisioning.choices import ObjectType
from provisioning.directory.csvfile_columns import WRITTEN, What
from provisioning.directory.csvfile_lines import Found
from provisioning.directory.csvfile_writing import text_of
from provisioning.jobs.imports import columns
from provisioning.models import Directory, Group, Membership, User

CHUNK = 1000
"""So many rows are read, or asked for, at once."""

SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)

M = TypeVar("M", bound=Model)

USER_COLUMNS = {**columns.USER_COLUMNS, "objectId": "object_id"}
GROUP_COLUMNS = {**columns.GROUP_COLUMNS, "objectId": "object_id"}
"""Attribute to column of the row."""


class RowsKnown:
    """Implements `csvfile_lines.Known`. People who are gone for good keep their object id for ever."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def users(self, names: Collection[str], ids: Collection[str]) -> Iterable[Found]:
        return self._found(User, "user_principal_name", ObjectType.USER, (names, ids))

    def groups(self, names: Collection[str], ids: Collection[str]) -> Iterable[Found]:
        return self._found(Group, "display_name", ObjectType.GROUP, (names, ids))

    def _found(
        self, model: Any, column: str, type_: ObjectType, wanted: tuple[Collection[str], Collection[str]]
    ) -> Iterator[Found]:
        rows = model.objects.filter(directory=self._directory).annotate(small=Lower(column))
        # SQLite makes small letters of A to Z only.
        names = {spelled for name in wanted[0] for spelled in (name.lower(), name.translate(SMALL))}
        for by, values in (("small", names), ("object_id", wanted[1])):
            for some in _chunks(sorted(values)):
                of_these = rows.filter(**{f"{by}__in": some})
                if by == "small":
                    of_these = of_these.present()
                for id_, name, deleted, purged in of_these.values_list("object_id", column, "deleted_at", "purged_at"):
                    yield Found(id=str(id_), name=name.lower(), type=type_, is_gone=bool(deleted or purged))


def users_text(rows: QuerySet[User]) -> Iterator[str]:
    """A CSV file of these people, in pieces."""
    return text_of(What.USERS, (_person(each) for each in by_key(rows.select_related("manager"))))


def groups_text(rows: QuerySet[Group]) -> Iterator[str]:
    columns = [GROUP_COLUMNS[each.name] for each in WRITTEN[What.GROUPS]]
    return text_of(What.GROUPS, ([getattr(each, column) for column in columns] for each in by_key(rows)))


def members_text(groups: QuerySet[Group]) -> Iterator[str]:
    """A CSV file of who is in these groups."""
    here = Q(user__deleted_at=None, user__purged_at=None) & Q(
        member_group__deleted_at=None, member_group__purged_at=None
    )
    rows = Membership.objects.filter(here, removed=False, group__in=groups.order_by().values("pk"))
    return text_of(What.MEMBERS, map(_member, by_key(rows.select_related("group", "user", "member_group"))))


def whole_text(what: What, directory: Directory) -> tuple[int, Iterator[str]]:
    """How many rows of the directory there are about, and all of them."""
    people = User.objects.present().filter(directory=directory)
    groups = Group.objects.present().filter(directory=directory)
    if what is What.USERS:
        return people.count(), users_text(people)
    if what is What.GROUPS:
        return groups.count(), groups_text(groups)
    return Membership.objects.filter(removed=False, group__in=groups).count(), members_text(groups)


def by_key(rows: QuerySet[M]) -> Iterator[M]:
    """All of them, in the order of their keys, a query for each 1,000; so memory stays the same for any number."""
    last = 0
    while chunk := list(rows.order_by("pk").filter(pk__gt=last)[:CHUNK]):
        yield from chunk
        last = chunk[-1].pk


def value_of(person: User, name: str) -> object:
    """A person's value of an attribute as a file holds it."""
    if name == "manager":
        manager = person.manager
        return manager.user_principal_name if manager and not (manager.deleted_at or manager.purged_at) else ""
    if name in USER_COLUMNS:
        return getattr(person, USER_COLUMNS[name])
    value = person.extensions.get(name, "")
    return value if isinstance(value, str) else ""


def _person(person: User) -> list[object]:
    return [value_of(person, each.name) for each in WRITTEN[What.USERS]]


def _member(row: Membership) -> list[object]:
    group = [row.group.object_id, row.group.display_name]
    if row.user:
        return [*group, row.user.object_id, row.user.user_principal_name, ObjectType.USER]
    member = row.member_group or row.group  # a constraint of the database: it is one or the other
    return [*group, member.object_id, member.display_name, ObjectType.GROUP]


def _chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
