"""Groups in groups, and who is entitled through them."""

from itertools import pairwise

import pytest

from provisioning.jobs import change
from provisioning.jobs.below import LEVELS, above, below, changed_below
from provisioning.jobs.entitlement import of_users
from provisioning.models import Group
from tests.factories import make_assignment, make_directory, make_group, make_job, make_user

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


def chain(length: int) -> list[Group]:
    """So many groups, each in the one before it."""
    groups = [make_group(f"Level {number}") for number in range(length)]
    for outer, inner in pairwise(groups):
        change.add_members(outer, [inner])
    return groups


def test_below_is_the_group_and_all_under_it() -> None:
    groups = chain(4)

    assert below([groups[1].pk]) == {each.pk for each in groups[1:]}


def test_what_was_taken_out_counts_only_since_a_number() -> None:
    outer, inner = chain(2)
    before = make_directory().head
    change.remove_members(outer, [inner])

    assert (below([outer.pk]), below([outer.pk], before)) == ({outer.pk}, {outer.pk, inner.pk})
    assert below([outer.pk], make_directory().head) == {outer.pk}


def test_a_circle_is_gone_round_once() -> None:
    groups = chain(3)
    change.add_members(groups[2], [groups[0]])

    assert below([groups[0].pk]) == {each.pk for each in groups}
    assert above([groups[0].pk]) == {groups[0].pk: {each.pk for each in groups}}


def test_deeper_than_people_nest_groups_is_not_followed() -> None:
    groups = chain(LEVELS + 2)

    assert groups[-2].pk in below([groups[0].pk])
    assert groups[-1].pk not in below([groups[0].pk])


def test_above_leads_only_through_groups_that_can_entitle() -> None:
    outer, middle, inner = chain(3)
    change.delete(middle)

    assert above([inner.pk]) == {inner.pk: {inner.pk}}
    change.restore(middle)
    assert above([inner.pk]) == {inner.pk: {inner.pk, middle.pk, outer.pk}}


def test_changed_below_is_what_is_fresh_moved_or_changed_and_all_under_it() -> None:
    outer, middle, inner = chain(3)
    before = make_directory().head
    assert changed_below([outer.pk], [], before) == set()

    change.save(middle.directory, middle)

    assert changed_below([outer.pk], [], before) == {middle.pk, inner.pk}
    assert changed_below([outer.pk], [outer.pk], make_directory().head) == {outer.pk, middle.pk, inner.pk}


def test_a_person_is_entitled_through_the_assigned_group_above_by_its_name() -> None:
    outer, _, inner = chain(3)
    user = make_user()
    change.add_members(inner, [user])
    job = make_job(nested_groups=True)
    make_assignment(job.application, outer, "GoToMeeting")

    found = of_users(job, [user.pk])[user.pk]

    assert (found.via, [each.value for each in found.roles.values()]) == (["Level 0"], ["GoToMeeting"])


@pytest.mark.parametrize("which", [0, 1, 2])
def test_one_group_on_the_way_that_can_not_entitle_breaks_it(which: int) -> None:
    groups = chain(3)
    user = make_user()
    change.add_members(groups[2], [user])
    job = make_job(nested_groups=True)
    make_assignment(job.application, groups[0], "GoToMeeting")

    change.delete(groups[which])

    assert of_users(job, [user.pk]) == {}
