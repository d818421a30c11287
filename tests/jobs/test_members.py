"""Members are compared in SQL: which groups are looked at, and who is missing or to leave."""

import pytest

from provisioning.choices import ObjectType, Work
from provisioning.errors import Rejected
from provisioning.jobs import change, members
from provisioning.models import Group, MemberLink, User
from provisioning.texts import say
from tests.factories import make_cycle, make_group, make_users
from tests.jobs.workers import refreshed
from tests.jobs.world import RowWorld

pytestmark = pytest.mark.both_databases
GROUP = ObjectType.GROUP


@pytest.fixture
def sales(rows: RowWorld) -> Group:
    """An assigned group with two people, all of it provisioned."""
    group = rows.group("Sales", rows.people(2, display_name="Member"))
    rows.cycle()
    return group


def differing(world: RowWorld) -> list[str]:
    """Labels of the groups that an incremental cycle from now on would compare and find different."""
    job = refreshed(world)
    cycle = make_cycle(job, watermark=job.watermark, references_from=job.references_done, references_to=job.epoch)
    keys = list(members.group_keys(cycle, Work.MEMBERS, world.now()).values_list("source_key", flat=True))
    cycle.delete()
    return list(Group.objects.filter(pk__in=keys).values_list("display_name", flat=True))


def person() -> User:
    """One of the members."""
    found = User.objects.filter(display_name="Member").first()
    assert found is not None
    return found


def test_nothing_differs_when_nothing_changed(rows: RowWorld, sales: Group) -> None:
    assert differing(rows) == []


def test_a_group_whose_member_came_or_went_differs(rows: RowWorld, sales: Group) -> None:
    (late,) = rows.people(1)
    rows.cycle()
    change.add_members(sales, [late])
    assert differing(rows) == ["Sales"]

    rows.cycle()
    change.remove_members(sales, [late])
    assert differing(rows) == ["Sales"]


def test_a_member_without_an_account_makes_no_difference(rows: RowWorld, sales: Group) -> None:
    change.add_members(sales, make_users(1))

    assert differing(rows) == []


def test_a_group_without_a_counterpart_or_out_of_scope_is_not_compared(rows: RowWorld, sales: Group) -> None:
    (late,) = rows.people(1)
    rows.cycle()
    change.add_members(sales, [late])

    rows.job.object_states.filter(object_type=GROUP).update(managed=False)
    assert differing(rows) == []

    rows.job.object_states.filter(object_type=GROUP).update(managed=True, target_id="")
    assert differing(rows) == []


def test_a_member_whose_account_is_another_one_is_added_again(rows: RowWorld, sales: Group) -> None:
    bo = person()
    rows.target(service=rows.service).delete(ObjectType.USER, rows.state(bo).target_id)
    rows.change(bo, surname="Changed")

    rows.cycle()

    assert bo.user_principal_name in rows.members(sales)
    assert MemberLink.objects.filter(member_key=bo.pk).get().target_id == rows.state(bo).target_id


def test_a_deleted_member_leaves_the_group_and_comes_back_when_restored(rows: RowWorld, sales: Group) -> None:
    bo = person()

    change.delete(bo)
    rows.cycle()
    without = bo.user_principal_name in rows.members(sales)
    change.restore(bo)
    rows.cycle()

    assert (without, bo.user_principal_name in rows.members(sales)) == (False, True)


def test_a_purged_member_is_forgotten_with_the_account(rows: RowWorld, sales: Group) -> None:
    bo = person()

    change.purge(bo)
    rows.cycle()
    left = len(rows.members(sales))
    change.add_members(sales, rows.people(1))
    rows.cycle()

    assert (left, MemberLink.objects.filter(member_key=bo.pk).exists()) == (1, False)


def test_a_group_in_a_group_is_a_member_once_it_has_a_counterpart(rows: RowWorld, sales: Group) -> None:
    inner = make_group("Inner")
    change.add_members(sales, [inner])
    rows.cycle()
    assert "Inner" not in rows.members(sales)

    rows.assign(inner)
    rows.cycle()

    assert "Inner" in rows.members(sales)


def test_a_group_whose_members_failed_is_tried_again_by_the_next_cycle(rows: RowWorld, sales: Group) -> None:
    (late,) = rows.people(1)
    rows.cycle()
    change.add_members(sales, [late])
    rows.service.fail("add_members", Rejected(say("no")))
    rows.cycle()
    assert rows.state(sales).members_failed is True

    rows.cycle()

    assert (late.user_principal_name in rows.members(sales), rows.state(sales).members_failed) == (True, False)


def test_members_that_failed_wait_for_their_times_unless_something_changes(rows: RowWorld, sales: Group) -> None:
    first, second = rows.people(2)
    rows.cycle()
    change.add_members(sales, [first])
    rows.service.fail("add_members", *[Rejected(say("no"))] * 3)
    for _ in range(4):
        rows.cycle()
    waited = rows.service.requests["add_members"]

    change.add_members(sales, [second])
    rows.cycle()
    rows.wait(hours=13)
    rows.cycle()

    assert (waited, rows.service.requests["add_members"]) == (1 + 2, 1 + 4)
    assert len(rows.members(sales)) == 4


def test_a_failure_of_members_is_over_when_nothing_differs_any_more(rows: RowWorld, sales: Group) -> None:
    (late,) = rows.people(1)
    rows.cycle()
    change.add_members(sales, [late])
    rows.service.fail("add_members", Rejected(say("no")))
    rows.cycle()

    change.remove_members(sales, [late])
    rows.cycle()

    state = rows.state(sales)
    assert (state.members_failed, state.failures, state.next_try_at) == (False, 0, None)


def test_the_target_that_lost_the_group_gets_all_members_anew(rows: RowWorld, sales: Group) -> None:
    rows.target(service=rows.service).delete(GROUP, rows.state(sales).target_id)
    change.save(sales.directory, sales)
    sales.display_name = "Sales EMEA"
    change.save(sales.directory, sales)

    rows.cycle()
    rows.cycle()

    assert len(rows.members(sales)) == 2


def test_one_request_is_loaded_and_what_waits_behind_it(rows: RowWorld) -> None:
    group = rows.group("Large")
    people = rows.people(25)
    rows.cycle()
    change.add_members(group, people)

    work = members.additions(refreshed(rows), group.pk, 10)
    rest = members.additions(refreshed(rows), group.pk, 25)

    assert work is not None
    assert rest is not None
    assert (len(work.add), work.more, len(rest.add), rest.more) == (10, True, 25, False)
    assert members.additions(refreshed(rows), 10**6, 10) is None
