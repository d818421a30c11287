"""Clearing the directory: everybody goes, accounts stay as they are, and whoever matches one takes it over."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from provisioning.choices import ImportKind, ImportStatus
from provisioning.jobs import control, due
from provisioning.jobs.imports import clearing, run
from provisioning.models import (
    Assignment,
    DetachedAccount,
    Directory,
    Group,
    Import,
    Membership,
    ObjectStateRow,
    ProvisioningJob,
    Slice,
    StagedRemoval,
    User,
)
from tests.factories import make_cycle, make_group, make_slice
from tests.jobs.world import RowWorld

pytestmark = pytest.mark.both_databases


def clear(world: RowWorld, tasks: int = 5) -> Import:
    found = clearing.ask(Directory.objects.the_one().pk, timezone.now(), "root")
    for _ in range(tasks):
        run.run(found.pk)
        Import.objects.update(not_before=None)
    found.refresh_from_db()
    return found


def provisioned(world: RowWorld, number: int = 3) -> list[User]:
    """People with an account, in a group."""
    people = world.people(number)
    make_group("Team", people)
    world.cycle()
    return people


def test_everybody_goes_and_all_jobs_are_off(rows: RowWorld) -> None:
    provisioned(rows)

    found = clear(rows)

    assert (found.status, found.kind) == (ImportStatus.COMPLETED, ImportKind.CLEARING)
    for model in (User, Group, Membership, Assignment, ObjectStateRow, StagedRemoval):
        assert not model._default_manager.exists()
    job = ProvisioningJob.objects.get()
    assert (job.is_on, job.watermark) == (False, None)


def test_accounts_stay_as_they_are_and_are_listed_as_detached(rows: RowWorld) -> None:
    people = provisioned(rows)
    before = dict(rows.service.users)

    clear(rows)

    left = DetachedAccount.objects.order_by("pk")
    assert [each.label for each in left] == [each.display_name for each in people]
    assert {each.target_id for each in left} == set(before)
    control.start(rows.job.pk, timezone.now())
    rows.cycle()
    assert rows.service.users == before


def test_who_matches_a_detached_account_takes_it_over_with_its_origin(rows: RowWorld) -> None:
    (person,) = provisioned(rows, 1)
    name = person.user_principal_name
    account = ObjectStateRow.objects.get().target_id
    clear(rows)

    rows.people(1, user_principal_name=name, mail=name)
    control.start(rows.job.pk, timezone.now())
    cycle = rows.cycle()

    state = ObjectStateRow.objects.get()
    assert (state.target_id, state.origin, cycle.failed) == (account, "created", 0)
    assert not DetachedAccount.objects.exists()


def test_it_waits_until_nobody_has_an_object_in_hand(rows: RowWorld) -> None:
    provisioned(rows)
    slice_ = make_slice(make_cycle(rows.job), expires_at=Now() + timedelta(seconds=60))

    found = clear(rows, tasks=1)
    assert (found.status, found.removed) == (ImportStatus.RUNNING, 0)
    assert User.objects.exists()

    Slice.objects.filter(pk=slice_.pk).update(expires_at=Now())
    run.run(found.pk)
    assert not User.objects.exists()


def test_no_cycle_begins_while_it_runs(rows: RowWorld) -> None:
    provisioned(rows)
    clearing.ask(Directory.objects.the_one().pk, timezone.now(), "root")

    ProvisioningJob.objects.update(is_on=True, next_start_at=timezone.now())

    assert not due.jobs(timezone.now()).exists()


def test_a_second_request_gives_the_clearing_that_is_under_way(rows: RowWorld) -> None:
    directory = Directory.objects.the_one()

    first = clearing.ask(directory.pk, timezone.now(), "root")

    assert clearing.ask(directory.pk, timezone.now(), "root") == first
