"""Each scope of a restart clears its own thing alone (resetScope of Microsoft Graph)."""

from datetime import timedelta
from typing import Any

import pytest

from provisioning.choices import Kind, QuarantineReason, ResetScope, Staging
from provisioning.errors import CredentialsRejected
from provisioning.jobs import control, quarantine
from provisioning.models import MemberLink, ObjectStateRow, StagedRemoval, User
from provisioning.texts import say
from tests.jobs.workers import begun, claimed, refreshed, worker
from tests.jobs.world import RowWorld

pytestmark = pytest.mark.both_databases


@pytest.fixture
def bo(rows: RowWorld) -> User:
    """Everything there is to clear: a watermark, a failure, quarantine, links, members, and a held removal."""
    bo = rows.person()
    rows.group("Sales", [bo])
    rows.cycle()
    state = rows.state(bo)
    rows.job.object_states.filter(pk=state.pk).update(failures=3, first_failed_at=rows.now(), next_try_at=None)
    quarantine.enter(rows.job.pk, CredentialsRejected(say("no")), rows.now())
    StagedRemoval.objects.create(
        job=rows.job, state=state, object_type="User", source_key=bo.pk, kind=Kind.ACCOUNT, action="disable",
        code="x", status=Staging.HELD, staged_at=rows.now(),
    )  # fmt: skip
    rows.save(held_at=rows.now(), is_on=False)
    return bo


def standing(world: RowWorld) -> dict[str, Any]:
    job, state = refreshed(world), ObjectStateRow.objects.get(object_type="User")
    return {
        "watermark": job.watermark is not None,
        "version": job.config_version,
        "failures": state.failures,
        "quarantine": job.quarantine,
        "linked": state.target_id != "",
        "uncertain": state.uncertain,
        "members": MemberLink.objects.count(),
        "staged": list(StagedRemoval.objects.values_list("status", flat=True)),
        "held": job.held_at is not None,
        "on": job.is_on,
    }


BEFORE = {
    "watermark": True, "version": 1, "failures": 3, "quarantine": QuarantineReason.EXCEPTION, "linked": True,
    "uncertain": False, "members": 1, "staged": ["held"], "held": True, "on": True,
}  # fmt: skip
MATCHED_ANEW = {
    "watermark": False, "version": 2, "linked": False, "uncertain": True, "members": 0, "staged": [], "held": False,
}  # fmt: skip


@pytest.mark.parametrize(
    ("scopes", "cleared"),
    [
        ([ResetScope.WATERMARK], {"watermark": False, "version": 2}),
        ([ResetScope.ESCROWS], {"failures": 0}),
        ([ResetScope.QUARANTINE_STATE], {"quarantine": ""}),
        ([ResetScope.CONNECTOR_DATA_STORE], MATCHED_ANEW),
        ([ResetScope.FORCE_DELETES], {"staged": ["approved"], "held": False}),
        ([ResetScope.FULL], {**MATCHED_ANEW, "failures": 0, "quarantine": ""}),
        (control.RESTART, {"watermark": False, "version": 2, "failures": 0, "quarantine": ""}),
        ([], {}),
    ],
    ids=lambda value: "+".join(sorted(value)) if isinstance(value, (list, frozenset)) else "",
)
def test_a_scope_clears_its_own_thing_alone(
    rows: RowWorld, bo: User, scopes: list[ResetScope], cleared: dict[str, Any]
) -> None:
    control.restart(rows.job.pk, rows.now(), scopes)

    assert standing(rows) == {**BEFORE, **cleared}


def test_failures_are_tried_at_once(rows: RowWorld, bo: User) -> None:
    now = rows.now()

    control.restart(rows.job.pk, now, [ResetScope.ESCROWS])

    assert rows.state(bo).next_try_at == now


@pytest.mark.parametrize("scope", [ResetScope.CONNECTOR_DATA_STORE, ResetScope.FULL])
def test_links_are_not_forgotten_while_a_worker_has_objects_in_hand(
    rows: RowWorld, bo: User, scope: ResetScope
) -> None:
    rows.save(is_on=True, quarantine="", next_start_at=rows.now() - timedelta(seconds=1))
    rows.change(bo, surname="Changed")
    claimed(worker(begun(rows)))

    with pytest.raises(control.NotPossible, match="still has objects in hand"):
        control.restart(rows.job.pk, rows.now(), [scope])

    assert standing(rows)["linked"] is True


def test_whoever_refers_to_an_account_that_was_forgotten_is_followed(rows: RowWorld, bo: User) -> None:
    control.restart(rows.job.pk, rows.now(), [ResetScope.CONNECTOR_DATA_STORE])

    assert rows.state(bo).moved == refreshed(rows).epoch
