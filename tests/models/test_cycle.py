"""A cycle's progress by object type."""

from typing import Any

import pytest

from provisioning.choices import CycleStatus, ObjectType, Phase
from provisioning.models import Cycle

COUNTED = {"User": [9, 44], "Group": [1, 6]}


def parts(**values: Any) -> list[tuple[str, int, int]]:
    cycle = Cycle(**{"unlinked": COUNTED, "phase": Phase.USERS, "status": CycleStatus.RUNNING, **values})
    return [(each.type, each.done, each.total) for each in cycle.parts]


@pytest.mark.parametrize(
    ("phase", "looked_at", "users", "groups"),
    [
        (Phase.SURVEY, 0, 0, 0),
        (Phase.USERS, 31, 31, 0),
        (Phase.GROUPS, 46, 44, 2),
        (Phase.GROUPS, 43, 44, 0),  # somebody waits for another try
        (Phase.REFERENCES, 43, 44, 6),
        (Phase.REMOVALS, 57, 44, 6),  # some were walked again
    ],
)
def test_users_are_walked_before_groups(phase: Phase, looked_at: int, users: int, groups: int) -> None:
    assert parts(phase=phase, looked_at=looked_at) == [("User", users, 44), ("Group", groups, 6)]


def test_a_cycle_that_is_completed_looked_at_all() -> None:
    ended = {"phase": Phase.FINISH, "status": CycleStatus.COMPLETED, "looked_at": 48}

    assert parts(**ended) == [("User", 44, 44), ("Group", 6, 6)]


def test_one_that_was_superseded_stays_where_it_was() -> None:
    cycle = {"phase": Phase.FINISH, "status": CycleStatus.SUPERSEDED, "looked_at": 45}

    assert parts(**cycle) == [("User", 44, 44), ("Group", 1, 6)]


def test_types_without_objects_are_left_out() -> None:
    assert parts(unlinked={"User": [0, 3], "Group": [0, 0]}, looked_at=1) == [("User", 1, 3)]


def test_a_cycle_of_an_older_release_knows_who_had_no_account_and_no_types() -> None:
    cycle = Cycle(unlinked={"User": 9})

    assert (cycle.unlinked_of(ObjectType.USER), cycle.parts) == (9, [])
