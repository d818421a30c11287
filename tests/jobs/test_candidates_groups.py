"""Which groups a cycle looks at, and what changes with nested groups: each thing is changed alone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from provisioning.choices import CycleKind, ObjectType, Scope
from provisioning.jobs import change
from provisioning.jobs.candidates import object_keys
from provisioning.models import AppRole, Group, Membership, User
from tests.factories import change_user, make_assignment, make_cycle, make_group, make_state, make_user
from tests.jobs.tenant import Tenant

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


class Nested(Tenant):
    """Assigned > Middle > Inner, with Ina in the inner group; Outside holds Otto and is in nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.ina, self.otto = make_user(display_name="Ina"), make_user(display_name="Otto")
        self.inner = make_group("Inner", [self.ina])
        self.middle = make_group("Middle", [self.inner])
        self.outside = make_group("Outside", [self.otto])
        change.add_members(self.group, [self.middle])
        self.job.nested_groups = True
        self.settle()


@pytest.fixture
def tenant() -> Tenant:
    return Tenant()


@pytest.fixture
def nested() -> Nested:
    return Nested()


def groups_looked_at(tenant: Tenant, watermark: int | None = -1) -> set[str]:
    cycle = tenant.cycle(tenant.watermark if watermark == -1 else watermark)
    keys = object_keys(cycle, ObjectType.GROUP, 0, None, timezone.now()).values_list("pk", flat=True)
    return set(Group.objects.filter(pk__in=list(keys)).values_list("display_name", flat=True))


# --- groups themselves


def test_no_group_is_looked_at_when_nothing_changed(tenant: Tenant) -> None:
    assert groups_looked_at(tenant) == set()


def test_a_full_cycle_looks_at_assigned_and_known_groups(tenant: Tenant) -> None:
    known = make_group("Known")
    make_state(tenant.job, known)

    assert groups_looked_at(tenant, None) == {"Assigned", "Known"}


def test_sync_all_looks_at_every_group(tenant: Tenant) -> None:
    tenant.job.scope = Scope.ALL

    assert groups_looked_at(tenant, None) == {"Assigned", "Other"}


@pytest.mark.parametrize("deed", [change.delete, change.restore, change.purge])
def test_a_group_that_is_deleted_restored_or_purged_is_looked_at(tenant: Tenant, deed: Callable[..., None]) -> None:
    deed(tenant.group)

    assert groups_looked_at(tenant) == {"Assigned"}


def test_a_changed_group_that_is_neither_assigned_nor_known_is_not_looked_at(tenant: Tenant) -> None:
    change.save(tenant.other.directory, tenant.other)

    assert groups_looked_at(tenant) == set()


def test_a_group_whose_assignment_came_or_went_is_looked_at(tenant: Tenant) -> None:
    make_assignment(tenant.application, tenant.other, tenant.role)
    assert groups_looked_at(tenant) == {"Other"}

    tenant.settle()
    change.unassign(tenant.application, [tenant.to_group])
    assert groups_looked_at(tenant) == {"Assigned"}


def test_a_group_that_holds_a_changed_role_is_looked_at(tenant: Tenant) -> None:
    AppRole.objects.filter(pk=tenant.role.pk).update(enabled=False, change=tenant.watermark + 1)

    assert groups_looked_at(tenant) == {"Assigned"}


def test_a_group_whose_members_changed_is_looked_at(tenant: Tenant) -> None:
    change.add_members(tenant.group, [tenant.stranger])

    assert groups_looked_at(tenant) == {"Assigned"}


def test_a_group_that_is_due_is_looked_at(tenant: Tenant) -> None:
    due = timezone.now() - timedelta(minutes=1)
    make_state(tenant.job, tenant.other, next_try_at=due)

    assert groups_looked_at(tenant) == {"Other"}


# --- states


def test_somebody_left_waiting_by_an_earlier_cycle_is_looked_at(tenant: Tenant) -> None:
    tenant.state.deferred_until, tenant.state.cycle_key = timezone.now() + timedelta(hours=1), 10**6
    tenant.state.save()

    cycle = make_cycle(tenant.job, watermark=tenant.watermark, kind=CycleKind.INCREMENTAL)
    of_earlier = set(object_keys(cycle, ObjectType.USER, 0, None, timezone.now()).values_list("pk", flat=True))
    tenant.state.cycle_key = cycle.pk
    tenant.state.save()
    of_this = set(object_keys(cycle, ObjectType.USER, 0, None, timezone.now()).values_list("pk", flat=True))

    assert (of_earlier, of_this) == ({tenant.known.pk}, set())


def test_a_reconcile_cycle_looks_at_who_has_an_account(tenant: Tenant) -> None:
    make_state(tenant.job, tenant.direct, target_id="")
    cycle = make_cycle(tenant.job, kind=CycleKind.RECONCILE)

    keys = object_keys(cycle, ObjectType.USER, 0, None, timezone.now()).values_list("pk", flat=True)

    assert list(keys) == [tenant.known.pk]


# --- nested groups


def test_without_the_option_a_full_cycle_leaves_those_below_out(nested: Nested) -> None:
    nested.job.nested_groups = False
    assert "Ina" not in looked_at(nested, None)

    nested.job.nested_groups = True
    assert looked_at(nested, None) == {"Direct", "Ann", "Ben", "Known", "Ina"}


def looked_at(tenant: Tenant, watermark: int | None) -> set[str]:
    keys = object_keys(tenant.cycle(watermark), ObjectType.USER, 0, None, timezone.now()).values_list("pk", flat=True)
    return set(User.objects.filter(pk__in=list(keys)).values_list("display_name", flat=True))


def test_nobody_below_is_looked_at_when_nothing_changed(nested: Nested) -> None:
    assert nested.looked_at() == set()


def test_a_changed_person_below_is_looked_at(nested: Nested) -> None:
    change_user(nested.ina, surname="Changed")

    assert nested.looked_at() == {"Ina"}


def test_a_member_who_comes_or_goes_far_below_is_looked_at_alone(nested: Nested) -> None:
    change.add_members(nested.inner, [nested.stranger])
    assert nested.looked_at() == {"Stranger"}

    nested.settle()
    change.remove_members(nested.inner, [nested.ina])
    assert nested.looked_at() == {"Ina"}


@pytest.mark.parametrize("where", ["group", "middle", "inner"])
def test_everybody_below_a_group_that_was_put_in_is_looked_at(nested: Nested, where: str) -> None:
    change.add_members(getattr(nested, where), [nested.outside])

    assert nested.looked_at() >= {"Otto"}
    assert "Direct" not in nested.looked_at()


@pytest.mark.parametrize(("above", "below"), [("group", "middle"), ("middle", "inner")])
def test_everybody_below_a_group_that_was_taken_out_is_looked_at(nested: Nested, above: str, below: str) -> None:
    change.remove_members(getattr(nested, above), [getattr(nested, below)])

    assert nested.looked_at() == {"Ina"}


def test_a_group_that_was_taken_out_earlier_no_longer_counts(nested: Nested) -> None:
    change.remove_members(nested.middle, [nested.inner])
    nested.settle()

    change.remove_members(nested.inner, [nested.ina])

    assert nested.looked_at() == set()


@pytest.mark.parametrize("deed", ["delete", "restore", "purge", "security"])
@pytest.mark.parametrize("which", ["middle", "inner"])
def test_everybody_below_a_changed_group_on_the_way_is_looked_at(nested: Nested, which: str, deed: str) -> None:
    group = getattr(nested, which)
    if deed == "security":
        group.security_enabled = False
        change.save(group.directory, group)
    else:
        getattr(change, deed)(group)

    assert nested.looked_at() == {"Ina"}


def test_everybody_below_is_looked_at_when_the_assignment_changes(nested: Nested) -> None:
    change.unassign(nested.application, [nested.to_group])
    assert nested.looked_at() == {"Ann", "Ben", "Ina"}

    nested.settle()
    make_assignment(nested.application, nested.outside, nested.role)
    assert nested.looked_at() == {"Otto"}


def test_everybody_below_is_looked_at_when_the_role_changes(nested: Nested) -> None:
    AppRole.objects.filter(pk=nested.role.pk).update(enabled=False, change=nested.watermark + 1)

    assert nested.looked_at() == {"Direct", "Ann", "Ben", "Ina"}


def test_groups_in_a_circle_end(nested: Nested) -> None:
    change.add_members(nested.inner, [nested.group])

    assert nested.looked_at() >= {"Ina"}
    assert Membership.objects.filter(removed=False, member_group=nested.group).exists()
