"""User principal names are unique at every moment, also while they pass from one person to another."""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat, Lower

from provisioning.choices import StagedKind
from provisioning.jobs.imports.steps import Staged, staged
from provisioning.models import Import, StagedRecord, User
from provisioning.texts import gettext_noop

TAKEN = gettext_noop("Another user has this user principal name.")


@dataclass(slots=True)
class Entry:
    """A person to be written. `user` is as it is to be; `before`: the name under which the directory has them now."""

    row: Staged
    user: User
    before: str = ""

    @property
    def after(self) -> str:
        return self.user.user_principal_name.lower()

    @property
    def is_named(self) -> bool:
        """Whether it gets a name that it does not have yet."""
        return self.before != self.after


Entries = dict[uuid.UUID, Entry]
Read = Callable[[Sequence[Staged]], Entries]
"""The entries of staged records; those that are as they should be have none."""


@dataclass(slots=True)
class Room:
    """`entries` together with those who have to make room for them, `leaving` ones who are gone anyway. `taken`: names
    of people who keep them."""

    entries: Entries
    leaving: list[Staged] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    @property
    def refused(self) -> set[uuid.UUID]:
        """Who can't have their name: somebody keeps it, or has it from an earlier record."""
        out: set[uuid.UUID] = set()
        while clash := self._clash(out):
            out |= clash
        return out

    def _clash(self, out: set[uuid.UUID]) -> set[uuid.UUID]:
        staying = {each.before for id_, each in self.entries.items() if id_ in out or not each.is_named}
        given, clash = self.taken | staying, set()
        for id_, each in self.entries.items():
            if id_ in out or not each.is_named:
                continue
            if each.after in given:
                clash.add(id_)
            given.add(each.after)
        return clash


def make_room(run: Import, entries: Entries, read: Read, most: int) -> Room:
    """Draw in who has a name that is to be another one's, if this import gives them another one or they are gone.

    At most `most` people all together: a longer chain of names is left to the next import.
    """
    room, seen = Room(entries), set[str]()
    while claimed := {each.after for each in room.entries.values() if each.is_named} - seen:
        seen |= claimed
        holders = _holders(run, claimed, room.entries)
        told = staged(StagedRecord.objects.filter(run=run, kind=StagedKind.USER, object_id__in=holders))
        leaving = [row for row in told if row.gone]
        left = most - len(room.entries) - len(room.leaving) - len(leaving)
        room.leaving += leaving
        room.entries.update(read([row for row in told if not row.gone][: max(0, left)]))
        gone = {row.object_id for row in leaving}
        room.taken |= {name for id_, name in holders.items() if id_ not in room.entries and id_ not in gone}
    return room


def park(entries: Iterable[Entry]) -> None:
    """Take their old names away from people whose name another one gets now; all within the transaction."""
    named = [each for each in entries if each.is_named]
    wanted = {each.after for each in named}
    keys = [each.user.pk for each in named if each.before in wanted]
    parked = Concat(Value("~"), Cast(F("pk"), CharField()))
    User.objects.filter(pk__in=keys).update(user_principal_name=parked)


def _holders(run: Import, claimed: Iterable[str], entries: Mapping[uuid.UUID, Entry]) -> dict[uuid.UUID, str]:
    """Who has one of these names now and is not among the entries."""
    people = User.objects.present().filter(directory=run.directory).annotate(name=Lower("user_principal_name"))
    found = people.filter(name__in=list(claimed)).values_list("object_id", "user_principal_name")
    return {id_: name.lower() for id_, name in found if id_ not in entries}
