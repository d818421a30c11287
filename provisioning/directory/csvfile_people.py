"""Lines of a CSV file to people of the directory."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from provisioning.directory.base import NOT_TOLD, Person
from provisioning.directory.csvfile_columns import BLOCK, MANAGER, What, column
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

UPN, ENABLED = "userPrincipalName", "accountEnabled"
NAME = re.compile(r"[!-?A-~]+@[!-?A-~]+")
"""Letters of an address, with one @ among them."""
OTHERS = frozenset({"objectId", UPN, ENABLED, BLOCK, MANAGER})
"""Columns that are more than the text of an attribute."""

NO_NAME = gettext_noop("The user name is missing.")
NO_NAME_REMEDY = gettext_noop("Fill in the user principal name, like name@contoso.example.")
BAD_NAME = gettext_noop("“%(value)s” is no user name.")
TAKEN = gettext_noop("Another person of the directory has this user name.")
TAKEN_REMEDY = gettext_noop("Choose another user name, or take the object ID out of the line to change that person.")
NO_DISPLAY_NAME = gettext_noop("A new person needs a name.")
NO_DISPLAY_NAME_REMEDY = gettext_noop("Fill in the display name. If the person is not new, correct the user name.")
GONE = gettext_noop("This person is deleted.")
GONE_REMEDY = gettext_noop("Restore them first, or take the object ID out of the line to add a new person.")
NO_MANAGER = gettext_noop("The manager “%(value)s” is neither in the directory nor in this file.")
NO_MANAGER_REMEDY = gettext_noop("Correct the user name or object ID, or leave the cell empty.")
OWN_MANAGER = gettext_noop("Nobody is their own manager.")


@dataclass(slots=True)
class _Index:
    """Who is on which line: managers may stand below the people who report to them.

    `names`: line and object id by user name; `ids`: line and user name by object id.
    """

    names: dict[str, tuple[int, str]] = field(default_factory=dict)
    ids: dict[str, tuple[int, str]] = field(default_factory=dict)


@dataclass(slots=True)
class _There:
    """What of the names and ids in some lines is in the directory."""

    names: dict[str, Found]
    ids: dict[str, Found]


class People:
    """Reads a file of people. `count` is known when it was gone through once, for whom it names."""

    def __init__(self, path: Path, form: Form, known: Known) -> None:
        self._path, self._form, self._known = path, form, known
        self._index, self.count = _Index(), 0
        for entry in entries(path, form):
            self.count += 1
            name, id_ = entry.text(UPN).lower(), entry.id("objectId")
            if name:
                self._index.names.setdefault(name, (entry.number, id_))
            if id_:
                self._index.ids.setdefault(id_, (entry.number, name))

    def read(self, skip: int = 0) -> Iterator[Sequence[Read]]:
        """Chunk by chunk, without the first `skip` lines. Raises Unreadable."""
        for chunk in chunks(entries(self._path, self._form), skip):
            there = self._look_up(chunk)
            yield [self._one(entry, there) for entry in chunk]

    def _look_up(self, chunk: Sequence[Entry]) -> _There:
        names, ids = set(), set()
        for entry in chunk:
            manager = entry.text(MANAGER)
            names |= {entry.text(UPN), manager}
            ids |= {entry.id("objectId"), as_id(manager)}
        found = list(self._known.users(names - {""}, ids - {""}))
        return _There({each.name: each for each in found if not each.is_gone}, {each.id: each for each in found})

    def _one(self, entry: Entry, there: _There) -> Read:
        if not entry.problems:
            self._check(entry, there)
        if entry.problems:
            return entry.refused()
        name, id_ = entry.text(UPN).lower(), entry.id("objectId")
        stored = there.ids.get(id_) if id_ else there.names.get(name)
        if stored and not self._form.update:
            return Read(line=entry.number, record=Person(id=stored.id, attributes={}), is_left=True)
        if stored is None and not entry.text("displayName"):
            entry.wrong("displayName", say(NO_DISPLAY_NAME), NO_DISPLAY_NAME_REMEDY)
        own = stored.id if stored else id_ or new_id(self._form, name)
        values, manager = self._values(entry), self._manager(entry, own, there)
        if entry.problems:
            return entry.refused()
        record = Person(id=own, attributes=values, manager=manager)
        return Read(line=entry.number, record=record, is_new=stored is None)

    def _check(self, entry: Entry, there: _There) -> None:
        """Whom the line is about, and that no other is about the same."""
        name, id_ = entry.text(UPN).lower(), entry.id("objectId")
        is_stored = id_ in there.ids and there.ids[id_].name == name
        if name and not is_stored and not NAME.fullmatch(name):
            entry.wrong(UPN, say(BAD_NAME, value=name[:80]), NO_NAME_REMEDY)
        elif not name and id_ not in there.ids:
            entry.wrong(UPN, say(NO_NAME), NO_NAME_REMEDY)
        if id_ in there.ids and there.ids[id_].is_gone:
            entry.wrong("objectId", say(GONE), GONE_REMEDY)
        index, holder = self._index, there.names.get(name)
        if holder and id_ and holder.id != id_ and index.ids.get(holder.id, (0, name))[1] == name:
            entry.wrong(UPN, say(TAKEN), TAKEN_REMEDY)
        here, own = (entry.number, ""), holder.id if holder and not id_ else id_
        first = min(index.names.get(name, here)[0], index.ids.get(own, here)[0])
        if first < entry.number:
            entry.wrong(UPN, say(TWICE, line=first), TWICE_REMEDY)

    def _values(self, entry: Entry) -> dict[str, Any]:
        values: dict[str, Any] = {}
        if entry.text(UPN):
            values[UPN] = entry.text(UPN)
        for name in entry.cells.keys() - OTHERS:
            text = entry.text(name)
            if text or (self._form.clear and not column(What.USERS, name).always):
                values[name] = text
        enabled, blocked = entry.boolean(ENABLED), entry.boolean(BLOCK)
        if blocked is not None:
            values[ENABLED] = not blocked
        if enabled is not None:
            values[ENABLED] = enabled
        return values

    def _manager(self, entry: Entry, own: str, there: _There) -> str:
        """Object id: of a line of the file first, for it may change names; else of the directory."""
        if MANAGER not in entry.cells:
            return NOT_TOLD
        text = entry.text(MANAGER)
        if not text:
            return "" if self._form.clear else NOT_TOLD
        found = self._person(text.lower(), there)
        if not found:
            entry.wrong(MANAGER, say(NO_MANAGER, value=text[:80]), NO_MANAGER_REMEDY)
        elif found == own:
            entry.wrong(MANAGER, say(OWN_MANAGER), NO_MANAGER_REMEDY)
        return found

    def _person(self, text: str, there: _There) -> str:
        if id_ := as_id(text):
            stored = there.ids.get(id_)
            return id_ if id_ in self._index.ids or (stored and not stored.is_gone) else ""
        stored = there.names.get(text)
        if text in self._index.names:
            told = self._index.names[text][1]
            return told or (stored.id if stored else new_id(self._form, text))
        return stored.id if stored else ""
