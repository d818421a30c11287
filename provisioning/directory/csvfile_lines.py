"""What the lines of a CSV file come to: each a record of the directory, or what is wrong with it and what to do."""

import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Protocol

from provisioning.choices import ObjectType
from provisioning.directory.base import Record
from provisioning.directory.csvfile import Line, Shape, lines
from provisioning.directory.csvfile_cells import as_boolean, taken_back
from provisioning.directory.csvfile_columns import Column, What, column
from provisioning.texts import Message, gettext_noop, say

CHUNK = 1000
"""So many lines are looked up in the directory at once."""

CELLS = gettext_noop("This line has %(n)d cells, the header has %(header)d.")
CELLS_REMEDY = gettext_noop(
    "Give every column a cell, also an empty one, and put cells that hold the delimiter in quotation marks."
)
TOO_LONG = gettext_noop("The value has %(n)d letters; at most %(most)d can be stored.")
TOO_LONG_REMEDY = gettext_noop("Shorten it.")
NO_BOOLEAN = gettext_noop("“%(value)s” is neither Yes nor No.")
NO_BOOLEAN_REMEDY = gettext_noop("Write Yes or No.")
NO_ID = gettext_noop("“%(value)s” is no object ID.")
NO_ID_REMEDY = gettext_noop("Write it like 3f2504e0-4f89-41d3-9a0c-0305e82c3301, or leave the cell empty.")
TWICE = gettext_noop("Line %(line)d is about the same.")
TWICE_REMEDY = gettext_noop("Keep one of the two lines.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How a file is understood. `mapping`: place of a column to name. `space`: new object ids are made from it, so that
    reading a file again gives the same ones. `update` False: what is in the directory is left alone. `clear`: an empty
    cell empties the attribute, else it says nothing. `group`: object id of the members' group when no column tells it.
    """

    what: What
    shape: Shape
    mapping: Mapping[int, str]
    space: uuid.UUID
    update: bool = True
    clear: bool = False
    group: str = ""

    def header_of(self, name: str) -> str:
        """How the file calls a column; empty for one that it does not have."""
        header = self.shape.header
        return next((header[place] for place, each in self.mapping.items() if each == name), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a line cannot be used. `column`: as the file calls it, empty for the whole line."""

    line: int
    column: str
    message: Message
    remedy: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A line and what it comes to; with neither record nor problems it asks for nothing.

    `is_left`: it is about somebody who is known and to be left alone; the record tells no more than who.
    """

    line: int
    record: Record | None = None
    is_new: bool = False
    is_left: bool = False
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Somebody or something that is in the directory. `name`: user principal name or display name, in small letters."""

    id: str
    name: str
    type: ObjectType
    is_gone: bool = False


class Known(Protocol):
    """What the directory holds of what a file names. Capital and small letters of a name are the same."""

    def users(self, names: Collection[str], ids: Collection[str]) -> Iterable[Found]:
        """Present ones by user principal name; by object id also those that are gone."""

    def groups(self, names: Collection[str], ids: Collection[str]) -> Iterable[Found]:
        """The same by display name, of which there may be several."""


@dataclass(slots=True)
class Entry:
    """A line under examination: the texts of its cells by column, and what was found wrong."""

    number: int
    form: Form
    cells: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, name: str, message: Message, remedy: str) -> None:
        column = self.form.header_of(name) if name else ""
        self.problems.append(Problem(line=self.number, column=column, message=message, remedy=say(remedy)))

    def text(self, name: str) -> str:
        return self.cells.get(name, "")

    def id(self, name: str) -> str:
        """An object id as it is stored; empty when there is none, which is wrong only if the cell is not empty."""
        return as_id(self.text(name))

    def boolean(self, name: str) -> bool | None:
        text = self.text(name)
        found = as_boolean(text) if text else None
        if text and found is None:
            self.wrong(name, say(NO_BOOLEAN, value=text[:40]), NO_BOOLEAN_REMEDY)
        return found

    def check(self, each: Column) -> None:
        """What can be told of a cell alone."""
        text = self.text(each.name)
        if each.limit and len(text) > each.limit:
            self.wrong(each.name, say(TOO_LONG, n=len(text), most=each.limit), TOO_LONG_REMEDY)
        if each.name.lower().endswith("id") and not each.limit and text and not as_id(text):
            self.wrong(each.name, say(NO_ID, value=text[:40]), NO_ID_REMEDY)

    def refused(self) -> Read:
        return Read(line=self.number, problems=tuple(self.problems))


def as_id(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return ""


def entries(path: Path, form: Form) -> Iterator[Entry]:
    """Every line of the file with its cells by column, each checked by itself. Raises Unreadable."""
    columns = {name: column(form.what, name) for name in form.mapping.values()}
    for line in lines(path, form.shape):
        entry = Entry(line.number, form, _cells(line, form))
        if _fits(entry, line):
            for each in columns.values():
                entry.check(each)
        yield entry


def _cells(line: Line, form: Form) -> dict[str, str]:
    cells = line.cells
    return {name: taken_back(cells[place]) for place, name in form.mapping.items() if place < len(cells)}


def _fits(entry: Entry, line: Line) -> bool:
    """Spreadsheet programs put empty cells at the end; anything else means that cells have moved."""
    width = len(entry.form.shape.header)
    if len(line.cells) == width or (len(line.cells) > width and not any(line.cells[width:])):
        return True
    entry.wrong("", say(CELLS, n=len(line.cells), header=width), CELLS_REMEDY)
    return False


def chunks(all_of_them: Iterable[Entry], skip: int = 0) -> Iterator[Sequence[Entry]]:
    rest = islice(all_of_them, skip, None)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def new_id(form: Form, name: str) -> str:
    """The object id of what is not in the directory yet: the same whenever the file is read."""
    return str(uuid.uuid5(form.space, name))
