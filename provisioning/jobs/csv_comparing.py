"""What the lines of a CSV file would change: each held against the row that it is about."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q

from provisioning.directory.base import NOT_TOLD, Member, Person, Record, Team
from provisioning.directory.csvfile_lines import Form, Problem, Read
from provisioning.jobs.attributes import GROUP_CHECKS, USER_CHECKS
from provisioning.jobs.imports.columns import GROUP_COLUMNS, USER_COLUMNS, group_values, user_values
from provisioning.models import Group, Membership, User
from provisioning.texts import gettext_noop, say

NOBODY, NO_GROUP = User(), Group()
"""What a new person or group is held against. Only read."""
NOT_STORED = gettext_noop("“%(value)s” is no value for this attribute.")

Difference = tuple[str, Any, Any]
"""Attribute, old and new value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A line that can be used, and how it differs from what is stored. `label` and `id`: of a person or group."""

    read: Read
    is_new: bool = False
    differences: Sequence[Difference] = ()
    label: str = ""
    id: str = ""

    @property
    def is_changed(self) -> bool:
        return bool(self.differences) and not self.is_new


def compare(reads: Sequence[Read], form: Form) -> list[Compared]:
    """Those with a record, in order: a constant number of queries for any number of lines of one kind.

    Values that the pages would refuse are refused here as well, unless they are stored already.
    """
    records = [each.record for each in reads if each.record]
    people = _rows(User.objects.select_related("manager"), records, Person)
    groups = _rows(Group.objects.all(), records, Team)
    there = _memberships([each for each in records if isinstance(each, Member)])
    names = _names(records)
    found = []
    for read in reads:
        match read.record:
            case Person(id=id_) as person:
                found.append(_person(read, person, people.get(id_), names))
            case Team(id=id_) as team:
                found.append(_team(read, team, groups.get(id_)))
            case Member() as member:
                found.append(Compared(read=read, is_new=(member.group, member.id) not in there))
    return [_checked(each, form) for each in found]


def _checked(each: Compared, form: Form) -> Compared:
    """Without its record, and with what is wrong, where a value that is to be written is none that may be stored."""
    record = each.read.record
    checks, columns = (GROUP_CHECKS, GROUP_COLUMNS) if isinstance(record, Team) else (USER_CHECKS, USER_COLUMNS)
    problems = []
    for name, _old, new in each.differences:
        check = checks.get(columns.get(name, ""))
        try:
            if check and new:
                check(new)
        except ValidationError as error:
            message, remedy = say(NOT_STORED, value=str(new)[:80]), say(error.messages[0])
            column = form.header_of(name)
            problems.append(Problem(line=each.read.line, column=column, message=message, remedy=remedy))
    if not problems:
        return each
    return Compared(read=replace(each.read, record=None, problems=tuple(problems)))


def _person(read: Read, person: Person, row: User | None, names: Mapping[str, str]) -> Compared:
    user = row or NOBODY
    wanted = user_values(user, person.attributes)
    extensions = wanted.pop("extensions", user.extensions)
    differences = _of_columns(user, wanted, USER_COLUMNS)
    for name in sorted(extensions.keys() | user.extensions.keys()):
        if extensions.get(name) != user.extensions.get(name):
            differences.append((name, user.extensions.get(name, ""), extensions.get(name, "")))
    if person.manager != NOT_TOLD:
        old = str(user.manager.object_id) if user.manager else ""
        if old != person.manager:
            differences.append(("manager", str(user.manager or ""), names.get(person.manager, person.manager)))
    return _compared(read, row, differences)


def _team(read: Read, team: Team, row: Group | None) -> Compared:
    group = row or NO_GROUP
    return _compared(read, row, _of_columns(group, group_values(group, team.attributes), GROUP_COLUMNS))


def _compared(read: Read, row: User | Group | None, differences: Sequence[Difference]) -> Compared:
    if row is None:
        return Compared(read=read, is_new=True, differences=tuple(differences))
    return Compared(read=read, differences=tuple(differences), label=row.display_name, id=str(row.object_id))


def _of_columns(row: User | Group, wanted: Mapping[str, Any], columns: Mapping[str, str]) -> list[Difference]:
    return [(name, getattr(row, column), wanted[column]) for name, column in columns.items() if column in wanted]


def _rows(rows: Any, records: Iterable[Record], type_: type[Person] | type[Team]) -> dict[str, Any]:
    ids = [each.id for each in records if isinstance(each, type_)]
    return {str(row.object_id): row for row in rows.filter(object_id__in=ids)} if ids else {}


def _names(records: Iterable[Record]) -> dict[str, str]:
    """Display names of managers by object id: of the directory, and of this chunk's new people."""
    people = [each for each in records if isinstance(each, Person)]
    ids = {each.manager for each in people} - {NOT_TOLD, ""}
    stored = User.objects.filter(object_id__in=ids).values_list("object_id", "display_name") if ids else ()
    names = {each.id: str(each.attributes.get("displayName", each.id)) for each in people}
    return names | {str(id_): name for id_, name in stored}


def _memberships(members: Sequence[Member]) -> set[tuple[str, str]]:
    if not members:
        return set()
    ids = [each.id for each in members]
    rows = Membership.objects.filter(
        Q(user__object_id__in=ids) | Q(member_group__object_id__in=ids),
        group__object_id__in={each.group for each in members},
        removed=False,
    )
    pairs = rows.values_list("group__object_id", "user__object_id", "member_group__object_id")
    return {(str(group), str(user or member)) for group, user, member in pairs}
