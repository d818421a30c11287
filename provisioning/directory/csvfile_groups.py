"""Lines of a CSV file to groups of the directory, and to their members."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from provisioning.directory.base import Member, Team
from provisioning.directory.csvfile_columns import What, column
from provisioning.directory.csvfile_lines import (
    TWICE,
    TWICE_REMEDY,
    Entry,
    Form,
    Found,
    Known,
    Read,
    as_id,
    chunks,
    entries,
    new_id,
)
from provisioning.texts import gettext_noop, say

NAME, SECURITY = "displayName", "securityEnabled"
OTHERS = frozenset({"objectId", SECURITY})

NO_NAME = gettext_noop("The group has no name.")
NO_NAME_REMEDY = gettext_noop("Fill in the group's name or object ID.")
SEVERAL = gettext_noop("%(n)d groups have this name.")
SEVERAL_REMEDY = gettext_noop("Say which by its object ID.")
GONE = gettext_noop("This group is deleted.")
GONE_REMEDY = gettext_noop("Take the object ID out of the line to add a new group.")
NO_GROUP = gettext_noop("There is no group “%(value)s” in the directory.")
NO_GROUP_REMEDY = gettext_noop("Correct the name, or import the group first.")
NO_MEMBER = gettext_noop("The member is missing.")
NO_MEMBER_REMEDY = gettext_noop("Fill in a user name or an object ID.")
UNKNOWN = gettext_noop("“%(value)s” is not in the directory.")
UNKNOWN_REMEDY = gettext_noop("Correct the user name or object ID, or import this person first.")
NOWHERE = {"group": (NO_GROUP, NO_GROUP_REMEDY), "member": (UNKNOWN, UNKNOWN_REMEDY)}
ITSELF = gettext_noop("A group cannot be a member of itself.")
BAD_TYPE = gettext_noop("“%(value)s” is no type of a member.")
BAD_TYPE_REMEDY = gettext_noop("Write User or Group.")


@dataclass(slots=True)
class _There:
    """Of the names and ids in some lines, what is in the directory: several groups may have one name."""

    names: dict[str, list[Found]] = field(default_factory=lambda: defaultdict(list))
    ids: dict[str, Found] = field(default_factory=dict)

    @classmethod
    def of(cls, found: Iterable[Found]) -> "_There":
        there = cls()
        for each in found:
            if each.id not in there.ids and not each.is_gone:
                there.names[each.name].append(each)
            there.ids[each.id] = each
        return there


class Groups:
    """Reads a file of groups. Without object id a group is known by its name."""

    def __init__(self, path: Path, form: Form, known: Known) -> None:
        self._path, self._form, self._known = path, form, known
        self._lines: dict[str, int] = {}
        self.count = 0
        for entry in entries(path, form):
            self.count += 1
            self._lines.setdefault(_key(entry), entry.number)

    def read(self, skip: int = 0) -> Iterator[Sequence[Read]]:
        """Chunk by chunk, without the first `skip` lines. Raises Unreadable."""
        for chunk in chunks(entries(self._path, self._form), skip):
            names = {entry.text(NAME) for entry in chunk} - {""}
            ids = {entry.id("objectId") for entry in chunk} - {""}
            there = _There.of(self._known.groups(names, ids))
            yield [self._one(entry, there) for entry in chunk]

    def _one(self, entry: Entry, there: _There) -> Read:
        if entry.problems:
            return entry.refused()
        name, id_ = entry.text(NAME).lower(), entry.id("objectId")
        named = there.names.get(name, [])
        stored = there.ids.get(id_) if id_ else next(iter(named), None)
        if not name and not stored:
            entry.wrong(NAME, say(NO_NAME), NO_NAME_REMEDY)
        if not id_ and len(named) > 1:
            entry.wrong(NAME, say(SEVERAL, n=len(named)), SEVERAL_REMEDY)
        if stored and stored.is_gone:
            entry.wrong("objectId", say(GONE), GONE_REMEDY)
        own = stored.id if stored else id_ or new_id(self._form, name)
        first = min(self._lines.get(own, entry.number), self._lines[_key(entry)])
        if first < entry.number:
            entry.wrong(NAME, say(TWICE, line=first), TWICE_REMEDY)
        values = self._values(entry)
        if entry.problems:
            return entry.refused()
        if stored and not self._form.update:
            return Read(line=entry.number, record=Team(id=own, attributes={}), is_left=True)
        return Read(line=entry.number, record=Team(id=own, attributes=values), is_new=stored is None)

    def _values(self, entry: Entry) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name in entry.cells.keys() - OTHERS:
            text = entry.text(name)
            if text or (self._form.clear and not column(What.GROUPS, name).always):
                values[name] = text
        secured = entry.boolean(SECURITY)
        return values if secured is None else values | {SECURITY: secured}


class Members:
    """Reads a file of memberships: a group and a user or group in it, by object id or name."""

    def __init__(self, path: Path, form: Form, known: Known) -> None:
        self._path, self._form, self._known = path, form, known
        self._seen: set[tuple[str, str]] = set()
        self.count = sum(1 for _ in entries(path, form))

    def read(self, skip: int = 0) -> Iterator[Sequence[Read]]:
        """Chunk by chunk, without the first `skip` lines. Raises Unreadable."""
        for chunk in chunks(entries(self._path, self._form), skip):
            members = {_told(entry, "member") for entry in chunk}
            groups = {_told(entry, "group") for entry in chunk} | {self._form.group}
            teams = _There.of(self._known.groups(*_parted(groups | members)))
            people = _There.of(self._known.users(*_parted(members)))
            yield [self._one(entry, teams, people) for entry in chunk]

    def _one(self, entry: Entry, teams: _There, people: _There) -> Read:
        if entry.problems:
            return entry.refused()
        group, member = self._group(entry, teams), self._member(entry, teams, people)
        if group and member and group.id == member.id:
            entry.wrong("member", say(ITSELF), NO_MEMBER_REMEDY)
        if entry.problems or not (group and member):
            return entry.refused()
        if (group.id, member.id) in self._seen:
            return Read(line=entry.number)
        self._seen.add((group.id, member.id))
        record = Member(group=group.id, id=member.id, type=member.type)
        return Read(line=entry.number, record=record, is_new=True)

    def _group(self, entry: Entry, teams: _There) -> Found | None:
        told = _told(entry, "group") or self._form.group
        if not told:
            entry.wrong("group", say(NO_NAME), NO_NAME_REMEDY)
            return None
        return _the_one(entry, "group", told, teams)

    def _member(self, entry: Entry, teams: _There, people: _There) -> Found | None:
        told, type_ = _told(entry, "member"), entry.text("memberType").lower()
        if not told:
            entry.wrong("member", say(NO_MEMBER), NO_MEMBER_REMEDY)
            return None
        if type_ not in ("", "user", "group"):
            entry.wrong("memberType", say(BAD_TYPE, value=type_[:40]), BAD_TYPE_REMEDY)
            return None
        is_group = type_ == "group" or (not type_ and as_id(told) in teams.ids)
        return _the_one(entry, "member", told, teams if is_group else people)


def _the_one(entry: Entry, name: str, told: str, there: _There) -> Found | None:
    id_ = as_id(told)
    found = [there.ids[id_]] if id_ in there.ids and not there.ids[id_].is_gone else there.names.get(told.lower(), [])
    if len(found) == 1:
        return found[0]
    place = f"{name}Id" if entry.text(f"{name}Id") else name
    if found:
        entry.wrong(place, say(SEVERAL, n=len(found)), SEVERAL_REMEDY)
    else:
        shown = entry.text(f"{name}Id") or entry.text(name)
        unknown, remedy = NOWHERE[name]
        entry.wrong(place, say(unknown, value=shown[:80] or told), remedy)
    return None


def _key(entry: Entry) -> str:
    return entry.id("objectId") or entry.text(NAME).lower()


def _told(entry: Entry, name: str) -> str:
    """The object id where there is one, else the name."""
    return entry.id(f"{name}Id") or entry.text(name)


def _parted(told: Collection[str]) -> tuple[set[str], set[str]]:
    """Names and object ids apart. What looks like an id could be a name as well."""
    return {each for each in told if each}, {id_ for each in told if (id_ := as_id(each))}
