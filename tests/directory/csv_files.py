"""CSV files for tests, and a directory in memory that they are read against."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from provisioning.choices import ObjectType
from provisioning.directory.csvfile import look
from provisioning.directory.csvfile_columns import What, guess
from provisioning.directory.csvfile_groups import Groups, Members
from provisioning.directory.csvfile_lines import Form, Found, Read
from provisioning.directory.csvfile_people import People

SPACE = uuid.UUID(int=7)
READERS = {What.USERS: People, What.GROUPS: Groups, What.MEMBERS: Members}


@dataclass
class InMemory:
    """Implements `Known`."""

    found: Sequence[Found] = ()

    def users(self, names: Collection[str], ids: Collection[str]) -> Iterable[Found]:
        return self._of(ObjectType.USER, names, ids)

    def groups(self, names: Collection[str], ids: Collection[str]) -> Iterable[Found]:
        return self._of(ObjectType.GROUP, names, ids)

    def _of(self, type_: ObjectType, names: Collection[str], ids: Collection[str]) -> list[Found]:
        small = {name.lower() for name in names}
        return [
            each
            for each in self.found
            if each.type is type_ and (each.id in ids or (each.name in small and not each.is_gone))
        ]


def id_of(number: int) -> str:
    return str(uuid.UUID(int=number))


def user(number: int, name: str = "", **more: Any) -> Found:
    return Found(id=id_of(number), name=name or f"u{number}@contoso.example", type=ObjectType.USER, **more)


def group(number: int, name: str = "", **more: Any) -> Found:
    return Found(id=id_of(number), name=name or f"group {number}", type=ObjectType.GROUP, **more)


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / f"{uuid.uuid4()}.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def form_of(path: Path, what: What, **options: Any) -> Form:
    shape = look(path)
    return replace(Form(what=what, shape=shape, mapping=guess(what, shape.header), space=SPACE), **options)


def read(path: Path, what: What, found: Sequence[Found] = (), skip: int = 0, **options: Any) -> list[Read]:
    reader = READERS[what](path, form_of(path, what, **options), InMemory(found))
    return [each for chunk in reader.read(skip) for each in chunk]


def told(reads: Iterable[Read]) -> Mapping[int, str]:
    """What is wrong, by line: column, message."""
    return {
        each.line: "; ".join(f"{problem.column}: {problem.message}" for problem in each.problems)
        for each in reads
        if each.problems
    }
