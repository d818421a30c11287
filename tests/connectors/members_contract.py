"""What a connector with groups must do besides.

Its test subclasses `MembersContract` and gives `group_values` and `members` too.
"""

from collections.abc import Mapping
from typing import Any

import pytest

from provisioning.choices import ObjectType
from provisioning.connectors.base import Connector
from provisioning.errors import Conflict, TargetObjectMissing
from tests.connectors.contract import ConnectorContract

GROUP = ObjectType.GROUP


class MembersContract(ConnectorContract):
    """Members are added and taken out by differences, and everything twice is no error."""

    def group_values(self, name: str) -> Mapping[str, Any]:
        """The mapped values of a group with this name in its matching attribute."""
        raise NotImplementedError

    def members(self, target: Any, id_: str) -> set[str]:
        """The ids that a group holds there, however the test finds out: a connector never tells them."""
        raise NotImplementedError

    def group(self, target: Connector, name: str = "Sales") -> str:
        return target.create(GROUP, dict(target.translate(GROUP, self.group_values(name), {})))

    def people(self, target: Connector, number: int) -> list[str]:
        return [self.created(target, f"person{each}@contoso.example") for each in range(number)]

    def test_a_new_group_is_empty(self, target: Connector) -> None:
        assert self.members(target, self.group(target)) == set()

    def test_groups_are_apart_from_users(self, target: Connector) -> None:
        id_ = self.group(target)

        assert [each.id for each in target.list(GROUP).objects] == [id_]
        assert id_ not in [each.id for each in target.list(self.type).objects]

    def test_creating_a_group_twice_is_a_conflict(self, target: Connector) -> None:
        self.group(target)

        with pytest.raises(Conflict):
            self.group(target)

    def test_members_are_added_to_those_that_are_there(self, target: Connector) -> None:
        id_, (first, second, third) = self.group(target), self.people(target, 3)
        target.add_members(id_, [first])

        target.add_members(id_, [second, third])

        assert self.members(target, id_) == {first, second, third}

    def test_members_are_never_told(self, target: Connector) -> None:
        id_ = self.group(target)
        target.add_members(id_, self.people(target, 2))

        told = [target.get(GROUP, id_), *target.list(GROUP).objects]

        assert [target.members_attribute in each.attributes for each in told if each] == [False, False]

    def test_members_are_taken_out_and_the_others_stay(self, target: Connector) -> None:
        id_, people = self.group(target), self.people(target, 3)
        target.add_members(id_, people)

        target.remove_members(id_, people[:2])

        assert self.members(target, id_) == {people[2]}

    def test_members_added_or_taken_out_twice_are_no_error(self, target: Connector) -> None:
        id_, people = self.group(target), self.people(target, 2)

        for _ in range(2):
            target.add_members(id_, people)
        assert self.members(target, id_) == set(people)

        for _ in range(2):
            target.remove_members(id_, people)
        assert self.members(target, id_) == set()

    def test_a_full_request_of_members_arrives_whole(self, target: Connector) -> None:
        id_, people = self.group(target), self.people(target, target.members_per_request)

        target.add_members(id_, people)

        assert self.members(target, id_) == set(people)

    def test_a_renamed_group_keeps_its_members(self, target: Connector) -> None:
        id_, people = self.group(target), self.people(target, 2)
        target.add_members(id_, people)

        target.update(GROUP, id_, dict(target.translate(GROUP, self.group_values("Sales EMEA"), {})))

        assert self.members(target, id_) == set(people)

    def test_members_of_a_group_that_is_gone_are_told_as_such(self, target: Connector) -> None:
        (person,) = self.people(target, 1)

        for change in (target.add_members, target.remove_members):
            with pytest.raises(TargetObjectMissing):
                change(self.unknown_id, [person])

    def test_who_is_deleted_leaves_the_group(self, target: Connector) -> None:
        id_, people = self.group(target), self.people(target, 2)
        target.add_members(id_, people)

        target.delete(self.type, people[0])

        assert self.members(target, id_) == {people[1]}

    def test_a_deleted_group_takes_nobody_with_it(self, target: Connector) -> None:
        id_, people = self.group(target), self.people(target, 2)
        target.add_members(id_, people)

        target.delete(GROUP, id_)

        assert target.get(GROUP, id_) is None
        assert all(target.get(self.type, each) for each in people)
