"""What provisioning does with somebody, and why: told before a cycle, and true after it."""

from collections.abc import Callable

import pytest

from provisioning.choices import ObjectType, Scope
from provisioning.jobs import change
from provisioning.models import (
    User,
)
from tests.factories import make_group, make_user
from tests.jobs.telling import facts_of, has_account, in_nested, put_filter, sentence, told
from tests.jobs.world import RowWorld

Setting = Callable[[RowWorld, User], object]


# --- who is not wanted


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        (
            lambda world, user: world.assign(user, role=None),
            "No account. Default Access is not provisioned. Choose a role under Users and groups.",
        ),
        (
            lambda world, user: [world.assign(user), world.application.roles.update(enabled=False)],
            "No account. The role Staff is switched off.",
        ),
        (
            lambda world, user: world.group("List", [user], security_enabled=False),
            "No account. List is not security enabled, so it gives nobody access.",
        ),
        (
            lambda world, user: change.delete(world.group("Old", [user])),
            "No account. Old was deleted, so it gives nobody access.",
        ),
        (
            in_nested,
            "No account. It is in Outer only through other groups (Inner › Outer), and nested groups are switched off "
            "in this application.",
        ),
        (
            lambda world, user: [world.assign(user), put_filter(world, ("department", "EQUALS", "Sales"))],
            "No account. It passes none of the scoping filters. Not met: Only sales department EQUALS Sales.",
        ),
        (
            lambda world, user: [world.assign(user), change.delete(user)],
            "No account. It was deleted in the directory.",
        ),
        (
            lambda world, user: [world.assign(user), world.change(user, account_enabled=False)],
            "No account. Its account is disabled in the directory.",
        ),
    ],
)
def test_who_is_not_wanted_gets_no_account_and_hears_why(rows: RowWorld, setting: Setting, expected: str) -> None:
    user = make_user(department="Board")
    setting(rows, user)

    assert sentence(user) == expected
    assert told(user).is_settled
    rows.cycle()

    assert not has_account(rows, user)
    assert sentence(user) == expected


def test_every_filter_is_named_with_the_first_clause_that_is_not_met(rows: RowWorld) -> None:
    user = rows.person(department="Board", city="Oslo")
    put_filter(rows, ("city", "EQUALS", "Oslo"), ("department", "EQUALS", "Sales"), title="One")
    put_filter(rows, ("city", "EQUALS", "Bergen"), title="Two")

    assert "Not met: One department EQUALS Sales; Two city EQUALS Bergen." in sentence(user)


def test_a_filter_that_nobody_can_decide_leaves_everything_as_it_is(rows: RowWorld) -> None:
    user = rows.person(department="Sales")
    put_filter(rows, ("department", "REGEX MATCH", "("))

    assert sentence(user).startswith(
        "Left as it is. Scoping filter Only sales has a clause on department that is wrong"
    )


def test_where_users_are_not_mapped_they_are_not_provisioned(rows: RowWorld) -> None:
    user = rows.person()
    rows.job.mappings.filter(object_type=ObjectType.USER).update(enabled=False)

    assert sentence(user) == "Not provisioned. The attribute mapping of users is switched off in this application."


def test_somebody_nobody_assigned_has_nothing_to_hear(rows: RowWorld) -> None:
    assert facts_of(make_user()) == []


# --- who is wanted


def test_who_is_wanted_is_told_that_no_cycle_looked_yet_and_when_one_will(rows: RowWorld) -> None:
    user = rows.person()

    assert sentence(user) == (
        "Not yet. No cycle has looked at it yet. It is active and assigned directly. The next cycle is due now."
    )
    rows.cycle()

    assert has_account(rows, user)
    assert sentence(user) == "Provisioned. It is active and assigned directly."
    assert told(user).is_settled


def test_members_of_nested_groups_count_where_the_job_says_so(rows: RowWorld) -> None:
    user = make_user()
    in_nested(rows, user)
    rows.save(nested_groups=True)

    assert "It is active and assigned through Outer." in sentence(user)
    rows.cycle()

    assert has_account(rows, user)


def test_where_everybody_is_in_scope_nobody_has_to_be_assigned(rows: RowWorld) -> None:
    user = make_user()
    rows.save(scope=Scope.ALL)

    assert "everybody in Azure Active Directory is provisioned" in sentence(user)
    [facts] = facts_of(user)
    assert [role.value for role in facts.source.roles] == ["Staff"]


def test_a_change_since_the_last_cycle_is_told_until_the_next_one(rows: RowWorld) -> None:
    user = rows.person()
    rows.cycle()
    rows.change(user, surname="New")

    assert sentence(user).startswith("Provisioned. It, or what assigns it, was changed since the last cycle.")
    rows.cycle()

    assert sentence(user) == "Provisioned. It is active and assigned directly."


@pytest.mark.parametrize("deed", ["membership", "assignment", "role"])
def test_a_change_of_what_assigns_somebody_counts_as_well(rows: RowWorld, deed: str) -> None:
    user = make_user()
    group = rows.group("Hosts", [user])
    rows.cycle()
    if deed == "membership":
        change.add_members(make_group("Other"), [user])  # of no application: nothing to do with it
        assert not facts_of(user)[0].changed
        change.remove_members(group, [user])
    elif deed == "assignment":
        rows.unassign(group)
    else:
        rows.assign(group, role="Guest")

    assert facts_of(user)[0].changed


def test_changed_settings_are_told_to_everybody(rows: RowWorld) -> None:
    user = rows.person()
    rows.cycle()
    rows.save(watermark=None)

    assert "Mapping, filters or scope were changed, so the next cycle looks at everybody again." in sentence(user)


def test_who_leaves_will_be_disabled_and_then_is(rows: RowWorld) -> None:
    user = rows.person()
    rows.cycle()
    rows.unassign(user)

    assert sentence(user).startswith(
        "Will be disabled. It has an account and left the scope. It is not assigned to the application."
    )
    rows.save(guard=False)
    rows.cycle()

    assert not has_account(rows, user)
    assert sentence(user) == "Disabled. It is not assigned to the application."


def test_who_comes_back_will_be_enabled(rows: RowWorld) -> None:
    user = rows.person()
    rows.cycle()
    rows.change(user, account_enabled=False)
    rows.cycle()
    assert sentence(user) == "Disabled. Its account is disabled in the directory."
    rows.change(user, account_enabled=True)

    assert sentence(user).startswith("Will be enabled. Its account is disabled and it is wanted again.")
    rows.cycle()

    assert sentence(user) == "Provisioned. It is active and assigned directly."


def test_a_group_that_leaves_will_be_deleted(rows: RowWorld) -> None:
    group = rows.group("Hosts")
    rows.cycle()
    assert sentence(group) == "Provisioned. It is active and assigned directly."
    rows.unassign(group)

    assert sentence(group).startswith("Will be deleted. It has an account and left the scope.")
