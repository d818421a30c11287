"""Deleting an application in the background: with the accounts as they are, or disabled first."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.accounts.models import AuditEntry
from provisioning.choices import Deletion, JobState, ObjectType
from provisioning.jobs import claims, deletion
from provisioning.jobs.control import NotPossible
from provisioning.models import (
    Activity,
    Assignment,
    Cycle,
    EnterpriseApplication,
    ObjectStateRow,
    ProvisioningJob,
    User,
)
from tests.factories import make_assignment, make_job, make_user
from tests.jobs.workers import refreshed
from tests.jobs.world import RowWorld

pytestmark = pytest.mark.both_databases


def ask(world: RowWorld, *, disable: bool) -> EnterpriseApplication:
    return deletion.ask(refreshed(world).application, "Ada", world.now(), disable=disable)


def run(world: RowWorld, seconds: float = 45) -> None:
    deletion.run(world.application.pk, world.now(), seconds)


def is_gone() -> bool:
    models = (EnterpriseApplication, ProvisioningJob, Assignment, Activity, Cycle, ObjectStateRow)
    return not any(model._default_manager.exists() for model in models)


def test_accounts_are_left_as_they_are_and_everything_of_the_application_goes(rows: RowWorld) -> None:
    bo = rows.person()
    rows.cycle()

    ask(rows, disable=False)
    run(rows)

    account = rows.account(bo)
    assert account is not None
    assert account.active
    assert is_gone()
    assert User.objects.filter(pk=bo.pk).exists()
    told = list(AuditEntry.objects.order_by("pk").values_list("activity", "who_name"))
    assert (told[0], told[-1]) == (("Ask to delete application", "Ada"), ("Delete application", "Ada"))


def test_with_accounts_disabled_first_nobody_can_use_one_when_the_application_goes(rows: RowWorld) -> None:
    people = rows.people(3)
    rows.cycle()

    ask(rows, disable=True)
    deletion.advance(rows.now())
    assert refreshed(rows).application.deletion == Deletion.DISABLING, "nobody is disabled yet"
    rows.cycle()
    deletion.advance(rows.now())
    run(rows)

    assert [account.active for each in people if (account := rows.account(each))] == [False] * 3
    assert is_gone()
    assert AuditEntry.objects.filter(activity="Ask to delete application").count() == 1


def test_neither_the_limit_of_removals_nor_leaving_leavers_alone_keeps_an_account_usable(rows: RowWorld) -> None:
    people = rows.people(3)
    rows.cycle()
    rows.save(guard=True, guard_number=1, skip_out_of_scope_deletions=True)

    ask(rows, disable=True)
    rows.cycle()

    assert not deletion.usable(refreshed(rows)).exists()
    assert rows.state(people[0]).disabled


def test_groups_in_the_application_stay(rows: RowWorld) -> None:
    sales = rows.group("Sales", [rows.person()])
    rows.cycle()

    ask(rows, disable=True)
    rows.cycle()

    assert rows.state(sales).target_id in rows.service.groups


def test_whoever_could_not_be_disabled_holds_it_up_until_somebody_deletes_it_anyway(rows: RowWorld) -> None:
    bo = rows.person()
    rows.cycle()
    ask(rows, disable=True)
    rows.cycle()
    ObjectStateRow.objects.filter(pk=rows.state(bo).pk).update(disabled=False)  # as if that request had failed

    deletion.advance(rows.now())

    held_up = refreshed(rows).application
    assert held_up.deletion == Deletion.DISABLING
    assert deletion.has_looked_at_all(held_up)
    ask(rows, disable=False)
    run(rows)
    assert is_gone()


def test_called_off_the_next_cycle_enables_the_accounts_again(rows: RowWorld) -> None:
    bo = rows.person()
    rows.cycle()
    ask(rows, disable=True)
    rows.cycle()

    deletion.call_off(refreshed(rows).application, "Ada", rows.now())
    rows.cycle()

    account = rows.account(bo)
    assert account is not None
    assert account.active
    assert refreshed(rows).application.deletion == Deletion.NONE


def test_it_is_too_late_to_call_it_off_once_parts_are_gone(rows: RowWorld) -> None:
    rows.person()
    ask(rows, disable=False)

    with pytest.raises(NotPossible):
        deletion.call_off(refreshed(rows).application, "Ada", rows.now())


def test_a_task_whose_time_is_over_leaves_the_rest_to_the_next_one(rows: RowWorld) -> None:
    rows.people(3)
    rows.cycle()
    ask(rows, disable=False)

    run(rows, seconds=0)
    assert [each.pk for each in deletion.due(rows.now())] == [rows.application.pk]
    run(rows)

    assert is_gone()


def test_it_waits_for_a_worker_that_has_an_object_in_hand(rows: RowWorld) -> None:
    bo = rows.person()
    ask(rows, disable=False)
    assert claims.take(rows.job, ObjectType.USER, bo.pk, timedelta(seconds=90))

    run(rows)
    assert EnterpriseApplication.objects.exists()
    ObjectStateRow.objects.update(claimed_until=None)
    run(rows)

    assert is_gone()


def test_a_message_that_comes_twice_finds_nothing_to_do(rows: RowWorld) -> None:
    ask(rows, disable=False)
    run(rows)
    run(rows)

    assert AuditEntry.objects.filter(activity="Delete application").count() == 1


@pytest.mark.django_db
def test_other_applications_are_left_alone() -> None:
    gone, kept = make_job().application, make_job().application
    make_assignment(kept, make_user(), "GoToMeeting")

    deletion.ask(gone, "Ada", timezone.now(), disable=False)
    deletion.run(gone.pk, timezone.now())

    assert list(EnterpriseApplication.objects.all()) == [kept]
    assert Assignment.objects.filter(application=kept).count() == 1


@pytest.mark.django_db
def test_a_job_that_cannot_reach_its_application_does_not_offer_to_disable() -> None:
    job = make_job()

    with pytest.raises(NotPossible):
        deletion.ask(job.application, "Ada", timezone.now(), disable=True)


@pytest.mark.django_db
def test_the_badge_says_that_it_is_being_deleted() -> None:
    job = make_job(credentials={}, is_on=True)
    deletion.ask(job.application, "Ada", timezone.now(), disable=False)

    assert refreshed_state(job) == JobState.DELETING


def refreshed_state(job: ProvisioningJob) -> JobState:
    return ProvisioningJob.objects.select_related("application").get(pk=job.pk).state_with(None, 0)
