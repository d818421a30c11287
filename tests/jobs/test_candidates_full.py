"""Whom a full cycle looks at, whom "sync all", and that finding out takes few queries."""

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from provisioning.choices import ObjectType, Scope
from provisioning.jobs import candidates, change
from provisioning.jobs.candidates import object_keys
from provisioning.models import Group
from tests.factories import change_user, make_application, make_assignment, make_cycle, make_job, make_users
from tests.jobs.tenant import Tenant, names

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


@pytest.fixture
def tenant() -> Tenant:
    return Tenant()


def test_a_full_cycle_looks_at_everybody_entitled_or_known(tenant: Tenant) -> None:
    assert names(tenant.cycle(None)) == {"Direct", "Ann", "Ben", "Known"}


def test_a_full_cycle_does_not_look_at_who_lost_the_assignment_before_there_was_an_account(tenant: Tenant) -> None:
    change.unassign(tenant.application, [tenant.to_user, tenant.to_group])

    assert names(tenant.cycle(None)) == {"Known"}


def test_a_full_cycle_does_not_look_at_who_left_the_group_or_is_assigned_elsewhere(tenant: Tenant) -> None:
    change.remove_members(tenant.group, [tenant.ann])
    make_assignment(make_application(), tenant.stranger)

    assert names(tenant.cycle(None)) == {"Direct", "Ben", "Known"}


def test_sync_all_looks_at_everybody_first_and_then_at_who_changed(tenant: Tenant) -> None:
    tenant.job.scope = Scope.ALL

    assert names(tenant.cycle(None)) == {"Direct", "Ann", "Ben", "Known", "Stranger"}
    assert tenant.looked_at() == set()

    change_user(tenant.stranger, surname="Changed")
    assert tenant.looked_at() == {"Stranger"}


# --- as one query


@pytest.mark.parametrize("number", [1, 30])
@pytest.mark.parametrize("is_full", [True, False])
def test_candidates_are_one_query_and_two_for_what_changed(
    number: int, is_full: bool, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    job = make_job()
    users = make_users(number)
    change.assign(job.application, users, job.application.roles.first())
    cycle = make_cycle(job, watermark=None if is_full else 0)

    with django_assert_num_queries(1 if is_full else 3):
        keys = list(object_keys(cycle, ObjectType.USER, 0, None, timezone.now()).values_list("pk", flat=True))

    assert keys == sorted(user.pk for user in users)


def test_many_changed_people_are_found_as_few_are(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    for each in (tenant.direct, tenant.ann, tenant.ben, tenant.stranger):
        change_user(each, surname="Changed")
    few = tenant.looked_at()
    monkeypatch.setattr(candidates, "FEW", 1)

    assert few == tenant.looked_at() == {"Direct", "Ann", "Ben"}


def test_candidates_come_once_by_key_within_bounds(tenant: Tenant) -> None:
    change_user(tenant.ann, surname="Changed")
    change.add_members(tenant.group, [tenant.ann])
    Group.objects.update(change=tenant.watermark + 9)

    keys = object_keys(tenant.cycle(tenant.watermark), ObjectType.USER, 0, None, timezone.now())
    assert list(keys.values_list("pk", flat=True)) == [tenant.ann.pk, tenant.ben.pk]
    assert names(tenant.cycle(tenant.watermark), low=tenant.ann.pk) == {"Ben"}
    assert names(tenant.cycle(tenant.watermark), high=tenant.ann.pk) == {"Ann"}
    assert names(tenant.cycle(tenant.watermark), low=tenant.ann.pk, high=tenant.ann.pk) == set()
