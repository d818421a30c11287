"""One object's connection with its account, told and taken away."""

import pytest
from django.utils import timezone

from provisioning.choices import Kind, Staging
from provisioning.jobs.connections import connected, disconnect
from provisioning.jobs.control import NotPossible
from provisioning.models import StagedRemoval
from tests.jobs.workers import refreshed
from tests.jobs.world import RowWorld

pytestmark = pytest.mark.both_databases


def unlinked(world: RowWorld, source_id: object) -> bool:
    return disconnect(refreshed(world), str(source_id), "A script", timezone.now())


def test_an_object_with_an_account_is_connected(rows: RowWorld) -> None:
    bo, never = rows.person(), rows.person(account_enabled=False)
    rows.cycle()

    found = connected(rows.job, str(bo.object_id))

    assert found is not None
    assert found.target_id == rows.state(bo).target_id
    assert connected(rows.job, str(never.object_id)) is None


def test_one_connection_is_taken_away_and_the_others_stay(rows: RowWorld) -> None:
    bo, ann = rows.people(2)
    rows.cycle()
    rows.save(is_on=False)

    assert unlinked(rows, bo.object_id)

    assert (rows.state(bo).target_id, bool(rows.state(ann).target_id)) == ("", True)
    assert not unlinked(rows, bo.object_id)


def test_the_next_cycle_matches_it_anew(rows: RowWorld) -> None:
    bo = rows.person()
    rows.cycle()
    rows.save(is_on=False)
    unlinked(rows, bo.object_id)

    rows.save(is_on=True)
    rows.cycle()

    assert rows.state(bo).target_id
    assert len(rows.service.accounts()) == 1


def test_a_job_that_is_on_must_be_paused_first(rows: RowWorld) -> None:
    bo = rows.person()
    rows.cycle()

    with pytest.raises(NotPossible):
        unlinked(rows, bo.object_id)


def test_a_removal_that_was_held_goes_with_it(rows: RowWorld) -> None:
    bo = rows.person()
    rows.cycle()
    StagedRemoval.objects.create(
        job=rows.job, state=rows.state(bo), object_type="User", source_key=bo.pk, kind=Kind.ACCOUNT, action="disable",
        code="x", status=Staging.HELD, staged_at=rows.now(),
    )  # fmt: skip
    rows.save(is_on=False, held_at=rows.now())

    unlinked(rows, bo.object_id)

    assert (StagedRemoval.objects.count(), refreshed(rows).held_at) == (0, None)
