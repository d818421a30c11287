"""Whom a cycle looks at: each thing that can change is changed alone, and nobody else is looked at."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from provisioning.jobs import change
from provisioning.models import AppRole
from tests.factories import (
    change_user,
    make_application,
    make_assignment,
    make_job,
    make_state,
    make_user,
)
from tests.jobs.tenant import Tenant

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


@pytest.fixture
def tenant() -> Tenant:
    return Tenant()


def test_nothing_changed_and_nobody_is_looked_at(tenant: Tenant) -> None:
    assert tenant.looked_at() == set()


# --- people


@pytest.mark.parametrize("who", ["direct", "ann", "known"])
def test_a_changed_person_who_is_assigned_or_known_is_looked_at(tenant: Tenant, who: str) -> None:
    user = change_user(getattr(tenant, who), surname="Changed")

    assert tenant.looked_at() == {user.display_name}


def test_a_changed_stranger_is_not_looked_at(tenant: Tenant) -> None:
    change_user(tenant.stranger, surname="Changed")

    assert tenant.looked_at() == set()


@pytest.mark.parametrize("deed", [change.delete, change.restore, change.purge])
def test_a_person_who_is_deleted_restored_or_purged_is_looked_at(tenant: Tenant, deed: Callable[..., None]) -> None:
    deed(tenant.direct)

    assert tenant.looked_at() == {"Direct"}


def test_a_new_person_who_is_not_assigned_is_not_looked_at(tenant: Tenant) -> None:
    make_user()

    assert tenant.looked_at() == set()


# --- assignments of people


def test_a_person_who_is_assigned_now_is_looked_at(tenant: Tenant) -> None:
    make_assignment(tenant.application, tenant.stranger, tenant.role)

    assert tenant.looked_at() == {"Stranger"}


def test_a_person_who_was_unassigned_is_looked_at(tenant: Tenant) -> None:
    change.unassign(tenant.application, [tenant.to_user])

    assert tenant.looked_at() == {"Direct"}


def test_a_person_who_was_given_another_role_is_looked_at(tenant: Tenant) -> None:
    change.reassign(tenant.application, [tenant.to_user], tenant.application.roles.get(value="GoToWebinar"))

    assert tenant.looked_at() == {"Direct"}


def test_an_assignment_to_another_application_is_not_looked_at(tenant: Tenant) -> None:
    make_assignment(make_application(), tenant.direct)

    assert tenant.looked_at() == set()


def test_holders_of_a_changed_role_are_looked_at(tenant: Tenant) -> None:
    make_assignment(tenant.application, tenant.stranger, "OpenVoice")
    tenant.settle()

    AppRole.objects.filter(pk=tenant.role.pk).update(enabled=False, change=tenant.watermark + 1)

    assert tenant.looked_at() == {"Direct", "Ann", "Ben"}


# --- groups


def test_members_of_a_group_that_is_assigned_now_are_looked_at(tenant: Tenant) -> None:
    make_assignment(tenant.application, tenant.other, tenant.role)

    assert tenant.looked_at() == {"Stranger"}


def test_members_of_a_group_that_was_unassigned_are_looked_at(tenant: Tenant) -> None:
    change.unassign(tenant.application, [tenant.to_group])

    assert tenant.looked_at() == {"Ann", "Ben"}


def test_members_of_a_group_that_was_given_another_role_are_looked_at(tenant: Tenant) -> None:
    change.reassign(tenant.application, [tenant.to_group], None)

    assert tenant.looked_at() == {"Ann", "Ben"}


@pytest.mark.parametrize("deed", [change.delete, change.restore, change.purge])
def test_members_of_a_group_that_was_deleted_restored_or_purged_are_looked_at(
    tenant: Tenant, deed: Callable[..., None]
) -> None:
    deed(tenant.group)

    assert tenant.looked_at() == {"Ann", "Ben"}


def test_members_of_a_group_whose_security_flag_changed_are_looked_at(tenant: Tenant) -> None:
    tenant.group.security_enabled = False
    change.save(tenant.group.directory, tenant.group)

    assert tenant.looked_at() == {"Ann", "Ben"}


def test_a_changed_group_that_is_not_assigned_is_not_looked_at(tenant: Tenant) -> None:
    change.delete(tenant.other)

    assert tenant.looked_at() == set()


# --- memberships


def test_a_new_member_of_an_assigned_group_is_looked_at_alone(tenant: Tenant) -> None:
    change.add_members(tenant.group, [tenant.stranger])

    assert tenant.looked_at() == {"Stranger"}


def test_a_removed_member_of_an_assigned_group_is_looked_at_alone(tenant: Tenant) -> None:
    change.remove_members(tenant.group, [tenant.ann])

    assert tenant.looked_at() == {"Ann"}


def test_a_member_who_comes_back_is_looked_at(tenant: Tenant) -> None:
    change.remove_members(tenant.group, [tenant.ann])
    tenant.settle()

    change.add_members(tenant.group, [tenant.ann])

    assert tenant.looked_at() == {"Ann"}


def test_a_membership_of_a_group_that_is_not_assigned_is_not_looked_at(tenant: Tenant) -> None:
    change.add_members(tenant.other, [tenant.known])
    change.remove_members(tenant.other, [tenant.stranger])

    assert tenant.looked_at() == set()


def test_a_membership_counts_once_more_when_group_and_membership_went_in_the_same_round(tenant: Tenant) -> None:
    change.remove_members(tenant.group, [tenant.ann])
    change.unassign(tenant.application, [tenant.to_group])

    assert tenant.looked_at() == {"Ann", "Ben"}


def test_a_group_that_was_unassigned_earlier_no_longer_counts(tenant: Tenant) -> None:
    change.unassign(tenant.application, [tenant.to_group])
    tenant.settle()

    change.add_members(tenant.group, [tenant.stranger])
    change.delete(tenant.group)

    assert tenant.looked_at() == set()


def test_a_member_who_left_earlier_no_longer_counts(tenant: Tenant) -> None:
    change.remove_members(tenant.group, [tenant.ann])
    tenant.settle()

    change.delete(tenant.group)

    assert tenant.looked_at() == {"Ben"}


def test_a_group_in_an_assigned_group_brings_nobody(tenant: Tenant) -> None:
    change.add_members(tenant.group, [tenant.other])

    assert tenant.looked_at() == set()


# --- states


@pytest.mark.parametrize(("minutes", "expected"), [(-1, {"Known"}), (1, set()), (None, set())])
def test_a_state_is_looked_at_when_it_is_due(tenant: Tenant, minutes: int | None, expected: set[str]) -> None:
    tenant.state.next_try_at = None if minutes is None else timezone.now() + timedelta(minutes=minutes)
    tenant.state.save()

    assert tenant.looked_at() == expected


def test_a_due_state_of_another_job_is_not_looked_at(tenant: Tenant) -> None:
    make_state(make_job(), tenant.stranger, next_try_at=timezone.now() - timedelta(minutes=1))

    assert tenant.looked_at() == set()
