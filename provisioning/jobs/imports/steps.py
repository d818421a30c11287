"""What the steps of applying share: the staged records of a chunk, and what writing it came to."""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from provisioning.choices import ObjectType, StagedKind
from provisioning.models import Group, Import, StagedRecord, User
from provisioning.models.directory import CHUNK


class Staged(NamedTuple):
    """As much of a staged record as applying needs: an object of the model takes several times as long to make."""

    pk: int
    kind: str
    object_id: uuid.UUID
    holder: uuid.UUID
    role: uuid.UUID
    object_type: str
    manager: uuid.UUID | None
    gone: bool
    purged: bool
    payload: dict[str, Any]


def staged(rows: QuerySet[StagedRecord]) -> list[Staged]:
    return [Staged(*each) for each in rows.values_list(*Staged._fields)]


@dataclass(slots=True)
class Written:
    """`changed`: so many rows of the directory were written, `removed` of them went. `waits`: staged records that could
    not be applied, by the reason; `forget`: what of those need not be told again."""

    changed: int = 0
    removed: int = 0
    waits: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    forget: Mapping[str, Any] = field(default_factory=dict)


Link = tuple[int, int | None, int | None]
"""A group, and the user or the group in it, by primary keys."""

Write = Callable[[Import, Sequence[Staged], int], Written]
"""Writes a chunk under one change number; rows that are as they should be already are not written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One part of applying: which staged records it takes, at most `chunk` at once, and what it does with them."""

    name: str
    of: Q
    write: Write
    chunk: int = CHUNK


def keys_of(model: type[User] | type[Group], ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, int]:
    """The primary keys of these objects, those that are gone as well."""
    found = model._default_manager.filter(object_id__in=set(ids))
    return dict(found.values_list("object_id", "pk"))


@dataclass(frozen=True, slots=True)
class Ends:
    """The primary keys of the people and groups that a chunk speaks of."""

    users: Mapping[uuid.UUID, int]
    groups: Mapping[uuid.UUID, int]

    @classmethod
    def of(cls, rows: Sequence[Staged]) -> "Ends":
        groups = {row.object_id for row in rows if row.object_type == ObjectType.GROUP}
        groups |= {row.holder for row in rows if row.kind == StagedKind.MEMBER}
        users = {row.object_id for row in rows if row.object_type == ObjectType.USER}
        return cls(keys_of(User, users) if users else {}, keys_of(Group, groups) if groups else {})

    def pair(self, row: Staged) -> tuple[int | None, int | None]:
        """The user or the group that the row is about, one of them None; both when nobody knows it."""
        if row.object_type == ObjectType.USER:
            return self.users.get(row.object_id), None
        return None, self.groups.get(row.object_id)

    def link(self, row: Staged) -> Link | None:
        """Of a row about a member; None when nobody knows one of both."""
        holder, (user, group) = self.groups.get(row.holder), self.pair(row)
        return (holder, user, group) if holder and (user or group) else None
