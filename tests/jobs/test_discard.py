"""Deleting a job with its memory, and an application with everything; nobody's account is touched."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.accounts.models import AuditEntry
from provisioning.choices import Mode, ObjectType, RunStatus
from provisioning.jobs import claims, on_demand
from provisioning.jobs.control import NotPossible
from provisioning.jobs.discard import PATIENCE, discard_job
from provisioning.models import (
    Activity,
    MemberLink,
    ObjectStateRow,
)
from tests.jobs.workers import begun, claimed, lapse, loaded, refreshed, worker
from tests.jobs.world import RowWorld

pytestmark = pytest.mark.both_databases


def discarded(world: RowWorld) -> None:
    discard_job(refreshed(world), "A script", timezone.now(), lambda seconds: None)


def test_nothing_is_remembered_and_accounts_and_logs_stay(rows: RowWorld) -> None:
    bo = rows.person()
    rows.group("Sales", [bo])
    rows.cycle()

    discarded(rows)

    job = refreshed(rows)
    assert (job.mode, job.is_on, job.watermark, job.next_start_at) == (Mode.MANUAL, False, None, None)
    assert (ObjectStateRow.objects.count(), MemberLink.objects.count()) == (0, 0)
    assert rows.account(bo) is not None
    assert Activity.objects.filter(source_id=str(bo.object_id)).exists()
    assert hasattr(job, "credentials")
    assert AuditEntry.objects.get().who_name == "A script"


def test_a_job_that_is_switched_on_again_finds_the_accounts_by_matching(rows: RowWorld) -> None:
    bo = rows.person()
    rows.cycle()
    discarded(rows)

    rows.save(mode=Mode.AUTOMATIC, is_on=True)
    rows.cycle()

    assert rows.state(bo).target_id
    assert len(rows.service.accounts()) == 1


def test_the_running_cycle_ends_and_waiting_runs_are_told(rows: RowWorld) -> None:
    bo = rows.person()
    cycle = begun(rows)
    run = on_demand.ask(rows.job, bo, "admin", timezone.now())

    discarded(rows)

    cycle.refresh_from_db()
    run.refresh_from_db()
    assert cycle.ended_at is not None
    assert (run.status, run.message["text"]) == (RunStatus.DONE, "The provisioning job was deleted meanwhile.")


def test_it_waits_for_workers_and_says_when_they_do_not_leave(rows: RowWorld) -> None:
    rows.person()
    store = worker(begun(rows))
    loaded(store, claimed(store))
    slept: list[float] = []

    with pytest.raises(NotPossible):
        discard_job(refreshed(rows), "A script", timezone.now(), slept.append)

    assert (sum(slept), refreshed(rows).is_on, refreshed(rows).mode) == (PATIENCE, False, Mode.AUTOMATIC)


def test_it_goes_on_when_they_have_left(rows: RowWorld) -> None:
    rows.person()
    store = worker(begun(rows))
    loaded(store, claimed(store))

    discard_job(refreshed(rows), "A script", timezone.now(), lambda seconds: lapse())

    assert refreshed(rows).mode == Mode.MANUAL


def test_an_object_in_hand_on_demand_holds_it_up_too(rows: RowWorld) -> None:
    bo = rows.person()
    assert claims.take(rows.job, ObjectType.USER, bo.pk, timedelta(seconds=90))

    with pytest.raises(NotPossible):
        discarded(rows)
