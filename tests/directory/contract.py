"""What every source must do. A source's test subclasses `SourceContract` and gives the fixture `world`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

import pytest

from provisioning.choices import ObjectType
from provisioning.directory.base import (
    NOT_TOLD,
    Gone,
    Member,
    Page,
    Person,
    Record,
    Source,
    SourceAssignment,
    SourceRole,
    StartOver,
    Team,
)

NONSENSE = ["nonsense", "{}", "[]", "null", '{"form": 1}', "\x00", "https://elsewhere.example/"]


class World(Protocol):
    """A directory behind a source, which the contract changes. People and groups are told apart by their ids."""

    def source(self) -> Source: ...
    def add_person(self, name: str, manager: str = "") -> str: ...
    def rename(self, id_: str, name: str) -> None: ...
    def set_manager(self, id_: str, manager: str) -> None: ...
    def delete(self, id_: str) -> None: ...
    def restore(self, id_: str) -> None: ...
    def purge(self, id_: str) -> None: ...
    def add_team(self, name: str) -> str: ...
    def put(self, team: str, member: str) -> None: ...
    def take(self, team: str, member: str) -> None: ...


@dataclass
class Read:
    """What pages told, the last word on each object counting."""

    people: dict[str, Person] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    members: dict[tuple[str, str], Member] = field(default_factory=dict)
    roles: dict[str, SourceRole] = field(default_factory=dict)
    assignments: set[SourceAssignment] = field(default_factory=set)
    token: str = ""
    pages: list[Page] = field(default_factory=list)

    def take(self, record: Record) -> None:
        match record:
            case Person():
                self.people[record.id] = record
            case Team():
                self.teams[record.id] = record
            case Member():
                self.members[record.group, record.id] = record
            case SourceRole():
                self.roles[record.id] = record
            case SourceAssignment():
                self.assignments.add(record)

    @property
    def gone(self) -> dict[str, Gone]:
        return {each.id: each.gone for each in (*self.people.values(), *self.teams.values()) if each.gone}

    @property
    def held(self) -> set[tuple[str, str]]:
        return {key for key, each in self.members.items() if not each.removed}


def read_all(make: Callable[[], Source], since: str = "") -> Read:
    """Reads to the end, each page by a source of its own, as a killed and restarted import would."""
    read, place = Read(), ""
    while True:
        page = make().read(since=since, place=place)
        read.pages.append(page)
        for record in page.records:
            read.take(record)
        assert not (page.next and page.token), "only the last page has a token"
        if not page.next:
            read.token = page.token
            return read
        assert len(read.pages) < 500, "the pages never end"
        place = page.next


class SourceContract:
    """For sources of changes as well as snapshots."""

    def test_the_connection_test_says_whose_directory_it_is(self, world: World) -> None:
        report = world.source().test_connection()

        assert report.tenant_id
        assert report.tenant_name

    def test_a_snapshot_tells_everybody_with_names_managers_and_members(self, world: World) -> None:
        ada = world.add_person("Ada")
        bo = world.add_person("Bo", manager=ada)
        team, inner = world.add_team("Sales"), world.add_team("Inner")
        world.put(team, bo)
        world.put(team, inner)

        read = read_all(world.source)

        assert read.people[bo].attributes["displayName"] == "Bo"
        assert (read.people[ada].manager, read.people[bo].manager) == ("", ada)
        assert read.teams[team].attributes["displayName"] == "Sales"
        assert {(team, bo), (team, inner)} <= read.held
        assert read.members[team, bo].type is ObjectType.USER
        assert read.members[team, inner].type is ObjectType.GROUP
        assert not read.gone

    def test_ids_are_in_one_form(self, world: World) -> None:
        team = world.add_team("Sales")
        world.put(team, world.add_person("Bo"))
        read = read_all(world.source)

        ids = [*read.people, *read.teams, *(id_ for pair in read.members for id_ in pair)]

        assert ids == [str(UUID(each)) for each in ids]

    def test_a_page_asked_twice_tells_the_same(self, world: World) -> None:
        for number in range(5):
            world.add_person(f"Person {number}")
        first = world.source().read()
        places = ["", first.next] if first.next else [""]

        for place in places:
            assert world.source().read(place=place).records == world.source().read(place=place).records

    def test_the_recycle_bin_is_part_of_a_snapshot(self, world: World) -> None:
        bo, cy = world.add_person("Bo"), world.add_person("Cy")
        world.delete(bo)
        world.delete(cy)
        world.purge(cy)

        gone = read_all(world.source).gone

        assert gone[bo] is Gone.SOFT
        assert gone.get(cy) in (None, Gone.HARD)

    def test_without_a_change_nothing_is_told(self, world: World) -> None:
        bo = world.add_person("Bo")
        world.put(world.add_team("Sales"), bo)

        read = read_all(world.source, since=read_all(world.source).token)

        assert [*read.people, *read.teams, *read.members] == []
        assert read.token

    def test_changes_since_a_token_are_told(self, world: World) -> None:
        ada, bo = world.add_person("Ada"), world.add_person("Bo")
        world.add_person("Cy")
        token = read_all(world.source).token
        world.rename(bo, "Bea")
        world.set_manager(bo, ada)
        dan = world.add_person("Dan")

        read = read_all(world.source, since=token)

        assert set(read.people) == {bo, dan}
        assert (read.people[bo].attributes["displayName"], read.people[bo].manager) == ("Bea", ada)
        assert read.people[dan].attributes["displayName"] == "Dan"

    def test_a_manager_taken_away_is_told(self, world: World) -> None:
        ada = world.add_person("Ada")
        bo = world.add_person("Bo", manager=ada)
        token = read_all(world.source).token
        world.set_manager(bo, "")

        assert read_all(world.source, since=token).people[bo].manager == ""

    def test_a_change_that_does_not_touch_the_manager_does_not_take_it_away(self, world: World) -> None:
        ada = world.add_person("Ada")
        bo = world.add_person("Bo", manager=ada)
        token = read_all(world.source).token
        world.rename(bo, "Bea")

        assert read_all(world.source, since=token).people[bo].manager in (ada, NOT_TOLD)

    def test_members_that_come_and_go_are_told(self, world: World) -> None:
        team, bo, cy = world.add_team("Sales"), world.add_person("Bo"), world.add_person("Cy")
        world.put(team, bo)
        token = read_all(world.source).token
        world.take(team, bo)
        world.put(team, cy)

        members = read_all(world.source, since=token).members

        assert {key: each.removed for key, each in members.items()} == {(team, bo): True, (team, cy): False}

    def test_who_is_deleted_restored_or_purged_is_told(self, world: World) -> None:
        bo, cy, dan = world.add_person("Bo"), world.add_person("Cy"), world.add_person("Dan")
        world.delete(dan)
        token = read_all(world.source).token
        world.delete(bo)
        world.delete(cy)
        world.purge(cy)
        world.restore(dan)

        read = read_all(world.source, since=token)

        assert read.gone == {bo: Gone.SOFT, cy: Gone.HARD}
        assert read.people[dan].attributes["displayName"] == "Dan"

    def test_a_group_that_is_purged_is_told(self, world: World) -> None:
        team = world.add_team("Sales")
        token = read_all(world.source).token
        world.delete(team)
        world.purge(team)

        assert read_all(world.source, since=token).gone == {team: Gone.HARD}

    def test_changes_told_lead_to_what_a_snapshot_tells(self, world: World) -> None:
        team, bo, cy = world.add_team("Sales"), world.add_person("Bo"), world.add_person("Cy")
        world.put(team, bo)
        before = read_all(world.source)
        world.put(team, cy)
        world.take(team, bo)
        world.rename(cy, "Cyd")

        changes = read_all(world.source, since=before.token)
        now = read_all(world.source)

        told = {**before.people[cy].attributes, **changes.people[cy].attributes}
        assert told == now.people[cy].attributes
        assert {key for key, each in {**before.members, **changes.members}.items() if not each.removed} == now.held

    @pytest.mark.parametrize("text", NONSENSE)
    def test_a_token_that_says_nothing_means_starting_over(self, world: World, text: str) -> None:
        with pytest.raises(StartOver):
            world.source().read(since=text)

    @pytest.mark.parametrize("text", NONSENSE)
    def test_a_place_that_says_nothing_means_starting_over(self, world: World, text: str) -> None:
        with pytest.raises(StartOver):
            world.source().read(place=text)
