"""Activities: a group has one for all its members of a cycle, which names the first and counts the others."""

import pytest

from provisioning.jobs import change, control
from provisioning.models import Activity, ActivityExchange, Group, PreviewEntry
from tests.jobs.world import RowWorld, counts

pytestmark = pytest.mark.both_databases


def of_members(group: Group) -> list[Activity]:
    return list(Activity.objects.filter(source_id=str(group.object_id), code__startswith="Members").order_by("pk"))


@pytest.mark.parametrize(("number", "requests"), [(1, 1), (100, 1), (101, 2), (250, 3)])
def test_members_of_one_cycle_are_one_activity(rows: RowWorld, number: int, requests: int) -> None:
    group = rows.group("Sales", rows.people(number))

    cycle = rows.cycle()

    (activity,) = of_members(group)
    (changed,) = activity.modified
    assert rows.service.requests["add_members"] == requests
    assert (changed["number"], len(changed["newValue"]), changed["oldValue"]) == (number, min(number, 100), None)
    assert activity.reason["values"]["number"] == number
    assert counts(cycle)["updated"] == 1
    assert len(rows.members(group)) == number


def test_who_leaves_has_an_activity_beside_those_who_come(rows: RowWorld) -> None:
    people = rows.people(3)
    group = rows.group("Sales", people[:2])
    rows.cycle()
    change.add_members(group, people[2:])
    change.remove_members(group, people[:1])

    rows.cycle()

    first, added, removed = of_members(group)
    assert [each.code for each in (first, added, removed)] == ["MembersAdded", "MembersAdded", "MembersRemoved"]
    assert removed.modified[0]["oldValue"] == [people[0].display_name]


def test_the_next_cycle_has_an_activity_of_its_own(rows: RowWorld) -> None:
    people = rows.people(2)
    group = rows.group("Sales", people[:1])
    rows.cycle()

    change.add_members(group, people[1:])
    rows.cycle()

    assert [each.modified[0]["number"] for each in of_members(group)] == [1, 1]


def test_a_group_without_members_has_no_activity_for_them(rows: RowWorld) -> None:
    group = rows.group("Sales")

    cycle = rows.cycle()

    assert (of_members(group), counts(cycle)) == ([], {"created": 1})


def test_a_preview_leaves_entries_of_its_own(rows: RowWorld) -> None:
    (bo,) = rows.people(1)
    control.stop(rows.job.pk, rows.now())
    control.preview(rows.job.pk, rows.now())

    rows.work()

    entry = PreviewEntry.objects.get()
    assert (entry.source_key, entry.action, entry.source_label) == (bo.pk, "create", bo.display_name)
    assert (Activity.objects.count(), ActivityExchange.objects.count()) == (0, 0)
