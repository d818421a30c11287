"""What the cycles of a job have come to."""

from datetime import UTC, datetime, timedelta

import pytest

from provisioning.choices import CycleKind, CycleStatus
from provisioning.jobs.executions import executions
from tests.factories import make_cycle, make_group, make_job, make_state, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
NOW = datetime(2026, 3, 12, 14, 0, tzinfo=UTC)


def test_the_last_the_good_and_the_running_ones_are_told_apart() -> None:
    job = make_job(first_started_at=NOW)
    wrote = make_cycle(job, status=CycleStatus.COMPLETED, started_at=NOW, disabled=1)
    quiet = make_cycle(job, status=CycleStatus.COMPLETED, started_at=NOW + timedelta(hours=1))
    ended = make_cycle(job, status=CycleStatus.SUPERSEDED, started_at=NOW + timedelta(hours=2))
    runs = make_cycle(job, started_at=NOW + timedelta(hours=3))

    found = executions(job)

    assert (found.running, found.last) == (runs, ended)
    assert (found.first_good, found.last_good, found.last_with_exports) == (wrote, quiet, wrote)


def test_one_that_was_interrupted_is_the_last_though_it_goes_on_later() -> None:
    job = make_job(first_started_at=NOW)
    broken = make_cycle(job, status=CycleStatus.INTERRUPTED, started_at=NOW)

    assert executions(job).last == broken


@pytest.mark.parametrize("kind", [CycleKind.PREVIEW, CycleKind.RECONCILE])
def test_cycles_that_only_compare_are_not_meant(kind: CycleKind) -> None:
    job = make_job(first_started_at=NOW)
    make_cycle(job, kind=kind, status=CycleStatus.COMPLETED, started_at=NOW)

    assert executions(job).last is None


def test_cycles_before_the_job_was_made_anew_do_not_count() -> None:
    job = make_job(first_started_at=NOW)
    make_cycle(job, status=CycleStatus.COMPLETED, started_at=NOW - timedelta(hours=1))

    assert executions(job).last is None
    assert executions(make_job()).last is None


def test_accounts_that_are_kept_up_to_date_are_counted_by_type() -> None:
    job = make_job()
    make_state(job, make_user())
    make_state(job, make_user(), managed=False)
    make_state(job, make_user(), target_id="")
    make_state(job, make_group())

    assert executions(job).accounts == {"User": 1, "Group": 1}
